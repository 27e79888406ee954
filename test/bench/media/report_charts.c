/**
 * @file bench/media/report_charts.c  What test/tool/chart.c draws
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "test/bench/media/report.h"


/* the trials of a run and contender, in the order of their time */
static const struct book_page *next_page(const struct bench *b,
					 const struct book_page *p,
					 enum book_run run, const char *name)
{
	const struct book_page *end = b->book->pagev + b->book->pagec;

	for (p = p ? p + 1 : b->book->pagev; p < end; p++) {
		if (p->run == run && !strcmp(p->trial.name, name))
			return p;
	}

	return NULL;
}


static bool was_run(const struct bench *b, enum book_run run)
{
	for (size_t i = 0; i < b->namec; i++) {
		if (next_page(b, NULL, run, b->namev[i]))
			return true;
	}

	return false;
}


static void cost_series(const struct bench *b, FILE *f, bool burst)
{
	struct trial_terms terms = b->terms;

	terms.burst = burst;
	(void)fprintf(f, "series %s\ncolour %d\n",
		      burst ? "in bursts" : "evenly spaced", burst ? 7 : 3);
	for (size_t i = 1; i < b->namec; i++) {
		const double v = book_median(b->book, BOOK_COST, b->namev[i],
					     &terms, book_added);

		if (!isnan(v))
			(void)fprintf(f, "bar %.3f %s\n", v, b->namev[i]);
	}
}


static void cost_chart(const struct bench *b)
{
	FILE *f = report_open(b, "media-cost.chart");

	(void)fprintf(f,
		      "title CPU time of a relayed packet\n"
		      "note whole machine, above the direct path; %u calls, "
		      "%.0f packets/s, median of %u rounds\n"
		      "bars\ny microseconds a packet\n",
		      b->terms.calls, b->terms.rate, b->rounds);
	cost_series(b, f, false);
	cost_series(b, f, true);
	(void)fclose(f);
}


static void delay_series(const struct bench *b, FILE *f, size_t i, bool p99)
{
	const struct book_page *p = NULL;

	(void)fprintf(f, "series %s %s\ncolour %zu\n%s", b->namev[i],
		      p99 ? "p99" : "p50", i, p99 ? "" : "dashed\n");
	while ((p = next_page(b, p, BOOK_DELAY, b->namev[i])) != NULL)
		(void)fprintf(f, "at %.0f %.1f\n", p->trial.terms.rate,
			      p99 ? p->trial.p99 : p->trial.p50);
}


static void delay_chart(const struct bench *b)
{
	FILE *f = report_open(b, "media-delay.chart");

	(void)fprintf(f,
		      "title Delay of packets as the load grows\n"
		      "note %u calls, evenly spaced, the phones on the same "
		      "cores; up to 5 %% loss\nlog y\nx packets/s\n"
		      "y microseconds\n",
		      b->terms.calls);
	for (size_t i = 0; i < b->namec; i++) {
		delay_series(b, f, i, true);
		delay_series(b, f, i, false);
	}
	(void)fclose(f);
}


static void growth_chart(const struct bench *b)
{
	FILE *f = report_open(b, "media-growth.chart");

	(void)fprintf(f,
		      "title CPU time of a relayed packet as calls grow\n"
		      "note whole machine, above the direct path; the calls "
		      "share 50000 packets/s\nlog x\nx calls\n"
		      "y microseconds a packet\n");
	for (size_t i = 1; i < b->namec; i++) {
		const struct book_page *p = NULL;

		(void)fprintf(f, "series %s\ncolour %zu\n", b->namev[i], i);
		while ((p = next_page(b, p, BOOK_GROWTH, b->namev[i])) != NULL)
			(void)fprintf(f, "at %u %.3f\n", p->trial.terms.calls,
				      fmax(0, book_added(b->book, p)));
	}
	(void)fclose(f);
}


/* of the most calls that it had */
static void memory_series(const struct bench *b, FILE *f, bool kernel)
{
	(void)fprintf(f, "series %s\ncolour %d\n",
		      kernel ? "in the kernel" : "in the process",
		      kernel ? 7 : 3);
	for (size_t i = 1; i < b->namec; i++) {
		const struct book_page *p = NULL, *last = NULL;
		char name[64];

		while ((p = next_page(b, p, BOOK_GROWTH, b->namev[i])) != NULL)
			last = p;
		if (!last || last->trial.foot.memory == 0)
			continue;
		(void)snprintf(name, sizeof(name), "%s, %u calls", b->namev[i],
			       last->trial.terms.calls);
		(void)fprintf(f, "bar %.2f %s\n",
			      fmax(0, kernel ? last->trial.foot.kernel
					     : last->trial.foot.memory) /
				      1024,
			      name);
	}
}


static void memory_chart(const struct bench *b)
{
	FILE *f = report_open(b, "media-memory.chart");

	(void)fprintf(f, "title Memory of a call that stands\n"
			 "note of viaduct with all that its proxy keeps; "
			 "kernel: its objects for all, so give or take a "
			 "little\nbars\ny kilobytes a call\n");
	memory_series(b, f, false);
	memory_series(b, f, true);
	(void)fclose(f);
}


/* with the phones on the same cores, or what one core could do by itself */
static void maximum_series(const struct bench *b, FILE *f, bool own)
{
	(void)fprintf(f, "series %s\ncolour %d\n",
		      own ? "one core that relays and does nothing else"
			  : "all cores, with the phones",
		      own ? 7 : 3);
	for (size_t i = 0; i < b->namec; i++) {
		const struct book_page *p = NULL, *most = NULL;
		double added;

		while ((p = next_page(b, p, BOOK_MAXIMUM, b->namev[i])) !=
		       NULL) {
			if (!most ||
			    p->trial.terms.rate > most->trial.terms.rate)
				most = p;
		}
		if (!most)
			continue;
		added = book_added(b->book, most);
		if (!own)
			(void)fprintf(f, "bar %.0f %s\n",
				      most->trial.terms.rate / 1e3,
				      b->namev[i]);
		else if (added > 0)
			(void)fprintf(f, "bar %.0f %s\n", 1e3 / added,
				      b->namev[i]);
	}
}


static void maximum_chart(const struct bench *b)
{
	FILE *f = report_open(b, "media-maximum.chart");

	(void)fprintf(f,
		      "title Highest rate with less than 0.1 %% lost\n"
		      "note %u calls, %zu cores; for one core: by what a "
		      "packet costs at that rate\nbars\n"
		      "y thousand packets/s\n",
		      b->terms.calls, b->idle.cores);
	maximum_series(b, f, false);
	maximum_series(b, f, true);
	(void)fclose(f);
}


/**
 * Write what is drawn
 *
 * @param b Bench
 */
void report_charts(const struct bench *b)
{
	static const struct {
		enum book_run run;
		void (*h)(const struct bench *b);
	} chartv[] = {
		{BOOK_COST, cost_chart},       {BOOK_DELAY, delay_chart},
		{BOOK_GROWTH, growth_chart},   {BOOK_GROWTH, memory_chart},
		{BOOK_MAXIMUM, maximum_chart},
	};

	for (size_t i = 0; i < sizeof(chartv) / sizeof(*chartv); i++) {
		if (was_run(b, chartv[i].run))
			chartv[i].h(b);
	}
}
