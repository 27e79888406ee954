/**
 * @file bench/media/bench_growth.c  What a call takes, and as calls grow
 *
 * The same rate is shared by more and more calls, so that nothing but their
 * number changes.
 */
#include <stdio.h>
#include "test/bench/media/bench.h"

static const uint32_t callv[] = {10, 100, 1000, 4000, 10000};
static const uint32_t quick_callv[] = {2000};

/* of all calls together */
static const double rate = 50000;


static void print_foot(const char *name, uint32_t calls,
		       const struct footprint *f)
{
	(void)printf("  %-20s %5u calls, each: %.1f kB, in the kernel %.1f "
		     "kB, %.1f descriptors, set-up %.0f us, removal %.0f us\n",
		     name, calls, f->memory / 1024, f->kernel / 1024,
		     f->descriptors, f->setup, f->removal);
}


static void one(struct bench *b, const char *name, uint32_t calls)
{
	struct trial_terms terms = b->terms;
	struct footprint foot = {.memory = 0};
	struct contender c;
	struct trial *r;

	terms.calls = calls;
	terms.rate = rate;
	if (!bench_begin(b, &c, name, calls, &foot))
		return;

	r = bench_trial(b, &c, BOOK_GROWTH, 0, &terms);
	bench_finish(b, &c, &foot);
	r->foot = foot;
	if (c.kind->start)
		print_foot(name, calls, &foot);
}


/**
 * Measure what a call takes, and what a packet costs as calls grow
 *
 * @param b Bench
 */
void bench_growth(struct bench *b)
{
	const uint32_t *v = b->quick ? quick_callv : callv;
	const size_t n = b->quick ? sizeof(quick_callv) / sizeof(*quick_callv)
				  : sizeof(callv) / sizeof(*callv);

	(void)printf("as calls grow: %.0f packets/s shared by them\n", rate);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < b->namec; k++)
			one(b, b->namev[k], v[i]);
	}
	(void)printf("\n");
}
