/**
 * @file call_watch.c  One-way audio, while the call is up
 *
 * While it rings nobody has to speak: who was mute then has some seconds from
 * the answer on. A call in which all is heard costs nothing after that.
 */
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/media/call_state.h"
#include "proxy/media/call_watch.h"

enum { ANSWER_MS = 5000 };

/* a side is not heard, or does not hear */
enum { MUTE = 0, DEAF, KINDS };

/** Of the first stream of a side where it is so */
struct watch_side {
	bool is;           /* says the relay */
	unsigned stream;   /* ... of that stream */
	bool told;         /* and so have we: */
	uint64_t since_ms; /* it has been silent for ... */
	uint64_t past_ms;  /* of earlier times */
	unsigned times;
	enum oneway_cause cause;
};

struct call_watch {
	struct call *call; /* not owned */
	struct watch_side sidev[2][KINDS];
	struct timer tmr; /* to the time when it matters */
};


static void destructor(void *arg)
{
	struct call_watch *w = arg;

	timer_cancel(&w->tmr);
}


static int make(struct call *call)
{
	if (call->watch)
		return 0;

	call->watch = mem_zalloc(sizeof(*call->watch), destructor);
	if (!call->watch)
		return ENOMEM;

	call->watch->call = call;

	return 0;
}


static const char *side_name(unsigned side)
{
	return side == RELAY_A ? "a" : "b";
}


static bool get_stats(struct relay_stats *st, const struct call *call,
		      unsigned stream, unsigned side)
{
	const struct resource *res = call_media(call);

	return res && res->stats &&
	       !res->stats(res, stream, (enum relay_side)side, st);
}


static bool is_natted(const struct side *side)
{
	switch (side->verdict.reason) {
	case NAT_SOURCE_DIFFERS:
	case NAT_PRIVATE:
	case NAT_CONTACT_DIFFERS:
	case NAT_VIA_DIFFERS:
	case NAT_CALLEE:
		return true;

	default:
		return false;
	}
}


/* what nobody hears is longer gone than what somebody says of it */
static uint64_t silent_ms(const struct call *call,
			  const struct relay_stats *st, unsigned kind)
{
	const uint64_t ms = timers_now(call->calls->timers) -
			    call->answered_ms;

	return kind == MUTE ? min(st->quality.silent_ms, ms) : 0;
}


static void tell(struct call *call, unsigned side, unsigned kind)
{
	struct watch_side *w = &call->watch->sidev[side][kind];
	const bool both = call->watch->sidev[!side][MUTE].is;
	struct relay_stats st;
	const struct oneway_facts f = {
		.stats = &st,
		.nat = is_natted(&call->sidev[side]),
	};
	struct sa source;
	uint64_t silent;

	/* of a dialog that lost, and whose legs are gone */
	if (w->told || !get_stats(&st, call, w->stream, side))
		return;

	w->cause = kind == MUTE ? oneway_judge(&f) : ONEWAY_DEAF;
	w->told = true;
	++w->times;
	source = oneway_source(w->cause, &st);
	silent = silent_ms(call, &st, kind);
	w->since_ms = timers_now(call->calls->timers) - silent;

	counter_inc(call->calls->onewayv[w->cause]);
	log_warn(call->calls->log, "call.oneway", KV_PL("call", &call->callid),
		 KV_STR("side", side_name(side)), KV_UINT("stream", w->stream),
		 KV_STR("what", kind == MUTE ? "not-heard" : "hears-nothing"),
		 KV_UINT("silent_ms", silent),
		 KV_STR("cause", oneway_name(w->cause)),
		 KV_SA("source", &source),
		 KV_STR("other", both ? "mute" : "heard"),
		 KV_STR("remedy", oneway_remedy(w->cause)));
}


static void over(struct call *call, unsigned side, unsigned kind)
{
	struct watch_side *w = &call->watch->sidev[side][kind];
	const uint64_t lasted = timers_now(call->calls->timers) - w->since_ms;

	w->is = false;
	if (!w->told)
		return;

	w->told = false;
	w->past_ms += lasted;
	log_info(call->calls->log, "call.oneway.over",
		 KV_PL("call", &call->callid), KV_STR("side", side_name(side)),
		 KV_UINT("stream", w->stream), KV_UINT("lasted_ms", lasted),
		 KV_STR("cause", oneway_name(w->cause)));
}


