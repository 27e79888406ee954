/**
 * @file redirect_server.h  Knows which proxy serves whom: 302 or 404
 */
#ifndef PROXY_REDIRECT_REDIRECT_SERVER_H
#define PROXY_REDIRECT_REDIRECT_SERVER_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/sip/server_txn.h"
#include "proxy/sip/transport.h"

struct redirect_server;

/* nonce_key: for the challenge of peers with a secret (user/digest.h) */
int redirect_server_alloc(struct redirect_server **rsp,
			  const struct config *cfg,
			  const struct hash_key *nonce_key,
			  struct transport *tp, struct txns *txns,
			  struct timers *timers, struct log *log,
			  struct metrics *metrics);

/* an INVITE, or a REGISTER for a user, from that configured peer; answers
 * for itself. Everything else: the caller's */
void redirect_server_request(struct redirect_server *rs, struct message *req,
			     const struct config_peer *peer);
uint32_t redirect_server_users(const struct redirect_server *rs);

#endif
