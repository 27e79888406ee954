/**
 * @file departure.c  How the server goes: with its last call, or in time
 */
#include <errno.h>
#include <re.h>
#include "common/timer.h"
#include "proxy/core/departure.h"

struct departure {
	struct departure_handlers h;
	struct timers *timers; /* referenced */
	struct timer tmr;
	enum departure_phase phase;
	uint64_t until; /* the phase lasts, ms */
	bool firm;
};


static void destructor(void *arg)
{
	struct departure *d = arg;

	timer_cancel(&d->tmr);
	mem_deref(d->timers);
}


/* the owner may go in the handler */
static void end(struct departure *d)
{
	timer_cancel(&d->tmr);
	d->phase = DEPARTURE_OVER;
	if (d->h.overh)
		d->h.overh(d->h.arg);
}


static void turn_handler(void *arg)
{
	struct departure *d = arg;
	const uint64_t now = timers_now(d->timers);
	uint32_t left = d->h.lefth(d->h.arg);

	if (left && d->phase == DEPARTURE_WAITS && now >= d->until) {
		d->phase = DEPARTURE_TELLS;
		d->until = now + DEPARTURE_TOLD_MS;
	}
	if (left && d->phase == DEPARTURE_TELLS && now < d->until) {
		d->h.endh(DEPARTURE_TELL_MAX, d->h.arg);
		left = d->h.lefth(d->h.arg);
	}

	if (!left || now >= d->until)
		end(d);
	else
		timer_start(d->timers, &d->tmr,
			    d->phase == DEPARTURE_TELLS ? DEPARTURE_TELL_MS
							: DEPARTURE_TURN_MS,
			    turn_handler, d);
}


/**
 * Allocate a departure that has not begun
 *
 * @param dp     Pointer to the allocated departure
 * @param timers Clock
 * @param h      Who counts calls, ends them, and is told; copied
 *
 * @return 0 if success, otherwise errorcode
 */
int departure_alloc(struct departure **dp, struct timers *timers,
		    const struct departure_handlers *h)
{
	struct departure *d;

	if (!dp || !timers || !h || !h->lefth || !h->endh)
		return EINVAL;

	d = mem_zalloc(sizeof(*d), destructor);
	if (!d)
		return ENOMEM;

	d->timers = mem_ref(timers);
	d->h = *h;
	*dp = d;

	return 0;
}


/**
 * Begin, or set another deadline
 *
 * @param d           Departure
 * @param deadline_ms How long calls may go on from now
 * @param firm        Whether it cannot be taken back
 *
 * @return 0 if success, EBUSY: the ends of calls are being told already
 */
int departure_begin(struct departure *d, uint64_t deadline_ms, bool firm)
{
	if (!d)
		return EINVAL;
	if (d->phase > DEPARTURE_WAITS)
		return EBUSY;

	d->phase = DEPARTURE_WAITS;
	d->firm = d->firm || firm;
	d->until = timers_now(d->timers) + deadline_ms;
	turn_handler(d);

	return 0;
}


/**
 * Wait no longer
 *
 * @param d Departure; one that has not begun does
 *
 * For calls at first, and the second time for their ends' answers.
 */
void departure_hasten(struct departure *d)
{
	if (!d || d->phase == DEPARTURE_OVER)
		return;

	if (d->phase == DEPARTURE_TELLS)
		end(d);
	else
		(void)departure_begin(d, 0, true);
}


/**
 * Stay after all
 *
 * @param d Departure
 *
 * @return 0 if success, EACCES: it is firm, EBUSY: ends are being told
 */
int departure_cancel(struct departure *d)
{
	if (!d || d->phase == DEPARTURE_NONE)
		return 0;
	if (d->phase > DEPARTURE_WAITS)
		return EBUSY;
	if (d->firm)
		return EACCES;

	timer_cancel(&d->tmr);
	d->phase = DEPARTURE_NONE;

	return 0;
}


/**
 * How far it is
 *
 * @param d Departure, or NULL
 *
 * @return Phase
 */
enum departure_phase departure_phase(const struct departure *d)
{
	return d ? d->phase : DEPARTURE_NONE;
}


/**
 * How long its phase lasts at most
 *
 * @param d Departure, or NULL
 *
 * @return Time in ms, 0 where it has no end
 */
uint64_t departure_left(const struct departure *d)
{
	const uint64_t now = d ? timers_now(d->timers) : 0;

	return d && d->until > now && d->phase != DEPARTURE_NONE
		       ? d->until - now
		       : 0;
}
