/**
 * @file metrics.h  Named counters, safe to bump from any thread
 *
 * Names follow Prometheus ("sip_datagrams_refused_total"). Asking twice for
 * one name gives the same counter. A NULL counter or registry is harmless.
 */
#ifndef COMMON_METRICS_H
#define COMMON_METRICS_H

#include <stdint.h>

struct metrics;
struct counter;

typedef void(metrics_h)(const char *name, uint64_t value, void *arg);

int metrics_alloc(struct metrics **mp);

/* NULL when out of memory or without a registry */
struct counter *metrics_counter(struct metrics *m, const char *name);
void metrics_apply(const struct metrics *m, metrics_h *h, void *arg);

void counter_inc(struct counter *c);
void counter_add(struct counter *c, int64_t n);
void counter_set(struct counter *c, uint64_t n);
uint64_t counter_value(const struct counter *c);

#endif
