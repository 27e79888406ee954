/**
 * @file dialog_end.c  Ends a call: the proxy speaks for its ends
 *
 * The request is made as that end would send it to us, and then forwarded
 * like any other in the dialog: to the phone's newest flow, by the route set,
 * by name, to a trunk with our login. Only nobody waits for its answer.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "common/unique.h"
#include "common/metrics.h"
#include "proxy/core/context.h"
#include "proxy/core/dialog_end.h"
#include "proxy/core/dialog_table.h"
#include "proxy/core/dialog_watch.h"
#include "proxy/core/forward.h"
#include "proxy/core/outgoing.h"
#include "proxy/sip/branch.h"
#include "proxy/sip/build.h"

enum { VIA_MAX = 128, EXTRA_MAX = DIALOG_ROUTES_MAX + 256 };

/** A request in a dialog, of ours */
struct speech {
	const struct dialogs *ds;
	const struct dialog *d;
	int from; /* in whose name */
	const char *met;
	uint32_t cseq;
	const char *reason; /* whole lines, or "" */
	struct flow *hint;  /* or NULL */
};


/* RFC 3326; a timer that has expired is 408 and Q.850's 102 (RFC 3398) */
static const char *reason_of(const char *why)
{
	static const struct {
		const char *why, *lines;
	} v[] = {
		{"hangup", "Reason: Q.850;cause=16;"
			   "text=\"Ended By The Operator\"\r\n"},
		{"too-late", "Reason: SIP;cause=487;"
			     "text=\"Answered Too Late\"\r\n"},
		{"no-media", "Reason: SIP;cause=488;"
			     "text=\"Media Cannot Be Relayed\"\r\n"},
		{"hold-timeout", "Reason: SIP;cause=408;"
				 "text=\"Held Too Long\", "
				 "Q.850;cause=102\r\n"},
		{"session-timer", "Reason: SIP;cause=408;"
				  "text=\"Session Timer Expired\", "
				  "Q.850;cause=102\r\n"},
		{"too-long", "Reason: SIP;cause=408;"
			     "text=\"Call Lasts Too Long\", "
			     "Q.850;cause=102\r\n"},
		{"server-stop", "Reason: Q.850;cause=41;"
				"text=\"The Server Ends\"\r\n"},
		{"unanswered", "Reason: SIP;cause=408;"
			       "text=\"Nobody Answers\"\r\n"},
		{"one-side-timeout", "Reason: SIP;cause=408;"
				     "text=\"No Media From One Side\", "
				     "Q.850;cause=102\r\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (!strcmp(v[i].why, why))
			return v[i].lines;
	}

	return "Reason: SIP;cause=408;text=\"No Media\", Q.850;cause=102\r\n";
}


/* nobody answers by it: it is replaced on the way out. An ACK's branch comes
 * of it */
static int make_via(char *buf, size_t size, const struct proxy *px)
{
	char branch[BRANCH_SIZE];

	branch_encode(branch, &px->p.branch_key, unique_next(px->ids), 0);

	return re_snprintf(buf, size, "SIP/2.0/UDP invalid;branch=%s",
			   branch) < 0
		       ? ENOSPC
		       : 0;
}


static int build(struct mbuf **mbp, const struct proxy *px,
		 const struct speech *sp)
{
	const struct dialog_party *from = &sp->d->endv[sp->from];
	const struct dialog_party *to = &sp->d->endv[!sp->from];
	char via[VIA_MAX], extra[EXTRA_MAX];
	struct build_request br;

	memset(&br, 0, sizeof(br));
	if (make_via(via, sizeof(via), px) ||
	    re_snprintf(extra, sizeof(extra), "%s%s",
			to->routes ? to->routes : "", sp->reason) < 0)
		return ENOSPC;

	pl_set_str(&br.ruri, to->target);
	pl_set_str(&br.via, via);
	pl_set_str(&br.from, from->name);
	pl_set_str(&br.to, to->name);
	pl_set_str(&br.callid, sp->ds->callid);
	br.met = sp->met;
	br.cseq = sp->cseq;
	br.extra = extra;

	return build_request(mbp, &br);
}


static int decode(struct message **mp, const struct mbuf *mb)
{
	struct guard *g = mem_zalloc(sizeof(*g), NULL);
	int err;

	if (!g)
		return ENOMEM;

	err = message_decode(mp, g, mb->buf, mb->end);
	mem_deref(g);

	return err;
}


static int speak(struct proxy *px, const struct speech *sp)
{
	struct message *req = NULL;
	struct mbuf *mb = NULL;
	struct sender s;
	int err;

	err = build(&mb, px, sp);
	if (!err)
		err = decode(&req, mb);
	mem_deref(mb);
	if (err)
		return err;

	memset(&s, 0, sizeof(s));
	s.dialog = true;
	s.tok = mem_zalloc(sizeof(*s.tok), NULL);
	if (!s.tok) {
		mem_deref(req);
		return ENOMEM;
	}

	*s.tok = sp->ds->tok;
	s.from = sp->from;
	(void)message_value(req, HDR_ROUTE, 0, &s.rs.next);
	err = forward_own(px, req, &s, sp->hint);
	mem_deref(s.tok);
	mem_deref(req);

	return err;
}


static bool bye(struct proxy *px, struct dialogs *ds, const struct dialog *d,
		int from, const char *why)
{
	const struct speech sp = {
		.ds = ds,
		.d = d,
		.from = from,
		.met = "BYE",
		.cseq = dialogs_cseq(ds, from),
		.reason = reason_of(why),
	};
	const int err = speak(px, &sp);

	if (err)
		log_warn(px->p.log, "dialog.bye_failed",
			 KV_STR("call", ds->callid),
			 KV_STR("to", from ? "a" : "b"), KV_ERRNO("err", err));

	return !err;
}


static unsigned bye_all(struct proxy *px, struct dialogs *ds, const char *why)
{
	unsigned n = 0;

	for (struct le *le = ds->dialogl.head; le; le = le->next) {
		const struct dialog *d = le->data;

		n += bye(px, ds, d, 0, why);
		n += bye(px, ds, d, 1, why);
	}

	return n;
}


/* whose call is it that rings? */
static struct forwarding *ringing(const struct proxy *px, uint64_t id)
{
	for (struct le *le = px->forwardl.head; le; le = le->next) {
		struct forwarding *fw = le->data;

		if (!forwarding_is_initial_invite(fw) || fw->final)
			continue;

		for (struct le *a = fw->attemptl.head; a; a = a->next) {
			const struct attempt *at = a->data;

			if (at->call == id)
				return fw;
		}
	}

	return NULL;
}


static void stop_ringing(struct forwarding *fw, const char *why)
{
	mem_ref(fw);
	forwarding_refuse(fw, 480, "Call Was Ended");
	context_cancel(fw, reason_of(why));
	mem_deref(fw);
}


/**
 * End a call
 *
 * @param px   Proxy
 * @param call Call; has ended afterwards
 * @param why  Reason, one word
 *
 * @return How many BYEs are under way
 *
 * RFC 3261 sections 12.2.1.1 and 15.1.1
 */
unsigned dialog_end(struct proxy *px, struct call *call, const char *why)
{
	const uint64_t id = call_id(call);
	struct forwarding *fw;
	struct dialogs *ds;
	unsigned n = 0;

	if (!px || !call || !why)
		return 0;

	ds = mem_ref(dialogs_find(px->dialogs, id));
	if (ds)
		n = bye_all(px, ds, why);
	mem_deref(ds);

	/* a walk over all that is under way: not for each of many calls whose
	 * media stops at once */
	fw = n ? NULL : ringing(px, id);
	if (fw)
		stop_ringing(fw, why);

	/* whoever was told may have ended it already */
	call_end(call_find(px->p.calls, id), why);

	return n;
}


/* of a dialog that nobody has confirmed: its callee alone is told */
static int refuse(struct attempt *at, const struct message *resp,
		  struct dialogs *ds)
{
	struct speech sp = {.ds = ds, .reason = "", .hint = at->flow};
	int err;

	err = dialog_learn(ds, at, resp);
	if (err)
		return err;

	sp.d = list_ledata(ds->dialogl.head);
	sp.met = "ACK";
	sp.cseq = resp->cseq;
	err = speak(at->fw->px, &sp);

	sp.met = "BYE";
	sp.cseq = dialogs_cseq(ds, 0);
	sp.reason = reason_of(at->fw->final >= 300 ? "too-late" : "no-media");

	return err ? err : speak(at->fw->px, &sp);
}


/**
 * Acknowledge a callee's 2xx and hang up at once: the caller gets an error, so
 * nobody else ever will
 *
 * @param at   Attempt of the INVITE
 * @param resp The 2xx
 */
void dialog_refuse(struct attempt *at, const struct message *resp)
{
	struct dialogs *ds = NULL;
	int err;

	/* another 2xx of the same call may be kept: this one is nobody's */
	err = dialogs_alloc(&ds, at->call, &resp->callid);
	if (!err)
		err = refuse(at, resp, ds);
	if (err)
		log_warn(at->fw->px->p.log, "dialog.bye_failed",
			 KV_PL("call", &resp->callid), KV_STR("to", "b"),
			 KV_ERRNO("err", err));

	mem_deref(ds);
}


/**
 * Is the dialog that a request ends the call's last one?
 *
 * @param fw Forwarding of a request in a dialog
 *
 * @return false if the call goes on with another To tag
 */
bool dialog_is_last(const struct forwarding *fw)
{
	const struct sender *s = &fw->sender;
	const struct message *req = fw->req;

	return dialogs_over(dialogs_find(fw->px->dialogs, s->tok->call),
			    s->from ? &req->from_tag : &req->to_tag);
}


/**
 * A request of ours is over: say what came of it
 *
 * @param fw Forwarding of it
 */
void dialog_told(const struct forwarding *fw)
{
	const struct attempt *at = list_ledata(fw->attemptl.tail);
	const uint16_t scode = fw->final ? fw->final : at ? at->scode : 0;

	if (!message_is(fw->req, "BYE"))
		return;

	log_info(fw->px->p.log, "dialog.bye", KV_PL("call", &fw->req->callid),
		 KV_STR("to", fw->sender.from ? "a" : "b"),
		 KV_UINT("status", scode));
}
