/**
 * @file call_leg.c  A relay leg: one resource, and what its sides asked of it
 */
#include <errno.h>
#include "common/metrics.h"
#include "proxy/media/call_state.h"


static void destructor(void *arg)
{
	struct media_leg *leg = arg;

	for (int i = 0; i < 2; i++)
		call_unclaim(leg, (enum call_side)i);
	mem_deref(leg->res);
	for (int i = 0; i < 2; i++) {
		mem_deref(leg->sidev[i].asked);
		mem_deref(leg->sidev[i].ours);
	}
}


/**
 * Allocate a leg, without a resource yet
 *
 * @param legp Pointer to the allocated leg
 * @param call Its call, outlives it
 *
 * @return 0 if success, otherwise errorcode
 */
int call_leg_alloc(struct media_leg **legp, struct call *call)
{
	struct media_leg *leg = mem_zalloc(sizeof(*leg), destructor);

	if (!leg)
		return ENOMEM;

	leg->call = call;
	*legp = leg;

	return 0;
}


/* a leg whose far side was offered what this dialog answers */
static struct media_leg *sibling(const struct call_dialog *d)
{
	const struct call *call = d->call;

	if (!call->first || !d->forked)
		return NULL;

	for (struct le *le = list_head(&call->dialogl); le; le = le->next) {
		const struct call_dialog *other = le->data;

		if (other != d && other->leg->res)
			return other->leg;
	}

	return NULL;
}


/* one leg for both: it faces whoever spoke last, or was confirmed. For a
 * success that is better than none at all */
static int share(struct call_dialog *d, struct media_leg *with, int err)
{
	if (err != ENOSYS && !d->confirmed)
		return err;

	mem_deref(d->leg);
	d->leg = mem_ref(with);

	return 0;
}


/**
 * Get a dialog's leg a resource, if it has none yet
 *
 * @param d Dialog
 *
 * @return 0 if success, otherwise errorcode
 */
int call_leg_open(struct call_dialog *d)
{
	struct calls *calls = d->call->calls;
	struct media_leg *with = sibling(d);
	int err;

	if (!calls)
		return ECANCELED;
	if (d->leg->res)
		return 0;
	if (!calls->conf.maker)
		return ECONNREFUSED;

	if (with) {
		err = resource_fork(&d->leg->res, with->res, RELAY_B,
				    call_relay_event, d->leg);
		return err ? share(d, with, err) : 0;
	}

	counter_inc(calls->relayed);

	return calls->conf.maker->alloc(&d->leg->res, calls->conf.maker,
					&d->call->callid, call_relay_event,
					d->leg);
}


/**
 * Which side has something to ask that the leg does not know?
 *
 * @param side Set to the side
 * @param d    Dialog
 *
 * @return false if the leg is as the dialog wants it
 */
bool call_leg_next(enum call_side *side, const struct call_dialog *d)
{
	for (int i = CALL_A; i <= CALL_B; i++) {
		const struct ask *now = d->sidev[i].now;

		if (!now || call_ask_same(now, d->leg->sidev[i].asked))
			continue;

		*side = (enum call_side)i;
		return true;
	}

	return false;
}


/**
 * The resource has granted what a side asked
 *
 * @param leg  Leg
 * @param side Side
 * @param ask  What it asked
 * @param ours What stands for it
 */
void call_leg_granted(struct media_leg *leg, enum call_side side,
		      struct ask *ask, struct resource_media *ours)
{
	struct leg_side *s = &leg->sidev[side];

	mem_ref(ask);
	mem_deref(s->asked);
	s->asked = ask;
	mem_ref(ours);
	mem_deref(s->ours);
	s->ours = ours;
	call_claim(leg, side, call_ask_first(ours));
}
