/**
 * @file call_life.c  How long a call lives: while it rings, once it is answered
 */
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/media/call_state.h"
#include "proxy/media/call_watch.h"


static void timeout(void *arg)
{
	struct call *call = arg;

	call_expire(call, call->answered ? "too-long" : "unanswered");
}


/*
 * Answered, but one side has never said where its media is: the relay waits
 * for it as while it rings, and not for longer than that.
 */
static void settle(void *arg)
{
	struct call *call = arg;
	const struct calls *calls = call->calls;
	const uint64_t talked = timers_now(calls->timers) - call->answered_ms;

	if (talked >= call->length_ms)
		timeout(call);
	else if (call->mode == CALL_RELAY &&
		 !call_dialog_is_whole(call_dialog_main(call)))
		call_expire(call, "one-sided");
	else
		timer_start(calls->timers, &call->tmr,
			    call->length_ms - talked, timeout, call);
}


/**
 * Let a call live for as long as it may
 *
 * @param call    Call
 * @param ring_ms While it is not answered, at most as long as any may ring
 */
void call_await(struct call *call, uint64_t ring_ms)
{
	struct timers *timers = call->calls->timers;
	uint64_t ms = call->ringing_ms;

	if (!call->answered) {
		timer_start(timers, &call->tmr, min(ring_ms, ms), timeout,
			    call);
		return;
	}

	if (timers_now(timers) - call->answered_ms >= call->length_ms)
		ms = 0;
	timer_start(timers, &call->tmr, min((uint64_t)call->length_ms, ms),
		    settle, call);
}


/* since the INVITE that began it, not for calls that are revived */
static void note_setup(const struct call *call, struct histogram *h)
{
	const struct call_origin *o = call->note ? call->note->origin : NULL;

	if (o && !o->told)
		histogram_observe(h, timers_now(call->calls->timers) -
					     o->began_ms);
}


/* the first phone that rings is what the caller hears */
static void note_ringing(const struct call *call)
{
	struct call_origin *o = call->note ? call->note->origin : NULL;

	if (!o || o->rang)
		return;

	o->rang = true;
	note_setup(call, call->calls->dial_delay);
}


/**
 * The callee has not answered, but is still there
 *
 * @param call Call
 */
void call_ringing(struct call *call)
{
	if (!call || !call->calls || call->answered)
		return;

	note_ringing(call);
	call_await(call, call->ringing_ms);
}


/**
 * The call was answered: it may live long
 *
 * @param call Call
 */
void call_answered(struct call *call)
{
	if (!call || !call->calls || call->answered)
		return;

	call->answered = true;
	call->answered_ms = timers_now(call->calls->timers);
	counter_inc(call->calls->talks);
	counter_add(call->calls->ringing, -1);
	note_setup(call, call->calls->setup);
	call_await(call, 0);
	call_watch_answered(call);
	log_info(call->calls->log, "call.answered",
		 KV_PL("call", &call->callid));
	call_record_update(call);
	call_tell_answered(call);
	call_touch(call);
}
