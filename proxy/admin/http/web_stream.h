/**
 * @file web_stream.h  Those who listen to events
 *
 * Of the thread that serves: server-sent events of the HTML standard. Who does
 * not keep up is let go, and comes again.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_STREAM_H
#define PROXY_ADMIN_HTTP_WEB_STREAM_H

#include <microhttpd.h>
#include "common/json.h"

struct web;

enum MHD_Result web_stream_open(struct web *w, struct MHD_Connection *mc);
void web_stream_tell(struct web *w, const char *type, const json_t *data);

/* all of them end */
void web_stream_flush(struct web *w);

#endif
