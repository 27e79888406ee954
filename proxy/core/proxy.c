/**
 * @file proxy.c  What becomes of each request
 *
 * Validate, read the Routes, see who sent it, hand it to the role that it is
 * for. Whatever is refused here is refused without state: a stranger's
 * request costs one answer to where it came from, and no memory.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "common/addr.h"
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/core/announcing.h"
#include "proxy/core/attend.h"
#include "proxy/core/caller.h"
#include "proxy/core/chronicle.h"
#include "proxy/core/dialplan.h"
#include "proxy/core/drain.h"
#include "proxy/core/edge.h"
#include "proxy/core/forward.h"
#include "proxy/core/identity.h"
#include "proxy/core/proxy.h"
#include "proxy/core/validate.h"
#include "proxy/media/resource.h"
#include "proxy/sip/gate.h"

enum { CHALLENGE_MAX = 1024 };


static void answer(struct proxy *px, const struct message *req, uint16_t scode,
		   const char *reason, const char *extra)
{
	if (message_is(req, "ACK"))
		return;

	counter_inc(px->refused);
	if (gate_may_log(transport_gate(px->p.tp), &req->src))
		log_info(px->p.log, "sip.refused", KV_PL("method", &req->met),
			 KV_UINT("status", scode), KV_STR("reason", reason),
			 KV_SA("source", &req->src),
			 KV_PL("call", &req->callid));
	(void)transport_reply(px->p.tp, req, scode, reason, extra);
}


/* a phone may know its outbound proxy by our domain's name */
static bool local_handler(const struct sipuri *uri, void *arg)
{
	return served_is_ours(arg, uri);
}


static void read_cookie(struct sender *s, struct proxy *px,
			const struct message *req)
{
	const uint32_t now_h = (uint32_t)(time(NULL) / 3600);
	struct route_token *tok;

	/* without a To tag it would begin a call that nobody has allowed */
	if (!s->rs.token.l || !message_in_dialog(req))
		return;

	tok = mem_zalloc(sizeof(*tok), NULL);
	s->dialog = tok && !route_token_decode(tok, &s->from, &px->p.route_key,
					       &s->rs.token, now_h, req);
	if (s->dialog)
		s->tok = tok;
	else
		mem_deref(tok);
}


/* somebody whom we know, who may not do that */
static void answer_known(struct proxy *px, const struct message *req,
			 const struct sender *s, const struct refusal *r)
{
	chronicle_refused(px, req, s, r->scode);
	answer(px, req, r->scode, r->reason, r->extra[0] ? r->extra : NULL);
}


/* 0: he may; otherwise he was answered */
static int authenticate(struct proxy *px, const struct message *req,
			struct sender *s)
{
	char challenge[CHALLENGE_MAX];
	struct account acc;
	struct refusal r;
	struct pl realm;
	int err;

	if (!px->p.cfg->auth)
		return 0;

	memset(&r, 0, sizeof(r));
	served_realm(&realm, px, req);
	err = auth_check(px->p.auth, req, false, &realm, &acc, challenge,
			 sizeof(challenge));
	if (err == EACCES) {
		answer(px, req, 407, "Proxy Authentication Required",
		       challenge);
		return err;
	}
	if (err == EPERM) {
		answer(px, req, 403, "Account Disabled", NULL);
		return err;
	}
	if (err && caller_in_need(px, req))
		return 0;
	if (err) {
		answer(px, req, 500, "Server Internal Error", NULL);
		return err;
	}

	gate_good(transport_gate(px->p.tp), req);
	err = caller_take_account(s, px, req, &acc, &r);
	if (err && announcing_wanted(px, req, s, r.scode)) {
		s->refused = r.scode;
		s->why = r.reason;
		return 0;
	}
	if (err)
		answer_known(px, req, s, &r);

	return err;
}


/* a peer has its limits, and may write our numbers in its own way */
static int take_peer(struct proxy *px, const struct message *req,
		     struct sender *s)
{
	struct refusal r;
	int err;

	memset(&r, 0, sizeof(r));
	gate_good(transport_gate(px->p.tp), req);
	err = caller_take_peer(s, px, req, &r);
	if (err)
		answer_known(px, req, s, &r);

	return err;
}


/* 0: its sender may begin something with it */
static int check_sender(struct proxy *px, const struct message *req,
			struct sender *s)
{
	if (s->dialog)
		return 0;

	if (!identity_can(identity_privacy(req))) {
		answer(px, req, 500, "Privacy Not Possible", NULL);
		return ENOTSUP;
	}

	return s->peer ? take_peer(px, req, s) : authenticate(px, req, s);
}


/* true: one of the other roles has taken it */
static bool other_role(struct proxy *px, struct message *req,
		       const struct sender *s)
{
	const bool invite = message_is(req, "INVITE");
	const bool reg = message_is(req, "REGISTER");

	if (px->p.relay_server &&
	    relay_server_wants(px->p.relay_server, req)) {
		if (s->peer)
			relay_server_request(px->p.relay_server, req);
		else
			answer(px, req, 403, "Not A Peer", NULL);
		return true;
	}

	if (!s->rs.next.l && !s->flow &&
	    reg_event_wants(px->p.reg_event, req)) {
		reg_event_request(px->p.reg_event, req, s->peer != NULL);
		return true;
	}

	/* a call that was redirected to us names our address, a question
	 * to the redirect server the callee's domain */
	if (px->p.redirect_server && s->peer && (invite || reg) &&
	    !message_in_dialog(req)) {
		struct sa sa;

		if (reg || sipuri_addr(&req->uri, &sa) ||
		    !transport_is_local(px->p.tp, &sa)) {
			redirect_server_request(px->p.redirect_server, req,
						s->peer);
			return true;
		}
	}

	if (!reg || s->rs.next.l || s->home || s->flow)
		return false;

	if (px->p.registrar && served_is_ours(px, &req->uri))
		registrar_request(px->p.registrar, req);
	else
		answer(px, req, 403, "Not A Domain Of Ours", NULL);

	return true;
}


