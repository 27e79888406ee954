/**
 * @file roundtrip.c  How far a side is away, by the RTCP that passes
 */
#include "relay/quality/roundtrip.h"

/* a longer one is no call any more; a clock that counts in 1/65536 s, and
 * packets that are timed in batches, may make a short one less than nothing */
enum { PLAUSIBLE_US = 10000000, BELOW_US = 2000, SMOOTH = 4 };


/**
 * A report passes towards the side
 *
 * @param rt     Round trip
 * @param ntp    Middle bits of its time, never 0
 * @param now_us When it passes, monotonic, us
 */
void roundtrip_pass(struct roundtrip *rt, uint32_t ntp, uint64_t now_us)
{
	rt->passedv[rt->next].ntp = ntp;
	rt->passedv[rt->next].at_us = now_us;
	rt->next = (rt->next + 1) % ROUNDTRIP_REPORTS;
}


static void learn(struct roundtrip *rt, uint32_t us)
{
	const uint32_t old = roundtrip_us(rt);

	if (old)
		us = (uint32_t)(((uint64_t)old * (SMOOTH - 1) + us) / SMOOTH);

	atomic_store_explicit(&rt->us, us ? us : 1, memory_order_relaxed);
}


/**
 * The side says when it got a report
 *
 * @param rt     Round trip
 * @param lsr    Middle bits of the report's time
 * @param dlsr   For how long it kept it, 1/65536 s
 * @param now_us When it says so, monotonic, us
 *
 * RFC 3550 section 6.4.1
 */
void roundtrip_return(struct roundtrip *rt, uint32_t lsr, uint32_t dlsr,
		      uint64_t now_us)
{
	const int64_t kept = (int64_t)(((uint64_t)dlsr * 1000000) >> 16);

	for (uint32_t i = 0; lsr && i < ROUNDTRIP_REPORTS; i++) {
		int64_t us;

		if (rt->passedv[i].ntp != lsr)
			continue;

		us = (int64_t)(now_us - rt->passedv[i].at_us) - kept;
		if (us < 0 && us >= -BELOW_US)
			us = 0;
		if (us >= 0 && us <= PLAUSIBLE_US)
			learn(rt, (uint32_t)us);
		return;
	}
}


/**
 * The way to a side and back
 *
 * @param rt Round trip
 *
 * @return Time in us, smoothed; 0 if it is not known
 */
uint32_t roundtrip_us(const struct roundtrip *rt)
{
	return atomic_load_explicit(&rt->us, memory_order_relaxed);
}
