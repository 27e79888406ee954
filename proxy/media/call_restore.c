/**
 * @file call_restore.c  A call out of a text
 *
 * Half of one is none: what cannot be read, or whose ports others have by now,
 * is no call any more.
 */
#include <errno.h>
#include "proxy/media/call_saved.h"
#include "proxy/media/saved_ask.h"
#include "proxy/media/saved_dialog.h"

/* a refresh that came while we were away is repeated for so long (64*T1) */
enum { GRACE_MS = 32000 };

/** What is read, and with what */
struct reading {
	struct call *call;
	const struct call_restorer *r;
	struct saved_asks asks;
	struct resource_past pastv[CALL_DIALOGS_MAX];
};


static int get_verdict(struct nat_verdict *v, const json_t *o)
{
	const json_t *verdict = json_object_get(o, "verdict");
	uint64_t media, reason;

	if (json_in_number(&media, verdict, "media", NAT_RELAY) ||
	    json_in_number(&reason, verdict, "reason", NAT_RECORDED) ||
	    json_in_sa(&v->source, verdict, "seen") ||
	    json_in_sa(&v->sdp, verdict, "said"))
		return EBADMSG;

	v->media = (enum nat_media)media;
	v->reason = (enum nat_reason)reason;

	return 0;
}


static int get_flow(struct saved_flow *flow, const json_t *o)
{
	const char *proto = json_string_value(json_object_get(o, "proto"));
	struct pl pl;

	flow->known = proto != NULL;
	if (!proto)
		return 0;

	pl_set_str(&pl, proto);
	if (flow_proto_decode(&flow->proto, &pl) ||
	    json_in_sa(&flow->local, o, "local") ||
	    json_in_sa(&flow->peer, o, "at"))
		return EBADMSG;

	return sa_isset(&flow->local, SA_ALL) && sa_isset(&flow->peer, SA_ALL)
		       ? 0
		       : EBADMSG;
}


static int get_side(struct side *side, struct saved_flow *flow,
		    const json_t *o, const struct call_restorer *r)
{
	char name[CONFIG_NAME_MAX];
	uint64_t policy;
	int err;

	err = get_flow(flow, o);
	if (!err)
		err = json_in_words(name, sizeof(name), o, "peer");
	if (!err)
		err = json_in_number(&policy, o, "policy",
				     CONFIG_MEDIA_DIRECT);
	if (!err)
		err = json_in_text(&side->instance, o, "instance");
	if (!err)
		err = json_in_id(&side->behind, o, "behind");
	if (!err)
		err = json_in_sa(&side->seen, o, "seen");
	if (!err)
		err = get_verdict(&side->verdict, o);
	if (err)
		return err;

	side->phone = json_in_bool(o, "phone");
	side->policy = (enum config_media)policy;
	if (name[0] && r->peerh)
		side->peer = config_peer_hold(r->peerh(name, r->arg));

	return 0;
}


/* pastv[n] is that of the dialog's */
static int get_resource(struct media_leg *leg, struct reading *rd,
			const json_t *o, size_t n)
{
	const struct calls *calls = rd->call->calls;
	struct resource_maker *maker = calls->conf.maker;
	struct resource_past *past = &rd->pastv[n];
	int err;

	past->o = json_object_get(o, "resource");
	past->before = n ? past - 1 : NULL;
	if (!past->o)
		return 0;
	if (!maker || !maker->restore)
		return ENOSYS;

	for (int i = 0; i < 2; i++)
		past->askedv[i] = leg->sidev[i].asked
					  ? &leg->sidev[i].asked->rq
					  : NULL;
	err = maker->restore(&leg->res, maker, &rd->call->callid, past,
			     call_relay_event, leg);
	past->res = leg->res;

	return err;
}


