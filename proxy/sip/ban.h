/**
 * @file ban.h  Sources that are not heard for a while
 *
 * Of fixed memory: where more are banned than it holds, whoever was quiet the
 * longest is heard again. A source that comes back to its old ways soon after
 * is banned for twice as long. Pure: the clock is passed in, monotonic ms.
 */
#ifndef PROXY_SIP_BAN_H
#define PROXY_SIP_BAN_H

#include "common/throttle.h"

struct bans;

struct ban {
	struct sa source; /* of an IPv6 /64 the first address */
	uint64_t until_ms;
	uint64_t dropped; /* messages and connections */
	uint32_t strikes; /* 1: the first time */
	const char *why;  /* static */
};

/** How long, in s; max_s also that long remembered */
struct ban_term {
	uint32_t first_s, max_s;
};

int bans_alloc(struct bans **bp, uint32_t max);

/* is it banned? Counts what is dropped */
bool bans_hit(struct bans *b, const struct throttle_key *key, uint64_t now_ms);
/* NULL: it is banned already */
const struct ban *bans_put(struct bans *b, const struct throttle_key *key,
			   const char *why, const struct ban_term *term,
			   uint64_t now_ms);
/* ENOENT: it is not banned */
int bans_remove(struct bans *b, const struct sa *source, uint64_t now_ms);
uint32_t bans_count(struct bans *b, uint64_t now_ms);

typedef void(ban_h)(const struct ban *ban, void *arg);
void bans_apply(struct bans *b, uint64_t now_ms, ban_h *h, void *arg);

#endif
