/**
 * @file bench/media/book.c  All that was measured, and what follows from it
 *
 * Contenders are compared within a round, where the machine was the same, and
 * of the rounds the median counts.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "test/bench/media/book.h"


/**
 * Write a trial down
 *
 * @param b     Book
 * @param run   What it belongs to
 * @param round Number of the round
 * @param r     Trial
 *
 * @return The trial in the book
 */
struct trial *book_write(struct book *b, enum book_run run, unsigned round,
			 const struct trial *r)
{
	struct book_page *p;

	must(b->pagec < BOOK_TRIALS, "the book is full");
	p = &b->pagev[b->pagec++];
	p->run = run;
	p->round = round;
	p->trial = *r;

	return &p->trial;
}


static bool same_terms(const struct trial_terms *a,
		       const struct trial_terms *b)
{
	return a->calls == b->calls && fabs(a->rate - b->rate) < 1 &&
	       a->burst == b->burst;
}


/**
 * Find a trial
 *
 * @param b     Book
 * @param run   What it belongs to
 * @param round Number of the round
 * @param name  Contender
 * @param terms What was asked
 *
 * @return Page, NULL if there is none
 */
const struct book_page *book_find(const struct book *b, enum book_run run,
				  unsigned round, const char *name,
				  const struct trial_terms *terms)
{
	for (size_t i = 0; i < b->pagec; i++) {
		const struct book_page *p = &b->pagev[i];

		if (p->run == run && p->round == round &&
		    !strcmp(p->trial.name, name) &&
		    same_terms(&p->trial.terms, terms))
			return p;
	}

	return NULL;
}


static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}


/**
 * The median of all rounds
 *
 * @param b     Book
 * @param run   What it belongs to
 * @param name  Contender
 * @param terms What was asked
 * @param h     What is taken of each trial
 *
 * @return Median, NAN if there is nothing
 */
double book_median(const struct book *b, enum book_run run, const char *name,
		   const struct trial_terms *terms, book_h *h)
{
	double v[BOOK_ROUNDS];
	size_t n = 0;

	for (unsigned round = 0; round < BOOK_ROUNDS; round++) {
		const struct book_page *p = book_find(b, run, round, name,
						      terms);

		if (!p)
			continue;
		v[n] = h(b, p);
		n += !isnan(v[n]);
	}
	if (!n)
		return NAN;

	qsort(v, n, sizeof(*v), compare);

	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}


/**
 * What a packet cost above the direct path, in the same round
 *
 * @param b Book
 * @param p Page
 *
 * @return CPU time [us]
 */
double book_added(const struct book *b, const struct book_page *p)
{
	const struct book_page *direct = book_find(b, p->run, p->round,
						   "direct", &p->trial.terms);

	if (!direct)
		return NAN;

	return trial_cost(&p->trial) - trial_cost(&direct->trial);
}


/* what lies below the noise has no ratio */
static double ratio_to(const struct book *b, const struct book_page *p,
		       const char *name)
{
	const struct book_page *other = book_find(b, p->run, p->round, name,
						  &p->trial.terms);
	const double added = book_added(b, p);
	const double theirs = other ? book_added(b, other) : NAN;

	return added > 0 && theirs > 0 ? added / theirs : NAN;
}


/**
 * How that compares with rtpengine
 *
 * @param b Book
 * @param p Page
 *
 * @return Ratio
 */
double book_to_rtpengine(const struct book *b, const struct book_page *p)
{
	return ratio_to(b, p, "rtpengine");
}


/**
 * How that compares with plain forwarding
 *
 * @param b Book
 * @param p Page
 *
 * @return Ratio
 */
double book_to_forward(const struct book *b, const struct book_page *p)
{
	return ratio_to(b, p, "forward");
}


/**
 * What the relay's own process had of it
 *
 * @param b Book
 * @param p Page
 *
 * @return CPU time for a packet [us]
 */
double book_relay(const struct book *b, const struct book_page *p)
{
	(void)b;

	return p->trial.relay / (double)p->trial.sent * 1e6;
}


/**
 * Median delay
 *
 * @param b Book
 * @param p Page
 *
 * @return Delay [us]
 */
double book_p50(const struct book *b, const struct book_page *p)
{
	(void)b;

	return p->trial.p50;
}


/**
 * The delay that 9 of 10 did not exceed
 *
 * @param b Book
 * @param p Page
 *
 * @return Delay [us]
 */
double book_p90(const struct book *b, const struct book_page *p)
{
	(void)b;

	return p->trial.p90;
}


/**
 * The delay that 99 of 100 did not exceed
 *
 * @param b Book
 * @param p Page
 *
 * @return Delay [us]
 */
double book_p99(const struct book *b, const struct book_page *p)
{
	(void)b;

	return p->trial.p99;
}


/**
 * How many packets did not arrive
 *
 * @param b Book
 * @param p Page
 *
 * @return Share [%]
 */
double book_loss(const struct book *b, const struct book_page *p)
{
	(void)b;

	return trial_loss(&p->trial) * 100;
}
