/**
 * @file bench/media/bench.c  A contender's turn
 */
#include <stdio.h>
#include <string.h>
#include "test/bench/media/bench.h"


/**
 * Start a contender, with calls that stand
 *
 * @param b     Bench
 * @param c     Filled in
 * @param name  Its name
 * @param calls Number of calls
 *
 * @return False if it does not start: it takes no part
 */
bool bench_begin(struct bench *b, struct contender *c, const char *name,
		 uint32_t calls)
{
	must(contender_init(c, name), name);
	c->viaduct = b->viaduct;
	c->dir = b->dir;
	if (!contender_start(c)) {
		(void)printf("  %-20s does not start here\n", name);
		contender_stop(c);
		return false;
	}
	contender_open(c, b->talk, calls);

	return true;
}


/**
 * Take the calls down, and end it
 *
 * @param b Bench
 * @param c Contender
 */
void bench_finish(struct bench *b, struct contender *c)
{
	contender_close(c, b->talk);
	contender_stop(c);
}


/* what should never be seen is said at once */
static void say_faults(const struct trial *r)
{
	if (r->corrupted || r->misrouted || r->foreign || r->checksum ||
	    r->twice || r->reordered || r->dead)
		(void)printf("  %-20s FAULTS: %ju corrupted, %ju misrouted, "
			     "%ju foreign, %ju wrong checksums, %ju twice, "
			     "%ju reordered, %u ends heard nothing\n",
			     r->name, (uintmax_t)r->corrupted,
			     (uintmax_t)r->misrouted, (uintmax_t)r->foreign,
			     (uintmax_t)r->checksum, (uintmax_t)r->twice,
			     (uintmax_t)r->reordered, r->dead);
	if (r->buffer || r->unsent)
		(void)printf("  %-20s the phones' own: %ju lost, %ju unsent\n",
			     r->name, (uintmax_t)r->buffer,
			     (uintmax_t)r->unsent);
	if (r->time.foreign > 0.05 * r->time.wall)
		(void)printf("  %-20s others used %.0f %% of a core\n",
			     r->name, 100 * r->time.foreign / r->time.wall);
}


/**
 * Measure it once, write it down and say it
 *
 * @param b     Bench
 * @param c     Contender with calls
 * @param run   What it belongs to
 * @param round Number of the round
 * @param terms What is asked
 */
void bench_trial(struct bench *b, struct contender *c, enum book_run run,
		 unsigned round, const struct trial_terms *terms)
{
	struct trial r;

	trial_run(&r, &b->idle, c, b->talk, terms);
	book_write(b->book, run, round, &r);
	(void)printf("  %-20s %7.0f packets/s %5.2f us a packet, relay %5.2f, "
		     "phones %5.2f, lost %.3f %%, p50 %.0f p90 %.0f p99 %.0f "
		     "max %.0f us, jitter %.0f us\n",
		     r.name, (double)r.sent / r.time.wall, trial_cost(&r),
		     r.relay / (double)r.sent * 1e6,
		     r.phones / (double)r.sent * 1e6, 100 * trial_loss(&r),
		     r.p50, r.p90, r.p99, r.max, r.jitter);
	say_faults(&r);
}
