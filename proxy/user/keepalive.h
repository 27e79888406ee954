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

#endif
