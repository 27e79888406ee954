/**
 * @file call_report.c  All that is known of a call, at one moment
 */
#include <errno.h>
#include <string.h>
#include "common/clock.h"
#include "proxy/media/call_report.h"
#include "proxy/media/call_state.h"


static void destructor(void *arg)
{
	struct call_report *r = arg;

	for (size_t i = 0; i < 2; i++) {
		mem_deref(r->sidev[i].account);
		mem_deref(r->sidev[i].peer);
		mem_deref(r->sidev[i].agent);
	}
	mem_deref(r->callid);
	mem_deref(r->origin);
	mem_deref(r->uri);
	mem_deref(r->streamv);
	mem_deref(r->file);
	mem_deref(r->sheaf);
	mem_deref(r->phrase);
	mem_deref(r->cause);
}


/**
 * The name of a call's phase
 *
 * @param phase Phase
 *
 * @return Name
 */
const char *call_phase_name(enum call_phase phase)
{
	static const char *const namev[] = {
		[CALL_RINGS] = "ringing",
		[CALL_TALKS] = "talking",
		[CALL_HOLDS] = "hold",
		[CALL_OVER] = "ended",
	};

	return (size_t)phase < ARRAY_SIZE(namev) ? namev[phase] : "?";
}


/**
 * The name of who has ended a call
 *
 * @param by Who
 *
 * @return Name
 */
const char *call_ender_name(enum call_ender by)
{
	return by == CALL_BY_A ? "a" : by == CALL_BY_B ? "b" : "us";
}


static char *text(const char *s)
{
	struct pl pl;

	pl_set_str(&pl, s ? s : "");

	return call_text(&pl);
}


/* false: no memory */
static bool set_texts(struct call_report *r, const struct pl *callid,
		      const struct call_note *n)
{
	r->callid = call_text(callid);
	r->uri = text(n ? n->uri : NULL);
	r->file = text(n ? n->file : NULL);
	r->cause = text(n ? n->reason : NULL);

	return r->callid && r->uri && r->file && r->cause;
}


static bool set_side(struct call_report_side *rs, const struct side *side,
		     const char *account)
{
	rs->account = text(account);
	rs->peer = text(side->peer ? side->peer->name : NULL);
	rs->phone = side->phone;
	rs->proto = "";
	if (side->flow) {
		rs->signalling = side->flow->peer;
		rs->proto = flow_proto_param(side->flow->proto);
	}

	return rs->account && rs->peer;
}


static bool set_sides(struct call_report *r, const struct call *call)
{
	const struct call_note *n = call->note;
	const char *accountv[2] = {
		n && n->origin ? n->origin->account : NULL,
		n ? n->callee : NULL,
	};
	const char *agentv[2] = {
		n && n->origin ? n->origin->agent : NULL,
		n ? n->agent : NULL,
	};
	bool good = true;

	for (size_t i = 0; i < 2; i++) {
		if (agentv[i])
			r->sidev[i].agent = text(agentv[i]);
		call_watch_show(&r->sidev[i].oneway, call, (enum call_side)i);
		good &= set_side(&r->sidev[i], &call->sidev[i], accountv[i]);
	}

	return good;
}


static void set_media(struct call_report_media *m, const struct call *call,
		      const struct call_stream *cs, unsigned n, size_t side)
{
	const struct call_dialog *d = call_dialog_main(call);
	const struct resource_media *ours = d ? d->leg->sidev[side].ours
					      : NULL;
	const struct resource *res = call_media(call);

	m->sdp = cs->rtpv[side];
	if (!res)
		return;

	if (ours && n < ours->n)
		m->ours = ours->v[n].rtp;
	m->counted = res->stats &&
		     !res->stats(res, n, (enum relay_side)side, &m->stats);
	if (!m->counted)
		memset(&m->stats, 0, sizeof(m->stats));
}


static int set_streams(struct call_report *r, const struct call *call)
{
	const struct call_note *n = call->note;
	size_t count = n ? n->streamc : 0;

	if (count > RELAY_STREAMS_MAX)
		count = RELAY_STREAMS_MAX;
	if (!count)
		return 0;

	r->streamv = mem_zalloc(count * sizeof(*r->streamv), NULL);
	if (!r->streamv)
		return ENOMEM;

	r->streamc = count;
	for (unsigned i = 0; i < count; i++) {
		struct call_report_stream *rs = &r->streamv[i];

		rs->number = i;
		memcpy(rs->kind, n->streamv[i].kind, sizeof(rs->kind));
		for (size_t side = 0; side < 2; side++)
			set_media(&rs->sidev[side], call, &n->streamv[i], i,
				  side);
	}

	return 0;
}


