/**
 * @file metric_family.h  What the numbers of this server mean
 */
#ifndef COMMON_METRIC_FAMILY_H
#define COMMON_METRIC_FAMILY_H

#include <stddef.h>
#include <stdint.h>

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

/** Everything of one name, whatever its labels */
struct metric_family {
	const char *name;
	enum metric_type type;
	uint32_t scale; /* it counts in such parts of the unit in its name */
	const uint64_t *boundv; /* of a histogram, ends with 0; in parts */
	const char *help;
};

const struct metric_family *metric_family_find(const char *name, size_t len);
const struct metric_family *metric_family_at(size_t i);
size_t metric_family_bounds(const struct metric_family *f);

#endif
