/**
 * @file web_backlog.h  What a listener has not read yet, pure
 */
#ifndef PROXY_ADMIN_HTTP_WEB_BACKLOG_H
#define PROXY_ADMIN_HTTP_WEB_BACKLOG_H

#include <re.h>

enum { WEB_BACKLOG_MAX = 256 << 10 };

/* from pos to end: not read; ENOSPC: he does not keep up */
int web_backlog_put(struct mbuf *mb, const char *text, size_t len);
size_t web_backlog_take(struct mbuf *mb, char *buf, size_t max);

#endif
