/**
 * @file test/bench/timer.c  What a timer costs, by the number that run
 *
 * Beside the wheel: libre's own timers, a sorted list. Each figure is the
 * best of some rounds over timers in random order with delays of up to an
 * hour. Fails when starting or cancelling costs 1 us or more at 100 000.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "common/timer.h"


enum { HOUR_MS = 3600000, ROUNDS = 5, BATCH = 1000, PROMISE_NS = 1000 };

struct item {
	struct timer tm;
	struct tmr tmr;
};

struct cost {
	double start, cancel;
};

typedef void(start_h)(struct timers *t, struct item *item, uint64_t delay);
typedef void(cancel_h)(struct item *item);


static uint64_t now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}


static uint32_t prng(void)
{
	static uint64_t x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;

	return (uint32_t)(x >> 32);
}


static void nothing_handler(void *arg)
{
	(void)arg;
}


static void wheel_start(struct timers *t, struct item *item, uint64_t delay)
{
	timer_start(t, &item->tm, delay, nothing_handler, item);
}


static void wheel_cancel(struct item *item)
{
	timer_cancel(&item->tm);
}


static void list_start(struct timers *t, struct item *item, uint64_t delay)
{
	(void)t;
	tmr_start(&item->tmr, delay, nothing_handler, item);
}


static void list_cancel(struct item *item)
{
	tmr_cancel(&item->tmr);
}


static void keep_least(double *least, double ns)
{
	if (*least <= 0 || ns < *least)
		*least = ns;
}


/* n run all the time, but for those of the batch in between */
static struct cost measure(struct timers *t, struct item *v, uint32_t n,
			   start_h *starth, cancel_h *cancelh)
{
	static struct item *batch[BATCH];
	static uint32_t delay[BATCH];
	struct cost cost = {0, 0};

	/* from the longest: so a sorted list fills quickly */
	for (uint32_t i = 0; i < n; i++)
		starth(t, &v[i], 1000 + (uint64_t)HOUR_MS * (n - i) / n);

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t a, b, c;

		for (int i = 0; i < BATCH; i++) {
			batch[i] = &v[prng() % n];
			delay[i] = 1000 + prng() % HOUR_MS;
		}

		a = now_ns();
		for (int i = 0; i < BATCH; i++)
			cancelh(batch[i]);
		b = now_ns();
		for (int i = 0; i < BATCH; i++)
			starth(t, batch[i], delay[i]);
		c = now_ns();

		keep_least(&cost.cancel, (double)(b - a) / BATCH);
		keep_least(&cost.start, (double)(c - b) / BATCH);
	}

	for (uint32_t i = 0; i < n; i++)
		cancelh(&v[i]);

	return cost;
}


static double measure_expiry(struct item *v, uint32_t n)
{
	struct timers *t;
	uint64_t before;

	if (timers_alloc_virtual(&t, 0))
		return -1;

	for (uint32_t i = 0; i < n; i++)
		wheel_start(t, &v[i], prng() % HOUR_MS);

	before = now_ns();
	timers_advance(t, HOUR_MS);
	before = now_ns() - before;
	mem_deref(t);

	return (double)before / n;
}


static int bench(struct timers *t, struct item *v, uint32_t n)
{
	struct cost wheel = measure(t, v, n, wheel_start, wheel_cancel);

	(void)printf("%8u %8.0f %8.0f %8.0f", n, wheel.start, wheel.cancel,
		     measure_expiry(v, n));

	if (n <= 10000) {
		struct cost list = measure(t, v, n, list_start, list_cancel);

		(void)printf("  %12.0f %8.0f", list.start, list.cancel);
	}
	(void)printf("\n");

	return n == 100000 &&
	       (wheel.start >= PROMISE_NS || wheel.cancel >= PROMISE_NS);
}


int main(void)
{
	static const uint32_t nv[] = {1000, 10000, 100000, 1000000};
	struct item *v = calloc(1000000, sizeof(*v));
	struct timers *t = NULL;
	int failed = 0;

	if (!v || libre_init() || timers_alloc(&t)) {
		free(v);
		return EXIT_FAILURE;
	}

	(void)printf(" pending    start   cancel   expire    libre start "
		     "  cancel   (ns each)\n");
	for (size_t i = 0; i < sizeof(nv) / sizeof(nv[0]); i++)
		failed |= bench(t, v, nv[i]);

	if (failed)
		(void)printf("FAIL: %d ns or more at 100000\n", PROMISE_NS);

	mem_deref(t);
	libre_close();
	free(v);

	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
