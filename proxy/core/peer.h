/**
 * @file peer.h  Configured peers by address
 */
#ifndef PROXY_CORE_PEER_H
#define PROXY_CORE_PEER_H

#include "common/config.h"

struct peers;

int peers_alloc(struct peers **pp, const struct config *cfg);

/* the peer that owns this address; NULL: a stranger */
const struct config_peer *peers_find(const struct peers *p,
				     const struct sa *sa);

#endif