static void begin(struct call *call, const struct relay_info *info,
		  unsigned kind)
{
	struct watch_side *w;

	/* without memory nothing is watched, and nothing else is lost */
	if (make(call))
		return;

	w = &call->watch->sidev[info->side][kind];
	if (w->is)
		return;

	w->is = true;
	w->stream = info->stream;
	if (call->answered && !timer_isrunning(&call->watch->tmr))
		tell(call, info->side, kind);
}


/* what was said of a dialog that rang beside others was said to nobody */
static void find_mute(struct call *call)
{
	struct relay_stats st;

	for (unsigned i = 0; i < 2 * RELAY_STREAMS_MAX; i++) {
		const struct relay_info info = {
			.stream = i / 2,
			.side = (enum relay_side)(i & 1),
		};

		if (get_stats(&st, call, i / 2, i & 1) && st.quality.mute)
			begin(call, &info, MUTE);
	}
}


static void matters(void *arg)
{
	struct call_watch *w = arg;
	struct call *call = w->call;
	bool any = false;

	find_mute(call);
	for (unsigned i = 0; i < 2 * KINDS; i++) {
		const struct watch_side *side =
			&w->sidev[i / KINDS][i % KINDS];

		if (side->is)
			tell(call, i / KINDS, i % KINDS);
		any = any || side->is;
	}

	if (!any)
		call->watch = mem_deref(w);
}


static void end(struct call *call, const struct relay_info *info,
		unsigned kind)
{
	const struct watch_side *w;

	if (!call->watch)
		return;

	w = &call->watch->sidev[info->side][kind];
	if (w->is && w->stream == info->stream)
		over(call, info->side, kind);
}


/**
 * The relay says that a side is mute or deaf, or not any more
 *
 * @param call Call
 * @param ev   RELAY_MUTE, RELAY_HEARD, RELAY_DEAF, RELAY_HEARS; others are
 *             nothing to it
 * @param info Which side of which stream
 */
void call_watch(struct call *call, enum relay_event ev,
		const struct relay_info *info)
{
	if (!call || !call->calls || !info || (unsigned)info->side > RELAY_B)
		return;

	if (ev == RELAY_MUTE || ev == RELAY_DEAF)
		begin(call, info, ev == RELAY_MUTE ? MUTE : DEAF);
	else if (ev == RELAY_HEARD || ev == RELAY_HEARS)
		end(call, info, ev == RELAY_HEARD ? MUTE : DEAF);
}


/**
 * The call was answered: who is mute now has some seconds
 *
 * @param call Call
 */
void call_watch_answered(struct call *call)
{
	if (call && call->calls && !make(call))
		timer_start(call->calls->timers, &call->watch->tmr, ANSWER_MS,
			    matters, call->watch);
}


/**
 * The call ends: nothing is to be said any more
 *
 * @param call Call
 */
void call_watch_close(struct call *call)
{
	if (call && call->watch)
		timer_cancel(&call->watch->tmr);
}


/**
 * Show what is known of a side
 *
 * @param show Filled
 * @param call Call
 * @param side Side
 */
void call_watch_show(struct call_oneway *show, const struct call *call,
		     enum call_side side)
{
	const struct watch_side *w;

	memset(show, 0, sizeof(*show));
	if (!call || !call->watch)
		return;

	w = call->watch->sidev[side];
	show->deaf = !w[MUTE].told && w[DEAF].times &&
		     (w[DEAF].told || !w[MUTE].times);
	w += show->deaf ? DEAF : MUTE;
	show->now = w->told;
	show->times = w->times;
	show->silent_ms = w->past_ms;
	show->cause = w->times ? oneway_name(w->cause) : NULL;
	show->remedy = w->times ? oneway_remedy(w->cause) : NULL;
	if (w->told && call->calls)
		show->silent_ms += timers_now(call->calls->timers) -
				   w->since_ms;
}
