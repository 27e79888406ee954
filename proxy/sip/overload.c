/**
 * @file overload.c  What share of the new calls is taken: pure
 */
#include <math.h>
#include "proxy/sip/overload.h"

enum { US = 1000000 };

/* each turn, for a second too much; and for a second more than before. A call
 * that is taken makes work for a second or more: slower than that has to be
 * what is learnt from it */
static const double gain_level = 0.8, gain_change = 5.0;

/* at most 98 of 100 are refused, for else nothing is learnt any more */
static const double refused_max = 3.9;


/**
 * Set how long messages may wait
 *
 * @param o         Controller
 * @param target_ms Delay that is wanted at most, 0: any
 */
void overload_set(struct overload *o, uint32_t target_ms)
{
	o->target_us = (uint64_t)target_ms * 1000;
	if (target_ms)
		return;

	o->refused = 0;
	o->on = false;
}


/**
 * A message's turn has come
 *
 * @param o        Controller
 * @param kind     What it is
 * @param delay_us How long it has waited
 */
void overload_note(struct overload *o, enum overload_kind kind,
		   uint64_t delay_us)
{
	if (o->seenv[kind] && delay_us >= o->leastv[kind])
		return;

	o->leastv[kind] = delay_us;
	o->seenv[kind] = true;
}


/* the longer one of both, 0 where nothing came */
static uint64_t standing(struct overload *o)
{
	uint64_t delay = 0;

	for (int i = 0; i < OVERLOAD_KINDS; i++) {
		if (o->seenv[i] && o->leastv[i] > delay)
			delay = o->leastv[i];
		o->seenv[i] = false;
	}

	return delay < OVERLOAD_DELAY_MAX ? delay : OVERLOAD_DELAY_MAX;
}


static double seconds(uint64_t to, uint64_t from)
{
	return ((double)to - (double)from) / US;
}


/**
 * Learn from what has waited since the last turn
 *
 * @param o Controller
 */
void overload_turn(struct overload *o)
{
	const uint64_t delay = standing(o), before = o->delay_us;

	o->delay_us = delay;
	if (!o->target_us)
		return;

	/* nothing is refused for what is not too long */
	if (!o->on && delay <= o->target_us)
		return;

	o->refused += gain_level * seconds(delay, o->target_us) +
		      gain_change * seconds(delay, before);
	o->refused = fmin(fmax(o->refused, 0), refused_max);

	if (o->refused > 0) {
		o->on = true;
		o->calm_ms = 0;
	}
	else if (o->on) {
		o->calm_ms += OVERLOAD_TURN_MS;
		o->on = o->calm_ms < OVERLOAD_CALM_MS;
	}
}


/**
 * Is a new call taken?
 *
 * @param o    Controller
 * @param dice Any number, evenly spread
 *
 * @return false if it is refused
 */
bool overload_takes(const struct overload *o, uint32_t dice)
{
	return o->refused <= 0 || (double)dice / UINT32_MAX < exp(-o->refused);
}


/**
 * The share of new calls that is refused
 *
 * @param o Controller
 *
 * @return Of a thousand
 */
unsigned overload_refused(const struct overload *o)
{
	return (unsigned)lround(1000 * (1 - exp(-o->refused)));
}
