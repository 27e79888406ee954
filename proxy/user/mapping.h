/**
 * @file mapping.h  How long does a NAT remember a silent flow?
 *
 * What was measured of one phone behind one address, and what is tried next;
 * pure. A table remembers it, with what was found of other phones of the same
 * kind there, for a phone that comes back.
 */
#ifndef PROXY_USER_MAPPING_H
#define PROXY_USER_MAPPING_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>

/** All in seconds; 0: not known */
struct mapping {
	uint32_t lived; /* so long it surely lives */
	uint32_t died;  /* so long it did not */
};

/* the bounds of the configuration */
struct mapping_bounds {
	uint32_t base, max;
};

/* the time between two keepalives: base, or well below what it lives */
uint32_t mapping_interval(const struct mapping *m,
			  const struct mapping_bounds *b);

/* the silence to try next; 0: there is nothing more to learn. hint: what
 * others like it have been found to live, or 0 */
uint32_t mapping_trial(const struct mapping *m, const struct mapping_bounds *b,
		       uint32_t hint);

void mapping_lived(struct mapping *m, uint32_t s);
void mapping_died(struct mapping *m, uint32_t s);

struct mappings;

/** Who it was measured of; aor "": any phone of that kind */
struct mapping_key {
	const struct sa *source; /* its port does not count */
	const char *kind;        /* User-Agent, or NULL */
	const char *aor;
};

int mappings_alloc(struct mappings **mp, uint32_t max);

/* what is remembered at that time (ms) and not too old; nothing: zeroed */
void mappings_get(struct mapping *m, const struct mappings *t,
		  const struct mapping_key *key, uint64_t now);
void mappings_put(struct mappings *t, const struct mapping_key *key,
		  const struct mapping *m, uint64_t now);

#endif
