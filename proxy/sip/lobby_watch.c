/**
 * @file lobby_watch.c  How long messages wait, learnt and told
 */
#include <string.h>
#include "common/log.h"
#include "common/timer.h"
#include "proxy/sip/lobby_state.h"

enum { TURN_US = OVERLOAD_TURN_MS * 1000 };


/* twice for each time that it lasts */
static void tell(struct lobby *in, bool was)
{
	const uint64_t now = timers_now(in->conf.timers);

	if (in->o.on && !was) {
		in->since_ms = now ? now : 1;
		in->refused_before = counter_value(in->refused);
		log_warn(in->conf.log, "sip.overload",
			 KV_UINT("delay_ms", in->o.delay_us / 1000),
			 KV_UINT("waiting", backlog_count(in->backlog)));
	}
	else if (!in->o.on && was) {
		log_warn(in->conf.log, "sip.overload_over",
			 KV_UINT("seconds", (now - in->since_ms) / 1000),
			 KV_UINT("refused", counter_value(in->refused) -
						    in->refused_before));
		in->since_ms = 0;
	}
}


/**
 * The loop has ticked
 *
 * @param in      Lobby
 * @param late_us How late the tick was heard
 * @param now_us  Now, as clock_us()
 */
void lobby_tick(struct lobby *in, uint64_t late_us, uint64_t now_us)
{
	const struct backlog_entry *e;
	bool was;

	if (!in)
		return;

	overload_note(&in->o, OVERLOAD_REST, late_us);
	e = backlog_oldest(in->backlog, URGENCY_CALL);
	if (e)
		overload_note(&in->o, OVERLOAD_CALLS,
			      lobby_since(e->arrived_us, now_us));
	if (now_us - in->turn_us < TURN_US)
		return;

	was = in->o.on;
	in->turn_us = now_us;
	overload_turn(&in->o);
	tell(in, was);
	counter_set(in->percent, overload_refused(&in->o) / 10);
	counter_set(in->waiting, backlog_count(in->backlog));
}


/**
 * Set how long messages may wait
 *
 * @param in       Lobby
 * @param delay_ms Milliseconds, 0: any time
 */
void lobby_limit(struct lobby *in, uint32_t delay_ms)
{
	bool was;

	if (!in)
		return;

	was = in->o.on;
	overload_set(&in->o, delay_ms);
	tell(in, was);
}


/**
 * Set who knows the calls that are never refused
 *
 * @param in  Lobby
 * @param h   Handler, or NULL
 * @param arg Its argument
 */
void lobby_spare(struct lobby *in, lobby_spare_h *h, void *arg)
{
	if (!in)
		return;

	in->spareh = h;
	in->spare_arg = arg;
}


/**
 * Look how it is
 *
 * @param in Lobby
 * @param v  What is seen
 */
void lobby_look(const struct lobby *in, struct lobby_view *v)
{
	memset(v, 0, sizeof(*v));
	if (!in)
		return;

	v->on = in->o.on;
	v->refused = overload_refused(&in->o);
	v->delay_ms = (uint32_t)(in->o.delay_us / 1000);
	v->waiting = backlog_count(in->backlog);
	v->total = counter_value(in->refused);
	if (in->since_ms)
		v->since_s = (uint32_t)((timers_now(in->conf.timers) -
					 in->since_ms) /
					1000);
}
