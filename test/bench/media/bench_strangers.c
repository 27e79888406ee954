/**
 * @file bench/media/bench_strangers.c  Calls while strangers send to them
 */
#include <stdio.h>
#include "test/bench/media/bench.h"

/* of the terms' rate: of the calls, and of strangers */
static const double calm = 0.2, sprayed = 1;


static void one(struct bench *b, const char *name)
{
	struct trial_terms terms = b->terms;
	const struct trial *r;
	struct contender c;

	terms.rate *= calm;
	if (!bench_begin(b, &c, name, terms.calls, NULL))
		return;

	/* the ends are known when strangers come: rtpengine learns for 3 s */
	terms.warm = 4;
	(void)bench_trial(b, &c, BOOK_PEACE, 0, &terms);
	terms.strangers = b->terms.rate * sprayed;
	terms.warm = 0.5;
	r = bench_trial(b, &c, BOOK_SPRAYED, 0, &terms);
	bench_finish(b, &c, NULL);
	(void)printf("  %-20s with strangers: %.3f %% lost, p99 %.0f us, "
		     "%ju of theirs were heard\n",
		     name, 100 * trial_loss(r), r->p99,
		     (uintmax_t)(r->corrupted + r->misrouted + r->foreign +
				 r->twice));
}


/**
 * See what strangers can do to calls
 *
 * @param b Bench
 */
void bench_strangers(struct bench *b)
{
	(void)printf("strangers: %.0f packets/s of them to all ports, %u "
		     "calls with %.0f packets/s\n",
		     b->terms.rate * sprayed, b->terms.calls,
		     b->terms.rate * calm);
	for (size_t i = 0; i < b->namec; i++) {
		struct contender c;

		/* without a relay there is nothing to send to */
		if (contender_init(&c, b->namev[i]) && c.kind->start)
			one(b, b->namev[i]);
	}
	(void)printf("\n");
}
