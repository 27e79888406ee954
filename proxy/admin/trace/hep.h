/**
 * @file hep.h  HEP version 3: messages on their way to a capture server, pure
 *
 * A datagram of chunks: who sent what to whom and when, and the message.
 * https://github.com/sipcapture/HEP/blob/master/docs/HEP3NetworkProtocolSpecification_REV36.pdf
 */
#ifndef PROXY_ADMIN_TRACE_HEP_H
#define PROXY_ADMIN_TRACE_HEP_H

#include <re.h>

enum {
	HEP_SIP = 1,
	HEP_QUALITY = 35, /* JSON */
	HEP_PAYLOAD_MAX = 60000,
};

/** What is told of a message */
struct hep {
	const struct sa *src, *dst; /* of one family */
	bool stream;                /* by TCP; else by UDP */
	uint64_t wall_us;           /* since 1970 */
	uint8_t type;
	uint32_t id;          /* of who captures */
	const char *password; /* NULL or "": none */
	struct pl callid;     /* empty: none */
	const void *p;
	size_t len;
};

/* EAFNOSUPPORT: addresses of two families; EMSGSIZE: too large */
int hep_encode(struct mbuf *mb, const struct hep *h);

#endif
