/**
 * @file chronicle.c  What is told of a call: one record for each INVITE
 */
#include <string.h>
#include "common/unique.h"
#include "proxy/core/chronicle.h"
#include "proxy/core/diversion.h"
#include "proxy/media/call_report.h"


static void set_text(char **tp, const char *s)
{
	struct pl pl;
	char *text;

	pl_set_str(&pl, s);
	text = call_text(&pl);
	if (!text)
		return;

	mem_deref(*tp);
	*tp = text;
}


/* NULL: it is no beginning, nobody listens, or no memory */
static struct call_origin *origin_of(const struct proxy *px,
				     const struct message *req,
				     const struct sender *s)
{
	struct call_origin *o = NULL;

	if (!message_is(req, "INVITE") || s->dialog || !px->p.reporth ||
	    call_origin_alloc(&o, req, unique_next(px->ids),
			      timers_now(px->p.timers)))
		return NULL;

	if (s->aor)
		set_text(&o->account, s->aor);
	if (s->peer)
		set_text(&o->peer, s->peer->name);

	return o;
}


/**
 * A forwarding begins
 *
 * @param fw Forwarding, its sender is known
 */
void chronicle_begin(struct forwarding *fw)
{
	const struct proxy_parts *p = &fw->px->p;
	struct call_report *r = NULL;

	fw->origin = origin_of(fw->px, fw->req, &fw->sender);
	if (!fw->origin || call_report_begun(&r, fw->origin))
		return;

	p->reporth(r, p->report_arg);
	mem_deref(r);
}


/**
 * The number that a call of a forwarding is to have: the first one that of
 * its record
 *
 * @param fw Forwarding
 *
 * @return Number, 0: any
 */
uint64_t chronicle_id(const struct forwarding *fw)
{
	if (!fw->origin || fw->origin->named)
		return 0;

	fw->origin->named = true;

	return fw->origin->id;
}


/**
 * An INVITE is refused before it is forwarded
 *
 * @param px    Proxy
 * @param req   Request
 * @param s     Who has sent it, as far as we know
 * @param scode What he is told
 */
void chronicle_refused(const struct proxy *px, const struct message *req,
		       const struct sender *s, uint16_t scode)
{
	struct call_report *r = NULL;
	struct call_origin *o;

	if (!s->aor && !s->peer)
		return;

	o = origin_of(px, req, s);
	if (o && !call_report_failed(&r, o, o->began_ms)) {
		r->scode = scode;
		(void)str_ncpy(r->why, "failed", sizeof(r->why));
		px->p.reporth(r, px->p.report_arg);
	}

	mem_deref(r);
	mem_deref(o);
}


/* "Diversion: " and the line's end are the header's, not the value's */
static void note_diversions(const struct forwarding *fw)
{
	char buf[CALL_TEXT_MAX] = "";
	struct pl lines, value;
	size_t pos = 0;

	pl_set_str(&lines, diversion_lines(fw));
	while (!re_regex(lines.p, lines.l, "Diversion: [^\r\n]+", &value)) {
		const int n = re_snprintf(buf + pos, sizeof(buf) - pos, "%s%r",
					  pos ? ", " : "", &value);

		if (n < 0)
			break;
		pos += (size_t)n;
		pl_advance(&lines, value.p + value.l - lines.p);
	}

	if (pos)
		set_text(&fw->origin->diverted, buf);
}


/**
 * The call of an attempt begins
 *
 * @param at   Attempt of an INVITE outside of a dialog
 * @param call Its call
 */
void chronicle_call(const struct attempt *at, struct call *call)
{
	const struct forwarding *fw = at->fw;

	if (!fw->origin)
		return;

	note_diversions(fw);
	call_note_origin(call, fw->origin, at->target->aor, at->target->ruri);
}


/**
 * A call is taken up again by a request in its dialog
 *
 * @param at   Attempt of the request
 * @param call Its call
 */
void chronicle_revived(const struct attempt *at, struct call *call)
{
	const struct forwarding *fw = at->fw;
	struct call_origin *o = NULL;
	char *from;

	if (call_origin_alloc(&o, fw->req, unique_next(fw->px->ids),
			      timers_now(fw->px->p.timers)))
		return;

	/* who called is who began the dialog */
	if (fw->sender.from) {
		from = o->from;
		o->from = o->to;
		o->to = from;
	}
	set_text(&o->uri, o->to);
	o->told = true;
	call_note_origin(call, o, NULL, at->target->ruri);
	mem_deref(o);
}