static void set_verdict(struct call_report *r, const struct call *call)
{
	r->mode = call_mode_name(call->mode);
	r->verdict = nat_reason_name(call->verdict.reason);
	call_verdict_words(r->reason, sizeof(r->reason), call);
}


/* an answer may have crossed a BYE */
static uint64_t over_ms(const struct call *call, uint64_t now)
{
	const uint64_t left = call->note ? call->note->left_ms : 0;

	return left && left >= call->answered_ms ? left : now;
}


/* the wall clock may be set meanwhile: how long it took is counted by the
 * timers' one */
static void set_times(struct call_report *r, const struct call *call)
{
	const struct call_origin *o = call->note ? call->note->origin : NULL;
	const uint64_t now = timers_now(call->calls->timers);
	const uint64_t began = o ? o->began_ms : call->started_ms;
	const uint64_t over = over_ms(call, now);

	r->started_ms = o ? o->wall_ms : clock_wall_ms() - (now - began);
	if (call->answered) {
		r->answered_ms = r->started_ms + (call->answered_ms - began);
		r->talked_ms = over - call->answered_ms;
	}
	if (r->phase == CALL_OVER)
		r->ended_ms = r->started_ms + (over - began);
}


static void set_end(struct call_report *r, const struct call_note *n,
		    const char *why)
{
	(void)str_ncpy(r->why, why, sizeof(r->why));
	if (!n)
		return;

	r->by = n->by;
	r->scode = n->scode ? n->scode : r->answered_ms ? 200 : 0;
}


static enum call_phase phase_of(const struct call *call)
{
	if (!call->answered)
		return CALL_RINGS;

	return call_dialog_is_held(call_dialog_main(call)) ? CALL_HOLDS
							   : CALL_TALKS;
}


/**
 * Report on a call
 *
 * @param rp   Pointer to allocated report
 * @param call Call, in the table
 * @param why  Why it ends, one word; NULL: it is up
 *
 * @return 0 if success, EINVAL if it has ended already, ENOMEM
 */
int call_report(struct call_report **rp, const struct call *call,
		const char *why)
{
	struct call_report *r;

	if (!rp || !call || !call->calls)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->id = call->id;
	r->origin = call->note ? mem_ref(call->note->origin) : NULL;
	r->phase = why ? CALL_OVER : phase_of(call);
	if (!set_texts(r, &call->callid, call->note) || !set_sides(r, call) ||
	    set_streams(r, call)) {
		mem_deref(r);
		return ENOMEM;
	}

	set_times(r, call);
	set_verdict(r, call);
	if (why) {
		set_end(r, call->note, why);
		r->sheaf = mem_ref(resource_sheaf(call_media(call)));
	}

	*rp = r;

	return 0;
}


static bool set_origin_sides(struct call_report *r,
			     const struct call_origin *o)
{
	struct call_report_side *a = &r->sidev[0], *b = &r->sidev[1];

	a->account = text(o->account);
	a->peer = text(o->peer);
	a->agent = o->agent ? text(o->agent) : NULL;
	a->phone = !o->peer[0];
	a->signalling = o->source;
	a->proto = o->proto;
	b->account = text(NULL);
	b->peer = text(NULL);
	b->proto = "";

	return a->account && a->peer && b->account && b->peer;
}


/**
 * Report on an INVITE that has just come
 *
 * @param rp     Pointer to allocated report
 * @param origin The INVITE
 *
 * @return 0 if success, otherwise errorcode
 */
int call_report_begun(struct call_report **rp,
		      const struct call_origin *origin)
{
	struct call_report *r;
	struct pl callid;

	if (!rp || !origin)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	pl_set_str(&callid, origin->callid);
	r->id = origin->id;
	r->origin = mem_ref((void *)origin);
	r->phase = CALL_RINGS;
	r->mode = r->verdict = "";
	r->started_ms = origin->wall_ms;
	if (!set_texts(r, &callid, NULL) || !set_origin_sides(r, origin)) {
		mem_deref(r);
		return ENOMEM;
	}

	*rp = r;

	return 0;
}


/**
 * Report on an INVITE for which no call was made
 *
 * @param rp     Pointer to allocated report
 * @param origin The INVITE
 * @param now_ms Now, by the timers' clock
 *
 * @return 0 if success, otherwise errorcode
 */
int call_report_failed(struct call_report **rp,
		       const struct call_origin *origin, uint64_t now_ms)
{
	const int err = call_report_begun(rp, origin);

	if (err)
		return err;

	(*rp)->phase = CALL_OVER;
	(*rp)->ended_ms = origin->wall_ms + (now_ms - origin->began_ms);

	return 0;
}
