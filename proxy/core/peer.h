/**
 * @file peer.h  Configured peers: who lives where, and whose word counts
 *
 * An address is enough for a peer of which nothing more is asked. One with
 * tls_name is believed by its certificate alone, one with auth_user by its
 * digest (peer_login.h), wherever they come from.
 */
#ifndef PROXY_CORE_PEER_H
#define PROXY_CORE_PEER_H

#include "common/config.h"
#include "proxy/sip/message.h"

struct peers;

int peers_alloc(struct peers **pp, const struct config *cfg);

/* of another configuration: who points to one asks the other */
void peers_swap(struct peers *a, struct peers *b);

/* the peer that owns this address; NULL: a stranger. To send there; whether it
 * is believed peers_sender() says */
const struct config_peer *peers_find(const struct peers *p,
				     const struct sa *sa);

/* the peer that a request comes from, as far as its way shows it */
const struct config_peer *peers_sender(const struct peers *p,
				       const struct message *req);

#endif
