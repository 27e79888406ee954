/**
 * @file client_stream.h  A client transaction whose request is large
 *
 * Inside the room: it leaves by a stream instead of the datagram flow that
 * was chosen (path_mtu.h), with another top Via, and falls back to that flow
 * where the stream fails before anything was heard.
 */
#ifndef PROXY_SIP_CLIENT_STREAM_H
#define PROXY_SIP_CLIENT_STREAM_H

#include "proxy/sip/client_machine.h"

/* the same request with a top Via for that flow and sent-by */
int client_stream_via(struct mbuf **mbp, const struct message *req,
		      enum flow_proto proto, const struct sa *sentby);

void client_stream_begin(struct client_txn *ct);

/* true: the request is to be sent again, by datagram */
bool client_stream_fails(struct client_txn *ct);

/* a response came */
void client_stream_works(struct client_txn *ct);

#endif
