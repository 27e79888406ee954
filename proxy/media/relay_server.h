/**
 * @file relay_server.h  Answers INVITEs of configured peers with 302 and SDP
 */
#ifndef PROXY_MEDIA_RELAY_SERVER_H
#define PROXY_MEDIA_RELAY_SERVER_H

#include "proxy/media/resource.h"
#include "proxy/sip/message.h"
#include "proxy/sip/server_txn.h"

struct relay_server;
struct transport;

int relay_server_alloc(struct relay_server **rsp, struct relay *relay,
		       struct transport *tp, struct txns *txns,
		       struct timers *timers, struct log *log,
		       struct metrics *metrics, uint32_t lease_s);

/* is it meant for this role (Request-URI user "relay" at one of our
 * addresses)? The caller has checked that it comes from a peer. */
bool relay_server_wants(const struct relay_server *rs,
			const struct message *req);

/* INVITE, re-INVITE, BYE; answers for itself (ACK is ignored) */
void relay_server_request(struct relay_server *rs, struct message *req);
uint32_t relay_server_leases(const struct relay_server *rs);

#endif
