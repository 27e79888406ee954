/**
 * @file wire_frame.h  A SIP message as a packet of a file
 *
 * A datagram, also where it came by a stream: a file that begins in the middle
 * of a connection shows none of its messages. What was encrypted stands there
 * in the clear, at port 5060 of ours; secrets are stars.
 */
#ifndef PROXY_ADMIN_TRACE_WIRE_FRAME_H
#define PROXY_ADMIN_TRACE_WIRE_FRAME_H

#include "proxy/sip/flow.h"

struct wire_message {
	const struct sa *local, *peer;
	enum flow_proto proto;
	bool sent;
	uint64_t wall_us;
	const char *p;
	size_t len;  /* octets that are there */
	size_t wire; /* that it had */
};

/* to the end of mb. EAFNOSUPPORT: it has no addresses; EMSGSIZE */
int wire_frame(struct mbuf *mb, const struct wire_message *m);

#endif