static int get_leg(struct media_leg *leg, struct reading *rd, const json_t *o,
		   size_t n)
{
	static const char *const askedv[2] = {"asked_a", "asked_b"};
	static const char *const oursv[2] = {"ours_a", "ours_b"};
	int err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		err = saved_ask_get(&leg->sidev[i].asked, &rd->asks, o,
				    askedv[i]);
		if (!err)
			err = saved_media_get(&leg->sidev[i].ours, o,
					      oursv[i]);
	}
	if (!err)
		err = get_resource(leg, rd, o, n);

	/* an external relay has it still, under a lease that we have lost */
	if (err == ENOSYS) {
		for (int i = 0; i < 2; i++)
			leg->sidev[i].asked = mem_deref(leg->sidev[i].asked);
		err = 0;
	}

	for (int i = 0; i < 2 && !err; i++)
		call_claim(leg, (enum call_side)i,
			   call_ask_first(leg->sidev[i].ours));

	return err;
}


static struct call_dialog *dialog_at(const struct call *call, uint64_t n)
{
	struct le *le = list_head(&call->dialogl);

	while (le && n--)
		le = le->next;

	return list_ledata(le);
}


static int share_leg(struct call_dialog *d, const json_t *o, size_t n)
{
	const struct call_dialog *of;
	uint64_t i;

	if (json_in_number(&i, o, "leg_of", CALL_DIALOGS_MAX) || i >= n)
		return EBADMSG;

	of = dialog_at(d->call, i);
	mem_deref(d->leg);
	d->leg = mem_ref(of->leg);

	return 0;
}


static int get_dialog(struct reading *rd, const json_t *o, size_t n)
{
	const json_t *sides = json_object_get(o, "sides");
	struct call_dialog *d;
	int err;

	err = call_dialog_alloc(&d, rd->call);
	if (err)
		return err;

	d->forked = json_in_bool(o, "forked");
	d->confirmed = json_in_bool(o, "confirmed");
	err = json_in_text(&d->tag, o, "tag");
	if (!err)
		err = saved_offer_get(&d->offer, o, "offer");
	for (int i = 0; i < 2 && !err; i++)
		err = saved_dialog_side_get(&d->sidev[i],
					    json_array_get(sides, (size_t)i),
					    &rd->asks);
	if (err)
		return err;

	return json_object_get(o, "leg_of")
		       ? share_leg(d, o, n)
		       : get_leg(d->leg, rd, json_object_get(o, "leg"), n);
}


static int get_dialogs(struct reading *rd, const json_t *o)
{
	const json_t *a = json_object_get(o, "dialogs");
	int err = 0;

	if (!json_array_size(a) || json_array_size(a) > CALL_DIALOGS_MAX)
		return EBADMSG;

	for (size_t i = 0; i < json_array_size(a) && !err; i++)
		err = get_dialog(rd, json_array_get(a, i), i);

	return err;
}


static int get_media(struct reading *rd, const json_t *o)
{
	struct call *call = rd->call;
	uint64_t mode, agreed, marked_by, beyond;
	int err;

	if (json_in_number(&mode, o, "mode", CALL_UPSTREAM) ||
	    json_in_number(&agreed, o, "agreed", CALL_UPSTREAM) ||
	    json_in_number(&marked_by, o, "marked_by", CALL_B) ||
	    json_in_number(&beyond, o, "beyond", CALL_B) ||
	    json_in_id(&call->looped, o, "looped") ||
	    get_verdict(&call->verdict, o) ||
	    saved_offer_get(&call->opening, o, "opening") ||
	    saved_origin_get(&call->opened, o, "opened"))
		return EBADMSG;

	call->mode = (enum call_mode)mode;
	call->agreed = (enum call_mode)agreed;
	call->marked = json_in_bool(o, "marked");
	call->marked_by = (enum call_side)marked_by;
	call->beyond = (enum call_side)beyond;
	call_mark_again(call);

	err = saved_asks_get(&rd->asks, json_object_get(o, "asks"), call);
	if (!err)
		err = saved_ask_get(&call->first, &rd->asks, o, "first");

	return err ? err : get_dialogs(rd, o);
}


static int get_record(struct call *call, const json_t *o)
{
	struct call_record *rec = &call->record;
	uint64_t takes;

	if (json_in_words(rec->from, sizeof(rec->from), o, "from_user") ||
	    json_in_words(rec->to, sizeof(rec->to), o, "to_user") ||
	    json_in_number(&takes, o, "takes", UINT16_MAX))
		return EBADMSG;

	rec->wanted = json_in_bool(o, "record");
	rec->takes = (unsigned)takes;

	return 0;
}


