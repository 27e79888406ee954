/**
 * @file bench/media/report_targets.c  What was to be reached, and was it?
 *
 * Ratios of one run: they travel to other machines.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "test/bench/media/report.h"

#define KERNEL  "viaduct:kernel"
#define LOOKUP  "viaduct:sk_lookup"
#define SOCKETS "viaduct:sockets"
#define OTHER   "rtpengine"


static void say(const char *what, double v, double most, const char *unit)
{
	if (!isfinite(v))
		return;
	(void)printf("  %-7s %-52s %8.3g%s, at most %g\n",
		     v <= most ? "met" : "NOT MET", what, v, unit, most);
}


static void say_least(const char *what, double v, double least)
{
	if (!isfinite(v))
		return;
	(void)printf("  %-7s %-52s %8.3g x, at least %g\n",
		     v >= least ? "met" : "NOT MET", what, v, least);
}


static double cost(const struct bench *b, const char *name, bool burst,
		   book_h *h)
{
	struct trial_terms terms = b->terms;

	terms.burst = burst;

	return book_median(b->book, BOOK_COST, name, &terms, h);
}


static void costs(const struct bench *b)
{
	say("kernel: a packet, to plain forwarding",
	    cost(b, KERNEL, false, book_to_forward), 1.05, " x");
	say("kernel: a packet, to rtpengine",
	    cost(b, KERNEL, false, book_to_rtpengine), 0.12, " x");
	say("sk_lookup: a packet, to rtpengine",
	    cost(b, LOOKUP, false, book_to_rtpengine), 0.5, " x");
	say("sockets: a packet evenly spaced, to rtpengine",
	    cost(b, SOCKETS, false, book_to_rtpengine), 0.45, " x");
	say("sockets: a packet in bursts, to rtpengine",
	    cost(b, SOCKETS, true, book_to_rtpengine), 0.7, " x");
}


/* the load at which it comes off worst beside rtpengine */
static double worst_delay(const struct bench *b, const char *name)
{
	double worst = NAN;

	for (size_t i = 0; i < b->book->pagec; i++) {
		const struct book_page *p = &b->book->pagev[i], *other;

		if (p->run != BOOK_DELAY || strcmp(p->trial.name, name))
			continue;
		other = book_find(b->book, BOOK_DELAY, p->round, OTHER,
				  &p->trial.terms);
		if (other)
			worst = fmax(worst, p->trial.p99 / other->trial.p99);
	}

	return worst;
}


/* packets a second of a core that does nothing else */
static double capacity(const struct bench *b, const char *name)
{
	for (size_t i = 0; i < b->book->pagec; i++) {
		const struct book_page *p = &b->book->pagev[i];

		if (p->run == BOOK_MAXIMUM && !strcmp(p->trial.name, name))
			return 1 / book_added(b->book, p);
	}

	return NAN;
}


static double growth(const struct bench *b, const char *name)
{
	double most = NAN, least = NAN;

	for (size_t i = 0; i < b->book->pagec; i++) {
		const struct book_page *p = &b->book->pagev[i];
		double added;

		if (p->run != BOOK_GROWTH || strcmp(p->trial.name, name))
			continue;
		added = book_added(b->book, p);
		most = fmax(most, added);
		least = fmin(least, added);
	}

	/* what lies below the noise has no ratio */
	return least > 0 ? most / least : NAN;
}


static const struct trial *last_growth(const struct bench *b, const char *name)
{
	const struct trial *r = NULL;

	for (size_t i = 0; i < b->book->pagec; i++) {
		const struct book_page *p = &b->book->pagev[i];

		if (p->run == BOOK_GROWTH && !strcmp(p->trial.name, name))
			r = &p->trial;
	}

	return r;
}


static void rung(const struct bench *b, const char *name, double most)
{
	const struct trial *other = last_growth(b, OTHER);
	const struct trial *ours = last_growth(b, name);
	const char *word = strchr(name, ':') + 1;
	char what[96];

	(void)snprintf(what, sizeof(what),
		       "%s: delay p99 at its worst load, to rtpengine", word);
	say(what, worst_delay(b, name), 1, " x");
	(void)snprintf(what, sizeof(what), "%s: packets/s, to rtpengine",
		       word);
	say_least(what, capacity(b, name) / capacity(b, OTHER), most);
	(void)snprintf(what, sizeof(what),
		       "%s: as calls grow, dearest to cheapest", word);
	say(what, growth(b, name), 1.1, " x");
	if (!ours)
		return;

	(void)snprintf(what, sizeof(what), "%s: memory of a call", word);
	say(what, ours->foot.memory / 1024, 4, " kB");
	if (!other)
		return;
	(void)snprintf(what, sizeof(what),
		       "%s: memory of a call, to rtpengine", word);
	say(what, ours->foot.memory / other->foot.memory, 0.2, " x");
}


static void storms(const struct bench *b)
{
	for (size_t i = 0; i < b->book->pagec; i++) {
		const struct trial *r = &b->book->pagev[i].trial;
		char what[96];

		if (strncmp(r->name, "viaduct", 7))
			continue;
		if (b->book->pagev[i].run == BOOK_AFTER) {
			(void)snprintf(what, sizeof(what),
				       "%s: ends that overload left dead",
				       r->name);
			say(what, r->dead, 0, "");
		}
		else if (b->book->pagev[i].run == BOOK_SPRAYED) {
			(void)snprintf(
				what, sizeof(what),
				"%s: strangers' packets that were heard",
				r->name);
			say(what,
			    (double)(r->corrupted + r->misrouted + r->foreign),
			    0, "");
		}
	}
}


/**
 * Say what was to be reached, and whether it was
 *
 * @param b Bench
 */
void report_targets(const struct bench *b)
{
	(void)printf("targets\n");
	costs(b);
	rung(b, KERNEL, 5);
	rung(b, LOOKUP, 2);
	rung(b, SOCKETS, 2);
	storms(b);
}
