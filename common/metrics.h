/**
 * @file metrics.h  Named counters, gauges and histograms, for any thread
 *
 * Names follow Prometheus ("sip_datagrams_refused_total"); metric_family.c
 * says what each is. Asking twice for one name gives the same one. A NULL
 * counter, histogram or registry is harmless.
 */
#ifndef COMMON_METRICS_H
#define COMMON_METRICS_H

#include <stdint.h>

struct metrics;
struct counter;
struct histogram;
struct mbuf;

enum {
	METRICS_MAX = 4096, /* names with their labels */
	HISTOGRAM_BOUNDS_MAX = 20,
};

/** What a histogram has counted, at a moment */
struct histogram_view {
	uint64_t sum, n;
	uint64_t
		countv[HISTOGRAM_BOUNDS_MAX + 1]; /* up to each bound, above */
};

/* a gauge that has no bound */
#define METRICS_INFINITE INT64_MAX

typedef void(metrics_h)(const char *name, uint64_t value, void *arg);
typedef void(metrics_collect_h)(void *arg);

int metrics_alloc(struct metrics **mp);

/* NULL when out of memory, without a registry, or when it is full */
struct counter *metrics_counter(struct metrics *m, const char *name);
struct counter *metrics_labelled(struct metrics *m, const char *family,
				 const char *label, const char *value);
struct histogram *metrics_histogram(struct metrics *m, const char *name);

/* numbers as they are counted, of histograms how many there were */
void metrics_apply(const struct metrics *m, metrics_h *h, void *arg);

/* what is slow to find out is asked for by metrics_text(), in its thread */
void metrics_collect(struct metrics *m, metrics_collect_h *h, void *arg);

/* the text for Prometheus, 0.0.4: by any thread but the main loop's */
int metrics_text(const struct metrics *m, struct mbuf *mb);

/* the same without asking for what is slow: by any thread */
int metrics_print(const struct metrics *m, struct mbuf *mb);

void counter_inc(struct counter *c);
void counter_add(struct counter *c, int64_t n);
void counter_set(struct counter *c, uint64_t n);
uint64_t counter_value(const struct counter *c);

/* in the unit that the family counts in */
void histogram_observe(struct histogram *h, uint64_t n);
void histogram_read(const struct histogram *h, struct histogram_view *v);

/* what so many of a thousand did not exceed, of those between two readings */
uint64_t histogram_quantile(const struct histogram *h,
			    const struct histogram_view *before,
			    const struct histogram_view *now,
			    unsigned permille);

#endif
