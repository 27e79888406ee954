/**
 * @file roundtrip.h  How far a side is away, by the RTCP that passes
 *
 * Pure. The reports of the one side pass us on their way to the other, which
 * says in its own when the last one came and for how long it kept it: what is
 * left of the time since is the way to it and back (RFC 3550 section 6.4.1).
 */
#ifndef RELAY_QUALITY_ROUNDTRIP_H
#define RELAY_QUALITY_ROUNDTRIP_H

#include <stdatomic.h>
#include <stdint.h>

enum { ROUNDTRIP_REPORTS = 4 };

struct roundtrip {
	struct {
		uint32_t ntp; /* middle bits; 0: unused */
		uint64_t at_us;
	} passedv[ROUNDTRIP_REPORTS]; /* towards the side */
	uint32_t next;
	_Atomic uint32_t us; /* smoothed; 0: unknown */
};

/* a report of the other side passes towards it */
void roundtrip_pass(struct roundtrip *rt, uint32_t ntp, uint64_t now_us);

/* it says when it got the last one, dlsr (1/65536 s) ago */
void roundtrip_return(struct roundtrip *rt, uint32_t lsr, uint32_t dlsr,
		      uint64_t now_us);

/* from any thread; 0: unknown */
uint32_t roundtrip_us(const struct roundtrip *rt);

#endif
