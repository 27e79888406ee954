/**
 * @file rhythm.h  When does a phone register again?
 *
 * Pure. Phones wait for a part of what they were granted, or until some
 * seconds before its end, or always the same time; each of the three is tried
 * on what a phone did last, and the best one foretells what it does next.
 */
#ifndef PROXY_USER_RHYTHM_H
#define PROXY_USER_RHYTHM_H

#include <stdint.h>

/** Zeroed: nothing is known */
struct rhythm {
	uint64_t at;         /* of the last beat, ms */
	uint32_t granted_ms; /* with it */
	uint32_t waited_ms;  /* the last wait, 0: none yet */
	uint32_t of_ms;      /* of that grant */
	uint32_t next_ms;    /* the next one, as foretold; 0: no telling */
};

void rhythm_beat(struct rhythm *r, uint64_t now, uint32_t granted_ms);

#endif
