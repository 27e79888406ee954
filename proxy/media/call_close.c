/**
 * @file call_close.c  A call's end: who is told, and what is counted
 */
#include <string.h>
#include "common/metrics.h"
#include "proxy/media/call_report.h"
#include "proxy/media/call_state.h"
#include "proxy/media/call_watch.h"

/* why answered calls end; the last one stands for all others */
static const char *const endv[CALLS_ENDS] = {
	"bye",           "hangup",           "hold-timeout",
	"media-timeout", "one-side-timeout", "session-timer",
	"too-long",      "otherwise",
};


/**
 * Find the counters of how calls end: they are shown before one does
 *
 * @param calls Table
 */
void call_close_init(struct calls *calls)
{
	for (size_t i = 0; i < CALLS_ENDS; i++)
		calls->endedv[i] = metrics_labelled(calls->metrics,
						    "calls_ended_total",
						    "reason", endv[i]);
}


/**
 * A call's time is over, or its media is gone
 *
 * Whoever speaks SIP tells its ends.
 *
 * @param call Call; has ended afterwards
 * @param why  Reason, one word
 */
void call_expire(struct call *call, const char *why)
{
	const struct calls_handlers *h;

	if (!call || !call->calls)
		return;

	(void)mem_ref(call);
	h = &call->calls->conf.handlers;
	if (h->expiredh)
		h->expiredh(call, why, h->arg);
	call_end(call, why);
	mem_deref(call);
}


/* nobody speaks who should */
static void silent(struct call *call, const struct call_dialog *d,
		   enum relay_event ev)
{
	const char *why = ev == RELAY_TIMEOUT ? "media-timeout"
					      : "one-side-timeout";

	if (call_dialog_is_held(d))
		why = "hold-timeout";

	/* while it rings nobody has to speak; its own timer ends it */
	if (call->answered)
		call_expire(call, why);
}


/**
 * The relay has something to say of a call
 *
 * @param ev   What
 * @param info Where
 * @param arg  Relay leg
 */
void call_relay_event(enum relay_event ev, const struct relay_info *info,
		      void *arg)
{
	const struct media_leg *leg = arg;
	struct call *call = leg->call;
	const struct call_dialog *d = call_dialog_main(call);
	const struct calls_handlers *h;

	/* those that ring, and those that were accepted too late, have no say
	 */
	if (!d || d->leg != leg)
		return;

	if (ev == RELAY_TIMEOUT || ev == RELAY_ONE_SIDE) {
		silent(call, d, ev);
		return;
	}

	if (ev == RELAY_LATCHED)
		call_touch(call);
	call_watch(call, ev, info);
	call_log_source(call, ev, info);
	h = call->calls ? &call->calls->conf.handlers : NULL;
	if (h && h->eventh)
		h->eventh(call, ev, info, h->arg);
}


static void count_end(const struct call *call, const char *why)
{
	size_t i = 0;

	if (!call->answered)
		return;

	while (i < CALLS_ENDS - 1 && strcmp(endv[i], why))
		++i;

	counter_inc(call->calls->endedv[i]);
}


/**
 * Is a call what its INVITE's record tells of?
 *
 * @param call Call
 *
 * @return True if it was answered before all others of that INVITE; without
 *         one that was it is whoever answers the caller that writes it
 */
bool call_is_record(const struct call *call)
{
	struct call_origin *o = call->note ? call->note->origin : NULL;

	return o && !o->told && o->winner == call->id;
}


static void keep(const struct call *call, struct call_report *r)
{
	struct call_origin *o = call->note ? call->note->origin : NULL;

	/* a report in its own origin would keep both for ever */
	if (!o || o->told || o->winner)
		return;

	r->origin = mem_deref(r->origin);
	mem_deref(o->last);
	o->last = mem_ref(r);
}


/**
 * A call is answered: hand out a report of it, unless another one of its
 * INVITE was before
 *
 * @param call Call
 */
void call_tell_answered(struct call *call)
{
	const struct calls_handlers *h = &call->calls->conf.handlers;
	struct call_report *r = NULL;

	if (!h->reporth || !call_is_record(call) ||
	    call_report(&r, call, NULL))
		return;

	h->reporth(r, h->arg);
	mem_deref(r);
}


/**
 * A call ends: count it, and hand out its report
 *
 * @param call Call, with its relay resource
 * @param why  Reason, one word
 */
void call_tell_end(struct call *call, const char *why)
{
	const struct calls_handlers *h = &call->calls->conf.handlers;
	struct call_report *r = NULL;

	count_end(call, why);
	if (h->changedh)
		h->changedh(call, true, h->arg);
	if (!h->reporth || call_report(&r, call, why))
		return;

	if (call_is_record(call)) {
		call->note->origin->told = true;
		h->reporth(r, h->arg);
	}
	else {
		keep(call, r);
	}
	mem_deref(r);
}
