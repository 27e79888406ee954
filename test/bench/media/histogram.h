/**
 * @file bench/media/histogram.h  Delays, to three parts in a hundred
 */
#ifndef TEST_BENCH_MEDIA_HISTOGRAM_H
#define TEST_BENCH_MEDIA_HISTOGRAM_H

#include <stdint.h>

/* 32 steps for each power of two, up to 2^40 ns */
enum { HISTOGRAM_STEPS = 32, HISTOGRAM_SIZE = 36 * HISTOGRAM_STEPS };

struct histogram {
	uint64_t countv[HISTOGRAM_SIZE];
	uint64_t count, max;
};

void histogram_add(struct histogram *h, uint64_t ns);
void histogram_merge(struct histogram *h, const struct histogram *other);
double histogram_us(const struct histogram *h, double share);

#endif
