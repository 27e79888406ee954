/**
 * @file passback.c  One response, passed back to whom it is for
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/passback.h"
#include "proxy/sip/build.h"


/* the trust headers of a phone are not believed (RFC 3325 section 5) */
static size_t distrusted(enum hdr_id idv[2], const struct attempt *at)
{
	if (at->peer)
		return 0;

	idv[0] = HDR_P_ASSERTED_IDENTITY;
	idv[1] = HDR_REMOTE_PARTY_ID;

	return 2;
}


static int pass(struct forwarding *fw, const struct attempt *at,
		const struct message *msg, const struct mbuf *body,
		const char *extra)
{
	enum hdr_id stripv[2];
	const size_t stripc = distrusted(stripv, at);
	struct mbuf *mb = NULL;
	struct pl pl;
	int err;

	if (body) {
		pl.p = (const char *)body->buf;
		pl.l = body->end;
	}

	err = build_response_forward(&mb, msg, body ? &pl : NULL, stripv,
				     stripc, extra);
	if (err)
		return err;

	forwarding_ladder(fw, msg, &msg->src, &fw->req->src);
	(void)server_txn_send(fw->st, msg->scode, mb);
	mem_deref(mb);

	return 0;
}


/**
 * Pass a response back
 *
 * @param fw    Forwarding
 * @param at    Attempt that it came from
 * @param msg   Response
 * @param body  Its new body, or NULL: as it came
 * @param extra Whole lines more, or NULL
 */
void passback(struct forwarding *fw, const struct attempt *at,
	      const struct message *msg, const struct mbuf *body,
	      const char *extra)
{
	(void)pass(fw, at, msg, body, extra);
}


/* what a failure means for the dialog that it happens in */
static void note(struct forwarding *fw, uint16_t scode)
{
	if (message_is(fw->req, "BYE"))
		fw->challenged = scode == 401 || scode == 407;
	else if (message_is(fw->req, "INVITE") && scode == 481)
		forwarding_end_call(fw, "status-481");
}


/**
 * Answer with what became of an attempt
 *
 * A 503 of the next hop says nothing of us (RFC 3261 section 16.7 step 6).
 *
 * @param fw         Forwarding
 * @param at         Attempt that has failed
 * @param challenges Whole lines of other attempts, or NULL
 */
void passback_failure(struct forwarding *fw, const struct attempt *at,
		      const char *challenges)
{
	note(fw, at->scode);

	if (at->scode == 503 && !at->local)
		forwarding_refuse(fw, 500,
				  at->reason ? at->reason
					     : "Next Hop Unavailable");
	else if (!at->final)
		forwarding_refuse(fw, at->scode, at->reason);
	else if (pass(fw, at, at->final, at->body, challenges))
		forwarding_refuse(fw, 502, "Bad Gateway");
}
