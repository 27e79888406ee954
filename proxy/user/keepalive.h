/**
 * @file keepalive.h  Keeps the NAT mappings of bindings open
 *
 * CRLF (double on streams) or OPTIONS to bindings behind NAT, spread over
 * the interval.
 */
#ifndef PROXY_USER_KEEPALIVE_H
#define PROXY_USER_KEEPALIVE_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/sip/transport.h"
#include "proxy/sip/txn.h"
#include "proxy/user/location.h"

struct keepalive;

int keepalive_alloc(struct keepalive **kp, const struct config *cfg,
		    const struct hash_key *branch_key, struct location *loc,
		    struct transport *tp, struct txns *txns,
		    struct timers *timers, struct log *log,
		    struct metrics *metrics);

/** Of one binding */
struct keepalive_view {
	uint32_t interval_s; /* between two keepalives */
	uint32_t lived_s;    /* its mapping was there after such a silence */
	uint32_t died_s;     /* and not after such a one; 0: not known */
	uint32_t unanswered; /* OPTIONS in a row */
};

/* ENOENT: it is not kept alive */
int keepalive_view(const struct keepalive *k, struct binding *b,
		   struct keepalive_view *v);

#endif