/**
 * The call of an attempt has ended, and was not answered
 *
 * @param at Attempt
 */
void chronicle_call_ended(struct attempt *at)
{
	struct call_origin *o = at->fw->origin;

	if (!o || !o->last)
		return;

	mem_deref(at->report);
	at->report = o->last;
	o->last = NULL;
}


/**
 * An attempt was accepted
 *
 * @param at  Attempt
 * @param msg Its 2xx
 */
void chronicle_accepted(const struct attempt *at, const struct message *msg)
{
	struct call_origin *o = at->fw->origin;

	if (!o || o->winner)
		return;

	o->winner = at->call;
	call_note_agent(call_find(at->fw->px->p.calls, at->call), msg);
}


/* what the callee says of his refusal */
static void note_final(struct call_report *r, const struct message *final)
{
	const struct hdr *h = message_hdr(final, HDR_REASON);

	mem_deref(r->phrase);
	r->phrase = call_text(&final->reason);
	mem_deref(r->sidev[1].agent);
	r->sidev[1].agent = call_agent(final);
	if (!h)
		return;

	mem_deref(r->cause);
	r->cause = call_text(&h->val);
}


/**
 * What an attempt heard is what the caller hears
 *
 * @param fw Forwarding, not answered yet
 * @param at Attempt that has failed
 */
void chronicle_failed(struct forwarding *fw, const struct attempt *at)
{
	if (!fw->origin || fw->origin->told)
		return;

	mem_deref(fw->report);
	fw->report = mem_ref(at->report);
	if (!at->final)
		return;

	fw->by_callee = true;
	if (fw->report)
		note_final(fw->report, at->final);
}


static enum call_ender ender(const struct forwarding *fw)
{
	if (fw->cancelled)
		return CALL_BY_A;

	return fw->by_callee ? CALL_BY_B : CALL_BY_US;
}


static const char *why(const struct forwarding *fw, uint16_t scode)
{
	if (fw->cancelled)
		return scode ? "cancelled" : "caller-gone";

	return scode ? "failed" : "no-answer";
}


/* it was a question for credentials, or for another interval, and comes again;
 * or it ends with us, who have a report of their own */
static bool is_no_call(uint16_t scode)
{
	return scode == 401 || scode == 407 || scode == 422 ||
	       (scode >= 200 && scode < 300);
}


/**
 * The caller has his answer
 *
 * @param fw    Forwarding
 * @param scode Final status; 0: he has gone without
 */
void chronicle_final(struct forwarding *fw, uint16_t scode)
{
	const struct proxy_parts *p = &fw->px->p;
	const uint64_t now = timers_now(p->timers);
	struct call_origin *o = fw->origin;
	struct call_report *r = fw->report;

	if (!o || o->told || o->winner)
		return;

	o->told = true;
	fw->report = NULL;
	if (is_no_call(scode)) {
		if (p->forgeth)
			p->forgeth(o->id, p->report_arg);
		mem_deref(r);
		return;
	}
	if (!r && call_report_failed(&r, o, now))
		return;

	if (!r->origin)
		r->origin = mem_ref(o);
	r->id = o->id;
	r->started_ms = o->wall_ms;
	r->ended_ms = o->wall_ms + (now - o->began_ms);
	r->scode = scode;
	/* who hangs up on a phone that rings has ended it */
	if (str_cmp(r->why, "bye")) {
		r->by = ender(fw);
		(void)str_ncpy(r->why, why(fw, scode), sizeof(r->why));
	}
	p->reporth(r, p->report_arg);
	mem_deref(r);
}


/**
 * A request in a dialog ends its call: its sender's BYE, or the other end,
 * who knows no such call
 *
 * @param fw   Forwarding of the request
 * @param call Call
 */
void chronicle_end(const struct forwarding *fw, struct call *call)
{
	const bool bye = message_is(fw->req, "BYE");
	const bool from_b = bye == !!fw->sender.from;

	call_note_end(call, from_b ? CALL_BY_B : CALL_BY_A, 0,
		      bye ? fw->req : NULL);
	if (bye)
		call_note_left(call, fw->began_ms);
}
