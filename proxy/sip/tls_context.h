/**
 * @file tls_context.h  The certificates in use, and their files under watch
 */
#ifndef PROXY_SIP_TLS_CONTEXT_H
#define PROXY_SIP_TLS_CONTEXT_H

#include "proxy/sip/tls_store.h"

enum { TLS_WATCH_MS = 5000 };

struct counter;
struct metrics;
struct timers;
struct tls_context;

int tls_context_alloc(struct tls_context **cp, const struct tls_conf *conf,
		      struct timers *timers, struct log *log,
		      struct metrics *metrics);

/* other files, of which that was loaded */
void tls_context_take(struct tls_context *c, const struct tls_conf *conf,
		      struct tls_store *store);

/* now, whether a file has changed or not; open connections live on */
int tls_context_reload(struct tls_context *c);

/* the newest; not referenced for the caller */
struct tls_store *tls_context_store(const struct tls_context *c);

/* what a handshake reports to */
struct log *tls_context_log(const struct tls_context *c);
void tls_context_count(struct tls_context *c, bool success);

#endif
