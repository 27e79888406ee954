/**
 * @file uas_offer.c  Offers are answered; a 200 is repeated until its ACK comes
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/body.h"
#include "proxy/sip/build.h"
#include "proxy/voice/uas_state.h"

enum { EXTRA_MAX = 1024 };


/* EPROTO: it asks for what we have not (RFC 3261 section 8.2.2.3). A reliable
 * provisional response is one that we never send (RFC 3262 section 3) */
static int check_require(struct server_txn *st, const struct message *req)
{
	char lines[EXTRA_MAX] = "";
	struct value_iter it;
	struct pl val;
	size_t pos = 0;

	message_values(&it, req, HDR_REQUIRE);
	while (message_values_next(&it, &val)) {
		int n;

		if (!pl_strcasecmp(&val, "100rel"))
			continue;

		n = re_snprintf(lines + pos, sizeof(lines) - pos,
				"Unsupported: %r\r\n", &val);
		if (n < 0)
			break;
		pos += (size_t)n;
	}
	if (!lines[0])
		return 0;

	(void)server_txn_reply(st, 420, "Bad Extension", lines);

	return EPROTO;
}


static int build_ok(struct mbuf **mbp, const struct uas *u,
		    const struct message *req, const struct mbuf *body)
{
	char extra[EXTRA_MAX];
	struct build_reply r;

	if (re_snprintf(extra, sizeof(extra), "Contact: <%s>\r\n" UAS_ALLOW,
			u->contact) < 0)
		return ENOSPC;

	memset(&r, 0, sizeof(r));
	r.scode = 200;
	r.extra = extra;
	pl_set_str(&r.to_tag, u->tag);
	r.record_route = true;
	if (body) {
		r.ctype = "application/sdp";
		pl_set_mbuf(&r.body, body);
	}

	return build_reply(mbp, req, &r);
}


/* RFC 3261 section 13.3.1.4 */
static void repeat(void *arg)
{
	struct uas *u = arg;
	const struct config *cfg = u->p->cfg;

	if (timers_now(u->p->timers) >= u->deadline) {
		uas_hangup(u, "no-ack");
		return;
	}

	u->ok->pos = 0;
	(void)server_txn_send(u->st, 200, u->ok);
	u->interval = min(2 * u->interval, cfg->timer.t2);
	timer_start(u->p->timers, &u->tmr, u->interval, repeat, u);
}


/**
 * Hear of an INVITE's transaction
 *
 * @param st  Transaction
 * @param ev  Event
 * @param msg CANCEL, unused: we have answered at once
 * @param arg Dialog
 */
void uas_txn_handler(struct server_txn *st, enum server_txn_event ev,
		     const struct message *msg, void *arg)
{
	struct uas *u = arg;
	(void)msg;

	/* whoever has not got it asks again, or hears it in an interval */
	if (ev == SERVER_TXN_GONE && st == u->st)
		u->st = mem_deref(u->st);
}


static int send_ok(struct uas *u, struct server_txn *st,
		   const struct message *req, const struct mbuf *body)
{
	struct mbuf *ok = NULL;
	int err;

	err = build_ok(&ok, u, req, body);
	if (err)
		return err;

	/* an ACK to the one before is waited for no more */
	server_txn_forget(u->st);
	mem_deref(u->st);
	mem_deref(u->ok);
	u->st = mem_ref(st);
	u->ok = ok;
	u->invite = req->cseq;
	u->interval = u->p->cfg->timer.t1;
	u->deadline = timers_now(u->p->timers) + 64 * u->p->cfg->timer.t1;
	timer_start(u->p->timers, &u->tmr, u->interval, repeat, u);

	return server_txn_send(st, 200, ok);
}


/* the offer of an INVITE or UPDATE; 0, or the status of a refusal */
static uint16_t take_offer(struct uas *u, const struct message *req,
			   bool wanted, struct mbuf **body)
{
	struct pl sdp;

	switch (body_find_sdp(req, &sdp)) {
	case 0:
		if (u->offering)
			return 491;
		return u->h.offerh(req, &sdp, body, u->arg);

	case ENOENT:
		if (!wanted)
			return 0;
		if (u->offering)
			return 491;
		return u->h.offerh(req, NULL, body, u->arg);

	case ENOTSUP:
		return 415;

	default:
		return 400;
	}
}


/**
 * Refuse a request, and say what would do instead
 *
 * @param st    Its transaction
 * @param scode Status code
 */
void uas_refuse(struct server_txn *st, uint16_t scode)
{
	const char *extra = NULL;

	if (scode == 415)
		extra = "Accept: application/sdp\r\n";
	else if (scode == 488)
		extra = "Warning: 305 viaduct \"G.711 without SRTP only\"\r\n";
	else if (scode == 503)
		extra = "Retry-After: 10\r\n";

	(void)server_txn_reply(st, scode, build_reason(scode), extra);
}


/**
 * Answer an INVITE, the first one or one in the dialog
 *
 * @param u   Dialog
 * @param st  Its transaction
 * @param req INVITE
 *
 * @return 0 if success, EPROTO if it was refused
 *
 * RFC 3261 sections 13.3.1, 14.2
 */
int uas_take_invite(struct uas *u, struct server_txn *st,
		    const struct message *req)
{
	struct mbuf *body = NULL;
	struct pl sdp;
	uint16_t scode;
	int err;

	if (check_require(st, req))
		return EPROTO;

	scode = take_offer(u, req, true, &body);
	if (!scode) {
		u->offering = body_find_sdp(req, &sdp) == ENOENT;
		err = send_ok(u, st, req, body);
		if (err)
			scode = 500;
	}
	mem_deref(body);
	if (scode)
		uas_refuse(st, scode);

	return scode ? EPROTO : 0;
}


/**
 * Answer an UPDATE
 *
 * @param u   Dialog
 * @param st  Its transaction
 * @param req UPDATE
 *
 * RFC 3311 section 5.2
 */
void uas_take_update(struct uas *u, struct server_txn *st,
		     const struct message *req)
{
	struct mbuf *body = NULL, *ok = NULL;
	uint16_t scode;

	scode = take_offer(u, req, false, &body);
	if (!scode && build_ok(&ok, u, req, body))
		scode = 500;

	if (scode)
		uas_refuse(st, scode);
	else
		(void)server_txn_send(st, 200, ok);
	mem_deref(ok);
	mem_deref(body);
}
