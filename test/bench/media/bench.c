/**
 * @file bench/media/bench.c  A contender's turn
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "test/bench/media/bench.h"

/* descriptors that a process needs beside those of its calls */
enum { DESCRIPTORS_OWN = 200, SETTLE_NS = 200000000 };

/* of a core: who uses more disturbs */
static const double foreign_max = 0.15;


static bool enough_descriptors(const struct contender *c, uint32_t calls)
{
	struct rlimit rl;

	must(!getrlimit(RLIMIT_NOFILE, &rl), "getrlimit");

	return calls * c->kind->descriptors(c) + DESCRIPTORS_OWN <=
	       rl.rlim_cur;
}


/* of all calls that stand, and then of each */
static void foot_before(struct footprint *foot, const struct contender *c)
{
	lab_sleep(SETTLE_NS);
	foot->memory = (double)child_memory(c->pid);
	foot->kernel = (double)child_kernel_memory();
	foot->descriptors = child_descriptors(c->pid);
	foot->setup = (double)idle_process(c->pid);
}


static void foot_after(struct footprint *foot, const struct contender *c)
{
	const double calls = c->callc;

	foot->setup = ((double)idle_process(c->pid) - foot->setup) / 1e3 /
		      calls;
	lab_sleep(SETTLE_NS);
	foot->memory = ((double)child_memory(c->pid) - foot->memory) / calls;
	foot->kernel = ((double)child_kernel_memory() - foot->kernel) / calls;
	foot->descriptors = (child_descriptors(c->pid) - foot->descriptors) /
			    calls;
}


/**
 * Start a contender, with calls that stand
 *
 * @param b     Bench
 * @param c     Filled in
 * @param name  Its name
 * @param calls Number of calls
 * @param foot  Filled in with what a call takes, can be NULL
 *
 * @return False if it takes no part
 */
bool bench_begin(struct bench *b, struct contender *c, const char *name,
		 uint32_t calls, struct footprint *foot)
{
	must(contender_init(c, name), name);
	c->viaduct = b->viaduct;
	c->dir = b->dir;
	if (!enough_descriptors(c, calls)) {
		(void)printf("  %-20s too few descriptors for %u calls\n",
			     name, calls);
		return false;
	}
	if (!contender_start(c)) {
		(void)printf("  %-20s does not start here\n", name);
		contender_stop(c);
		return false;
	}
	if (foot)
		foot_before(foot, c);
	if (!contender_open(c, b->talk, calls)) {
		(void)printf("  %-20s refuses %u calls\n", name, calls);
		contender_stop(c);
		return false;
	}
	if (foot)
		foot_after(foot, c);

	return true;
}


/**
 * Take the calls down, and end it
 *
 * @param b    Bench
 * @param c    Contender
 * @param foot Completed with what that took, can be NULL
 */
void bench_finish(struct bench *b, struct contender *c, struct footprint *foot)
{
	const uint64_t cpu = idle_process(c->pid);
	const double calls = c->callc;

	contender_close(c, b->talk);
	if (foot)
		foot->removal = (double)(idle_process(c->pid) - cpu) / 1e3 /
				calls;
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
	if (r->time.foreign > foreign_max * r->time.wall)
		(void)printf("  %-20s others used %.0f %% of a core\n",
			     r->name, 100 * r->time.foreign / r->time.wall);
}


static void say(const struct trial *r)
{
	(void)printf("  %-20s %7.0f packets/s %6.2f us a packet, relay %5.2f, "
		     "phones %5.2f, lost %.3f %%, p50 %.0f p90 %.0f p99 %.0f "
		     "max %.0f us, jitter %.0f us\n",
		     r->name, (double)r->sent / r->time.wall, trial_cost(r),
		     r->relay / (double)r->sent * 1e6,
		     r->phones / (double)r->sent * 1e6, 100 * trial_loss(r),
		     r->p50, r->p90, r->p99, r->max, r->jitter);
	say_faults(r);
}


/**
 * Measure it, write it down and say it
 *
 * @param b     Bench
 * @param c     Contender with calls
 * @param run   What it belongs to
 * @param round Number of the round
 * @param terms What is asked
 *
 * @return What was measured, in the book
 */
struct trial *bench_trial(struct bench *b, struct contender *c,
			  enum book_run run, unsigned round,
			  const struct trial_terms *terms)
{
	struct trial r;

	trial_run(&r, &b->idle, c, b->talk, terms);
	say(&r);

	return book_write(b->book, run, round, &r);
}
