/**
 * @file bench/media/trial.c  One measurement of one contender
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "test/bench/media/trial.h"

/* of packets of each end */
enum { WARM_ROUNDS = 8 };


/* what the machine's CPU was used for, while packets are counted */
static void count(struct trial *r, struct idle *idle, struct contender *c,
		  struct talk *t)
{
	const uint64_t relay = idle_process(c->pid);
	const uint64_t phones = idle_process(getpid());
	struct idle_mark m;

	idle_mark(idle, &m, c->pid);
	talk_count(t, true);
	lab_sleep((uint64_t)(r->terms.seconds * 1e9));
	talk_count(t, false);
	idle_since(idle, &m, &r->time, c->pid);
	r->relay = (double)(idle_process(c->pid) - relay) / 1e9;
	r->phones = (double)(idle_process(getpid()) - phones) / 1e9;
}


static void collect_ears(struct trial *r, const struct talk_side *s,
			 uint32_t calls)
{
	for (uint32_t i = 0; i < calls; i++) {
		const struct talk_ear *e = &s->earv[i];

		r->dead += !e->got;
		r->jitter += e->jitter / 1e3 / (2.0 * calls);
	}
}


static void collect(struct trial *r, const struct talk *t)
{
	struct histogram all;

	memset(&all, 0, sizeof(all));
	for (int side = 0; side < LAB_SIDES; side++) {
		const struct talk_side *s = &t->sidev[side];

		r->sent += s->sent;
		r->unsent += s->unsent;
		r->got += s->got;
		r->twice += s->twice;
		r->reordered += s->reordered;
		r->misrouted += s->misrouted;
		r->foreign += s->foreign;
		r->corrupted += s->corrupted;
		r->checksum += s->checksum;
		r->buffer += s->lost;
		if ((double)s->behind_ns / 1e6 > r->behind)
			r->behind = (double)s->behind_ns / 1e6;
		histogram_merge(&all, &s->delays);
		collect_ears(r, s, t->callc);
	}
	r->p50 = histogram_us(&all, 0.50);
	r->p90 = histogram_us(&all, 0.90);
	r->p99 = histogram_us(&all, 0.99);
	r->max = histogram_us(&all, 1);
}


/**
 * Measure
 *
 * @param r     Filled in
 * @param idle  Counter, which is calibrated anew
 * @param c     Contender, whose calls stand
 * @param t     Talk
 * @param terms What is asked
 */
void trial_run(struct trial *r, struct idle *idle, struct contender *c,
	       struct talk *t, const struct trial_terms *terms)
{
	struct talk_pace pace = {.burst = terms->burst,
				 .strangers = terms->strangers};
	uint64_t warm;

	memset(r, 0, sizeof(*r));
	r->terms = *terms;
	(void)snprintf(r->name, sizeof(r->name), "%s", c->name);
	pace.period_ns = (uint64_t)(2e9 * terms->calls / terms->rate);
	warm = pace.period_ns * WARM_ROUNDS;
	if (warm < c->kind->warm_ms * 1000000)
		warm = c->kind->warm_ms * 1000000;
	if (terms->warm > 0)
		warm = (uint64_t)(terms->warm * 1e9);

	idle_calibrate(idle);
	talk_begin(t, &pace);
	lab_sleep(warm);
	count(r, idle, c, t);
	talk_end(t);
	collect(r, t);
}


/**
 * What a packet cost, with all that the phones do
 *
 * @param r Trial
 *
 * @return CPU time of the whole machine [us]
 */
double trial_cost(const struct trial *r)
{
	return r->sent ? r->time.busy / (double)r->sent * 1e6 : 0;
}


/**
 * How many packets did not arrive
 *
 * @param r Trial
 *
 * @return Share of all, 0 to 1
 */
double trial_loss(const struct trial *r)
{
	if (!r->sent || r->got >= r->sent)
		return 0;

	return (double)(r->sent - r->got) / (double)r->sent;
}
