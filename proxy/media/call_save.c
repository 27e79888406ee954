/**
 * @file call_save.c  A call as text
 */
#include <errno.h>
#include "proxy/media/call_saved.h"
#include "proxy/media/saved_ask.h"
#include "proxy/media/saved_dialog.h"


static void put_id(struct json_out *o, const char *name, uint64_t id)
{
	if (id)
		json_out_id(o, name, id);
}


static void put_verdict(struct json_out *o, const struct nat_verdict *v)
{
	json_out_object(o, "verdict");
	json_out_number(o, "media", v->media);
	json_out_number(o, "reason", v->reason);
	json_out_sa(o, "seen", &v->source);
	json_out_sa(o, "said", &v->sdp);
	json_out_object_end(o);
}


static void put_flow(struct json_out *o, const struct flow *flow)
{
	if (!flow)
		return;

	json_out_string(o, "proto", flow_proto_param(flow->proto));
	json_out_sa(o, "local", &flow->local);
	json_out_sa(o, "at", &flow->peer);
}


static void put_side(struct json_out *o, const struct side *side)
{
	json_out_object(o, NULL);
	put_flow(o, side->flow);
	json_out_flag(o, "phone", side->phone);
	json_out_exact(o, "instance", side->instance);
	if (side->peer)
		json_out_exact(o, "peer", side->peer->name);
	json_out_number(o, "policy", side->policy);
	put_id(o, "behind", side->behind);
	json_out_sa(o, "seen", &side->seen);
	put_verdict(o, &side->verdict);
	json_out_object_end(o);
}


/* dialogs may share one: it is written with the first of them */
static size_t leg_number(const struct call *call, const struct media_leg *leg)
{
	size_t i = 0;

	for (struct le *le = list_head(&call->dialogl); le; le = le->next) {
		const struct call_dialog *d = le->data;

		if (d->leg == leg)
			break;
		++i;
	}

	return i;
}


static void put_leg(struct json_out *o, const struct media_leg *leg,
		    const struct saved_asks *asks)
{
	json_out_object(o, "leg");
	saved_ask_put(o, "asked_a", asks, leg->sidev[CALL_A].asked);
	saved_ask_put(o, "asked_b", asks, leg->sidev[CALL_B].asked);
	saved_media_put(o, "ours_a", leg->sidev[CALL_A].ours);
	saved_media_put(o, "ours_b", leg->sidev[CALL_B].ours);
	if (leg->res && leg->res->save) {
		json_out_object(o, "resource");
		leg->res->save(leg->res, o);
		json_out_object_end(o);
	}
	json_out_object_end(o);
}


static void put_dialog(struct json_out *o, const struct call_dialog *d,
		       size_t n, const struct saved_asks *asks)
{
	const size_t leg = leg_number(d->call, d->leg);

	json_out_object(o, NULL);
	json_out_exact(o, "tag", d->tag);
	json_out_flag(o, "forked", d->forked);
	json_out_flag(o, "confirmed", d->confirmed);
	saved_offer_put(o, "offer", &d->offer);
	json_out_array(o, "sides");
	saved_dialog_side_put(o, &d->sidev[CALL_A], asks);
	saved_dialog_side_put(o, &d->sidev[CALL_B], asks);
	json_out_array_end(o);
	if (leg < n)
		json_out_number(o, "leg_of", leg);
	else
		put_leg(o, d->leg, asks);
	json_out_object_end(o);
}


static void put_dialogs(struct json_out *o, const struct call *call,
			const struct saved_asks *asks)
{
	size_t n = 0;

	json_out_array(o, "dialogs");
	for (struct le *le = list_head(&call->dialogl); le; le = le->next)
		put_dialog(o, le->data, n++, asks);
	json_out_array_end(o);
}


static void put_times(struct json_out *o, const struct call *call,
		      const struct saved_time *now)
{
	json_out_number(o, "started", saved_time_wall(now, call->started_ms));
	if (call->answered)
		json_out_number(o, "answered",
				saved_time_wall(now, call->answered_ms));
	if (timer_isrunning(&call->tmr_session))
		json_out_number(o, "session",
				saved_time_wall(now, call->tmr_session.at));
	if (!call->answered && timer_isrunning(&call->tmr))
		json_out_number(o, "until",
				saved_time_wall(now, call->tmr.at));
}


static void put_record(struct json_out *o, const struct call_record *rec)
{
	json_out_exact(o, "from_user", rec->from);
	json_out_exact(o, "to_user", rec->to);
	json_out_flag(o, "record", rec->wanted);
	if (rec->takes)
		json_out_number(o, "takes", rec->takes);
}


static void put_media(struct json_out *o, const struct call *call)
{
	struct saved_asks asks;

	json_out_number(o, "mode", call->mode);
	json_out_number(o, "agreed", call->agreed);
	put_verdict(o, &call->verdict);
	json_out_flag(o, "marked", call->marked);
	json_out_number(o, "marked_by", call->marked_by);
	put_id(o, "looped", call->looped);
	json_out_number(o, "beyond", call->beyond);
	saved_offer_put(o, "opening", &call->opening);
	saved_origin_put(o, "opened", &call->opened);

	saved_asks_collect(&asks, call);
	saved_asks_put(o, &asks);
	saved_ask_put(o, "first", &asks, call->first);
	put_dialogs(o, call, &asks);
}


/**
 * Write a call
 *
 * @param o    Writer, in an object
 * @param call Call
 * @param now  Now
 *
 * @return 0 if success, ENOENT if it has ended, otherwise errorcode
 */
int call_save(struct json_out *o, struct call *call,
	      const struct saved_time *now)
{
	if (!o || !now)
		return EINVAL;
	if (!call || !call->calls)
		return ENOENT;

	call->changed = false;
	call->saved = true;
	json_out_number(o, "version", CALL_SAVED_VERSION);
	json_out_id(o, "id", call->id);
	json_out_exact(o, "callid", call->callid.p);
	put_times(o, call, now);
	json_out_array(o, "ends");
	put_side(o, &call->sidev[CALL_A]);
	put_side(o, &call->sidev[CALL_B]);
	json_out_array_end(o);
	put_media(o, call);
	put_record(o, &call->record);
	saved_note_put(o, call->note);

	return o->err;
}
