/**
 * @file sample_ring.h  Samples of some hours, the oldest give way
 *
 * Memory that does not grow; pure.
 */
#ifndef PROXY_ADMIN_SAMPLE_RING_H
#define PROXY_ADMIN_SAMPLE_RING_H

#include "common/json.h"
#include "proxy/admin/sampler.h"

enum { SAMPLE_RING_POINTS = 2160 };

struct sample_ring {
	struct sample pointv[SAMPLE_RING_POINTS];
	size_t n, next;
};

void sample_ring_add(struct sample_ring *r, const struct sample *p);

/* what is younger than that (ms since 1970), the oldest first */
void sample_ring_copy(const struct sample_ring *r, struct sample_ring *to,
		      uint64_t since_ms);

/* of a copy: where there are more than limit (not 0), means of several.
 * {"times_ms": [...], "series": {...}}; NULL: no memory */
json_t *sample_ring_json(const struct sample_ring *r, size_t limit);

#endif
