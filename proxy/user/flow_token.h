/**
 * @file flow_token.h  A flow, in the user part of our Path URI (RFC 5626)
 *
 * Whoever brings it back reaches that flow and nothing else. Nobody can make
 * one, or change it: it carries a MAC. Pure.
 */
#ifndef PROXY_USER_FLOW_TOKEN_H
#define PROXY_USER_FLOW_TOKEN_H

#include "common/hash.h"
#include "proxy/sip/flow.h"

enum { FLOW_TOKEN_MAX = 144, FLOW_TOKEN_URI_MAX = 256 };

struct flow_token {
	enum flow_proto proto;
	uint64_t id; /* of a connection: this very one; UDP: 0 */
	struct sa local, peer;
};

/* ENOSPC; EAFNOSUPPORT */
int flow_token_encode(char *buf, size_t size, const struct hash_key *key,
		      const struct flow *flow);

/* does the user part of a Route of ours look like one? */
bool flow_token_is(const struct pl *user);

/* EACCES: not ours, or changed */
int flow_token_decode(struct flow_token *tok, const struct hash_key *key,
		      const struct pl *user);

#endif
