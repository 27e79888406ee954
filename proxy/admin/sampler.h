/**
 * @file sampler.h  What the counters say since they were looked at last
 *
 * On the loop. What is counted per second or minute is that of the time
 * between.
 */
#ifndef PROXY_ADMIN_SAMPLER_H
#define PROXY_ADMIN_SAMPLER_H

#include <stddef.h>
#include <stdint.h>

enum { SAMPLE_VALUES = 15 };

struct metrics;
struct sampler;

struct sample {
	uint64_t at_ms;              /* since 1970 */
	float valuev[SAMPLE_VALUES]; /* NAN: unknown */
};

int sampler_alloc(struct sampler **sp, struct metrics *metrics);

/* ms: since it looked last, not 0 */
void sampler_look(struct sampler *s, struct sample *p, uint64_t ms);

const char *sample_name(size_t i);

#endif
