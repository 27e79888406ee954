/**
 * @file resolve_channel.h  c-ares on libre's loop
 *
 * Questions leave by UDP, by TCP where an answer was truncated; c-ares repeats
 * them, goes on to the next server, and takes no answer but that of the server
 * to the question. It tells of each socket that it waits for, and its times
 * are kept by our timers: nothing waits, no file is read after the start.
 */
#ifndef PROXY_SIP_RESOLVE_CHANNEL_H
#define PROXY_SIP_RESOLVE_CHANNEL_H

#include <stddef.h>
#include <stdint.h>
#include "proxy/sip/resolve_answer.h"

struct resolve_channel;
struct timers;
struct log;

/*
 * err 0: a DNS message, which may say that there is nothing. ETIMEDOUT;
 * ECONNREFUSED: no server would say; ECANCELED: the channel is closed.
 * May be called before resolve_channel_ask() returns.
 */
typedef void(resolve_channel_h)(int err, const uint8_t *p, size_t len,
				void *arg);

/* serverc 0: those of /etc/resolv.conf. One question takes at most patience_ms
 * with up to four servers */
int resolve_channel_alloc(struct resolve_channel **cp,
			  const struct sa *serverv, size_t serverc,
			  uint32_t patience_ms, struct timers *timers,
			  struct log *log);
void resolve_channel_ask(struct resolve_channel *c, enum resolve_type type,
			 const char *name, resolve_channel_h *h, void *arg);

#endif
