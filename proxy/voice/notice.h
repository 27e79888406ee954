/**
 * @file notice.h  What a caller hears before his call is refused
 *
 * Early media (RFC 3960) by an announcement's file. Who refuses keeps the
 * notice until it says that it was heard, and gives it up where the caller
 * hangs up before.
 */
#ifndef PROXY_VOICE_NOTICE_H
#define PROXY_VOICE_NOTICE_H

#include "proxy/sip/message.h"

struct desk;
struct notice;

/* it was heard, or cannot be: the refusal follows */
typedef void(notice_h)(void *arg);

/* is there one for that status? name: of the one that a route wants, or "" */
bool notice_exists(const struct desk *d, uint16_t scode, const char *name);

/*
 * Of a caller whom we know, without Require: 100rel. ENOENT: there is none,
 * or the caller does not speak G.711; ENOSPC: voices or ports are short;
 * *mbp is a 183 with that To tag.
 */
int notice_alloc(struct notice **np, struct mbuf **mbp, struct desk *d,
		 const struct message *invite, const char *tag, uint16_t scode,
		 const char *name, notice_h *h, void *arg);

#endif
