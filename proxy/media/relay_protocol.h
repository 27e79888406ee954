/**
 * @file relay_protocol.h  The SDP bodies of the external relay protocol
 *
 * What relay_client and relay_server say to each other; RELAY-PROTOCOL.md is
 * the protocol for the rest of the world. Pure.
 */
#ifndef PROXY_MEDIA_RELAY_PROTOCOL_H
#define PROXY_MEDIA_RELAY_PROTOCOL_H

#include "proxy/media/resource.h"

#define RELAY_PROTOCOL_USER "relay"

/* the body of an INVITE: a side's addresses; of a 302: ours */
int relay_protocol_encode_request(struct mbuf **mbp,
				  const struct resource_request *rq);
int relay_protocol_encode_answer(struct mbuf **mbp,
				 const struct resource_media *ours);

/* EBADMSG: not SDP, no or a bad x-viaduct-source, no stream. side is not
 * touched: the tags say it. The media is the caller's to release */
int relay_protocol_decode_request(struct resource_request *rq,
				  const struct pl *body);
int relay_protocol_decode_answer(struct resource_media **mp,
				 const struct pl *body);

/* every stream that was asked for has got its address */
bool relay_protocol_covers(const struct resource_media *ours,
			   const struct resource_media *asked);

#endif
