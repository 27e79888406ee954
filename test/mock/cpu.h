/**
 * @file test/mock/cpu.h  CPU time of this thread, for promises about it
 */
#ifndef TEST_MOCK_CPU_H
#define TEST_MOCK_CPU_H

#include <stdint.h>
#include <time.h>

/* under a sanitizer the work is done, but its time says nothing */
#if defined(__SANITIZE_ADDRESS__)
enum { CPU_TIMED = 0 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { CPU_TIMED = 0 };
#else
enum { CPU_TIMED = 1 };
#endif
#else
enum { CPU_TIMED = 1 };
#endif

static inline uint64_t cpu_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

#endif
