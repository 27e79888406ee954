/**
 * @file glimpse.h  What a message is, at a glance: no grammar, no refusal
 *
 * For what is shown of messages, also of bad ones: what cannot be found is
 * empty.
 */
#ifndef PROXY_ADMIN_TRACE_GLIMPSE_H
#define PROXY_ADMIN_TRACE_GLIMPSE_H

#include <re.h>

/** Points into the message */
struct glimpse {
	bool req;
	struct pl method; /* of a response: that of its CSeq */
	struct pl uri;    /* of a request */
	uint16_t status;  /* of a response; 0: none */
	struct pl reason;
	struct pl callid, cseq, from, to; /* values as they stand there */
	bool sdp;
};

void glimpse(struct glimpse *g, const char *p, size_t len);

/* the Call-ID alone, for each message; false: there is none */
bool glimpse_callid(struct pl *callid, const char *p, size_t len);

/* user and host of a From, To or URI, "alice@example.net"; either may be
 * empty */
void glimpse_who(struct pl *user, struct pl *host, const struct pl *val);

#endif