static int get_times(struct call *call, const json_t *o,
		     const struct saved_time *now)
{
	uint64_t started, answered;

	if (json_in_number(&started, o, "started", INT64_MAX) ||
	    json_in_number(&answered, o, "answered", INT64_MAX) || !started)
		return EBADMSG;

	call->started_ms = saved_time_ms(now, started);
	call->answered = answered != 0;
	if (call->answered)
		call->answered_ms = saved_time_ms(now, answered);

	return 0;
}


/* a time to come, which must not be later than it would be from now on */
static uint64_t left(const json_t *o, const char *name,
		     const struct saved_time *now)
{
	uint64_t at;

	if (json_in_number(&at, o, name, INT64_MAX) || at <= now->wall_ms)
		return 0;

	return at - now->wall_ms;
}


static void start_timers(struct call *call, const json_t *o,
			 const struct saved_time *now)
{
	const uint64_t session = left(o, "session", now);

	call_await(call, left(o, "until", now));
	if (json_object_get(o, "session"))
		call_session_last(call, max(session, (uint64_t)GRACE_MS));
}


static int get_call(struct reading *rd, struct saved_flow flowv[2],
		    const json_t *o)
{
	const json_t *ends = json_object_get(o, "ends");
	struct call *call = rd->call;
	char *callid = NULL;
	int err;

	err = json_in_text(&callid, o, "callid");
	if (err || !callid)
		return err ? err : EBADMSG;

	pl_set_str(&call->callid, callid);
	err = get_times(call, o, &rd->r->now);
	for (int i = 0; i < 2 && !err; i++)
		err = get_side(&call->sidev[i], &flowv[i],
			       json_array_get(ends, (size_t)i), rd->r);
	if (!err)
		err = get_media(rd, o);
	if (!err)
		err = get_record(call, o);
	if (!err)
		err = saved_note_get(&call->note, o, &rd->r->now);

	return err;
}


/**
 * A side of a call is reached there, as it was before a restart
 *
 * @param call Call
 * @param side Side
 * @param flow Flow
 */
void call_connect(struct call *call, enum call_side side, struct flow *flow)
{
	if (!call || !call->calls || !flow)
		return;

	mem_ref(flow);
	mem_deref(call->sidev[side].flow);
	call->sidev[side].flow = flow;
	call_place(call, side);
}


/**
 * Have a call again that was up before a restart
 *
 * @param cp    Pointer to call; the table owns it
 * @param flowv Where its sides are to be connected again
 * @param calls Table
 * @param o     What call_save() has written
 * @param r     What that does not say
 *
 * @return 0 if success, EBADMSG if it is broken, EEXIST if it is there,
 *         ENOSPC if there are too many, EADDRINUSE or EADDRNOTAVAIL if its
 *         ports are not to be had, otherwise errorcode
 */
int call_restore(struct call **cp, struct saved_flow flowv[2],
		 struct calls *calls, const json_t *o,
		 const struct call_restorer *r)
{
	struct reading rd = {.r = r};
	uint64_t version, id;
	int err;

	if (!cp || !flowv || !calls || !o || !r)
		return EINVAL;

	if (json_in_number(&version, o, "version", CALL_SAVED_VERSION) ||
	    version != CALL_SAVED_VERSION || json_in_id(&id, o, "id") || !id)
		return EBADMSG;

	err = call_new(&rd.call, calls, id);
	if (err)
		return err;

	err = get_call(&rd, flowv, o);
	saved_asks_release(&rd.asks);
	if (err) {
		mem_deref(rd.call);
		return err;
	}

	rd.call->saved = true;
	call_enter(rd.call);
	for (int i = 0; i < 2; i++) {
		if (flowv[i].known)
			call_place_at(rd.call, (enum call_side)i,
				      &flowv[i].peer);
	}
	start_timers(rd.call, o, &r->now);
	call_record_update(rd.call);
	*cp = rd.call;

	return 0;
}
