/**
 * @file announce.h  Tells the redirect servers whom we serve: REGISTER
 */
#ifndef PROXY_REDIRECT_ANNOUNCE_H
#define PROXY_REDIRECT_ANNOUNCE_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/sip/transport.h"
#include "proxy/sip/txn.h"

struct announce;

int announce_alloc(struct announce **ap, const struct config *cfg,
		   const struct hash_key *branch_key, struct transport *tp,
		   struct txns *txns, struct timers *timers, struct log *log,
		   struct metrics *metrics);

/* the user is served here (kept up by refreshes), or no more (Expires 0) */
void announce_user(struct announce *a, const struct pl *aor, bool served);

/* servers that the other one, or nobody, asks no more hear that the users are
 * gone; it tells nothing else from then on. next: or NULL */
void announce_leave(struct announce *a, const struct announce *next);

#endif
