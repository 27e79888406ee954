/**
 * @file peer_login.h  Peers that show by digest who they are
 */
#ifndef PROXY_CORE_PEER_LOGIN_H
#define PROXY_CORE_PEER_LOGIN_H

#include "common/config.h"
#include "common/hash.h"
#include "common/timer.h"
#include "proxy/core/peer.h"

struct peer_login;

/* nonce_key: that of the challenges of auth.h, which the peer answers */
int peer_login_alloc(struct peer_login **lp, const struct config *cfg,
		     const struct peers *peers,
		     const struct hash_key *nonce_key, struct timers *timers);

/* the peers of that configuration have changed */
void peer_login_refresh(struct peer_login *l);

/* the peer whose credentials for one of our domains a request carries, and
 * that may come from there; NULL: none */
const struct config_peer *peer_login_find(struct peer_login *l,
					  const struct message *req);

#endif