/* OPTIONS to the server itself: a ping that costs nothing */
static bool is_ping(const struct proxy *px, const struct message *req,
		    const struct sender *s)
{
	return message_is(req, "OPTIONS") && !s->rs.next.l &&
	       served_is_ours(px, &req->uri) &&
	       (!req->uri.user.l || caller_is_token(px, req));
}


/* into the network behind us: no credentials make that right */
static bool route_forbidden(const struct proxy *px, const struct sender *s)
{
	struct nameaddr na;
	struct sa sa;

	return s->rs.next.l && !nameaddr_decode(&na, &s->rs.next) &&
	       !sipuri_addr(&na.uri, &sa) && !peers_find(px->peers, &sa) &&
	       !served_may_reach(px, &sa);
}


/* true: it was answered */
static bool drained(struct proxy *px, const struct message *req)
{
	char retry[FORWARDING_RETRY_SIZE];

	if (!drain_refuses(px, req))
		return false;

	answer(px, req, 503, "Draining", forwarding_retry_after(retry));

	return true;
}


/* true: it was answered. With SDP its ports are taken before the INVITE goes
 * on; without, nobody would know before the callee has answered */
static bool has_no_media(struct proxy *px, const struct message *req)
{
	const struct resource_maker *maker = px->p.maker;
	char retry[FORWARDING_RETRY_SIZE];

	if (!message_is(req, "INVITE") || message_in_dialog(req) ||
	    req->body.l || !maker || !maker->roomh || maker->roomh(maker) ||
	    dialplan_is_emergency(px->p.cfg, &req->uri.user))
		return false;

	answer(px, req, 503, "No Room For Media",
	       forwarding_retry_after(retry));

	return true;
}


static void dispatch(struct proxy *px, struct message *req, struct sender *s)
{
	if (drained(px, req))
		return;

	if (other_role(px, req, s))
		return;

	if (is_ping(px, req, s)) {
		(void)transport_reply(px->p.tp, req, 200, "OK",
				      SERVED_OPTIONS);
		return;
	}

	if (message_is(req, "CANCEL") ||
	    (message_in_dialog(req) && !s->dialog)) {
		answer(px, req, 481, "Call/Transaction Does Not Exist", NULL);
		return;
	}

	if (s->home && message_is(req, "REGISTER")) {
		forward_request(px, req, s);
		return;
	}

	if (!s->dialog && route_forbidden(px, s)) {
		answer(px, req, 403, "Route Not Allowed", NULL);
		return;
	}

	if (!check_sender(px, req, s) && !has_no_media(px, req) &&
	    !attend_call(px, req, s))
		forward_request(px, req, s);
}


/* the edge proxy's requests: from a phone to its home, and back by our Path.
 * true: it was answered */
static bool by_path(struct proxy *px, const struct message *req,
		    struct sender *s)
{
	if (message_is(req, "REGISTER"))
		s->home = edge_home(px, req);

	switch (edge_flow(&s->flow, px, &s->rs)) {
	case 0:
	case ENOENT:
		return false;

	case ENOTCONN:
		answer(px, req, 430, "Flow Failed", NULL);
		return true;

	default:
		answer(px, req, 403, "Not Our Flow Token", NULL);
		return true;
	}
}


/**
 * Take a request that no transaction knows
 *
 * @param px  Proxy
 * @param req Request: new, an ACK to a 2xx, or a stray CANCEL
 */
void proxy_request(struct proxy *px, struct message *req)
{
	struct refusal r;
	struct sender s;

	if (!px || !req)
		return;

	memset(&s, 0, sizeof(s));

	if (validate_request(req, &r)) {
		answer(px, req, r.scode, r.reason,
		       r.extra[0] ? r.extra : NULL);
		return;
	}

	if (route_process(&s.rs, req, local_handler, px)) {
		answer(px, req, 400, "Bad Route", NULL);
		return;
	}

	/* its tags are its credentials */
	if (!s.rs.next.l && desk_request(px->p.desk, req)) {
		gate_good(transport_gate(px->p.tp), req);
		return;
	}

	read_cookie(&s, px, req);
	caller_find_peer(&s, px, req);
	if (s.dialog)
		gate_good(transport_gate(px->p.tp), req);

	if (!s.dialog && by_path(px, req, &s))
		return;

	if (!message_is(req, "ACK"))
		dispatch(px, req, &s);
	else if (s.dialog)
		forward_ack(px, req, &s);
	mem_deref(s.flow);
	caller_reset(&s);
}


/**
 * Take a response that no transaction knows: dropped (RFC 6026)
 *
 * @param px   Proxy
 * @param resp Response
 */
void proxy_stray(struct proxy *px, struct message *resp)
{
	if (!px || !resp)
		return;

	counter_inc(px->stray);
	gate_stray(transport_gate(px->p.tp), resp->flow);
	log_debug(px->p.log, "sip.stray", KV_UINT("status", resp->scode),
		  KV_SA("source", &resp->src), KV_PL("call", &resp->callid));
}
