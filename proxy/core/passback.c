/**
 * @file passback.c  One response, passed back to whom it is for
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/attempt_trunk.h"
#include "proxy/core/chronicle.h"
#include "proxy/core/identity.h"
#include "proxy/core/passback.h"
#include "proxy/sip/build.h"


enum { CHALLENGES_MAX = 8192, CSEQ_MAX = 320 };


/* whose word is believed, and who may know it (RFC 3325) */
static void set_identity(struct identity_change *c,
			 const struct forwarding *fw, const struct attempt *at,
			 const struct message *msg)
{
	const struct config_peer *to = fw->sender.peer;
	enum identity_hop hop = IDENTITY_PHONE;

	if (to)
		hop = to->trust ? IDENTITY_TRUSTED : IDENTITY_PEER;

	identity_change(c, msg, at->peer && at->peer->trust, hop);
}


static int pass(struct forwarding *fw, const struct attempt *at,
		const struct message *msg, const struct mbuf *body,
		const char *extra)
{
	const uint32_t shift = attempt_trunk_shift(at);
	struct identity_change id;
	char cseq[CSEQ_MAX] = "";
	char *lines = NULL;
	struct mbuf *mb = NULL;
	struct pl pl;
	int err;

	forwarding_ladder(fw, msg, &msg->src, &fw->req->src);
	if (fw->own) {
		forwarding_send(fw, msg->scode, NULL);
		return 0;
	}

	if (body) {
		pl.p = (const char *)body->buf;
		pl.l = body->end;
	}

	/* what the trunk has counted on is our affair */
	set_identity(&id, fw, at, msg);
	if (shift) {
		id.stripv[id.stripc++] = HDR_CSEQ;
		(void)re_snprintf(cseq, sizeof(cseq), "CSeq: %u %r\r\n",
				  msg->cseq - shift, &msg->met);
	}

	err = re_sdprintf(&lines, "%s%s", cseq, extra ? extra : "");
	if (!err)
		err = build_response_forward(&mb, msg, body ? &pl : NULL,
					     id.stripv, id.stripc, lines);
	mem_deref(lines);
	if (err)
		return err;

	forwarding_send(fw, msg->scode, mb);
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
	if (message_is(fw->req, "BYE")) {
		fw->challenged = scode == 401 || scode == 407;
		if (!fw->challenged)
			forwarding_end_call(fw, "bye");
	}
	else if (message_is(fw->req, "INVITE") && scode == 481) {
		forwarding_end_call(fw, "status-481");
	}
}


/* true: it stands in the lines already */
static bool is_there(const struct mbuf *mb, const struct pl *line)
{
	return mb->end && memmem(mb->buf, mb->end, line->p, line->l);
}


static int challenges_of(struct mbuf *mb, const struct message *msg,
			 const struct message *best)
{
	static const enum hdr_id idv[] = {HDR_WWW_AUTHENTICATE,
					  HDR_PROXY_AUTHENTICATE};
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(idv); i++) {
		const struct hdr *h = message_hdr(msg, idv[i]);

		for (; !err && h; h = message_hdr_next(msg, h)) {
			if (mb->end + h->line.l < CHALLENGES_MAX &&
			    !is_there(mb, &h->line) &&
			    !is_there(best->mb, &h->line))
				err = mbuf_write_pl(mb, &h->line);
		}
	}

	return err;
}


/* the caller answers all of them at once, or never gets through (16.7 step
 * 7): those of the other branches */
static char *challenges(const struct forwarding *fw, const struct attempt *at)
{
	struct mbuf *mb;
	char *text = NULL;
	int err = 0;

	if (at->scode != 401 && at->scode != 407)
		return NULL;

	mb = mbuf_alloc(512);
	if (!mb)
		return NULL;

	for (const struct le *le = fw->attemptl.head; !err && le;
	     le = le->next) {
		const struct attempt *other = le->data;

		if (other != at && other->final &&
		    (other->scode == 401 || other->scode == 407))
			err = challenges_of(mb, other->final, at->final);
	}

	mb->pos = 0;
	if (!err && mb->end)
		(void)mbuf_strdup(mb, &text, mb->end);
	mem_deref(mb);

	return text;
}


/**
 * Answer with what became of an attempt
 *
 * A 503 of the next hop says nothing of us (RFC 3261 section 16.7 step 6).
 *
 * @param fw Forwarding
 * @param at Attempt that has failed
 */
void passback_failure(struct forwarding *fw, const struct attempt *at)
{
	const char *reason = at->reason;
	char *extra;

	note(fw, at->scode);
	chronicle_failed(fw, at);

	if (at->scode == 503 && !at->local) {
		forwarding_refuse(fw, 500,
				  reason ? reason : "Next Hop Unavailable");
		return;
	}

	/* between edge proxy and us only: the caller knows of no flows (RFC
	 * 5626 section 11.5) */
	if (at->scode == 430 && fw->ours) {
		forwarding_refuse(fw, 480, build_reason(480));
		return;
	}

	/* a 408 in place of the 487 of whom we called back ourselves */
	if (!at->final || at->final->scode != at->scode) {
		forwarding_refuse(fw, at->scode,
				  reason ? reason : build_reason(at->scode));
		return;
	}

	extra = challenges(fw, at);
	if (pass(fw, at, at->final, at->body, extra))
		forwarding_refuse(fw, 502, "Bad Gateway");
	mem_deref(extra);
}
