/**
 * @file test/common/timer.c  The wheel against a plain model, and its edges
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "test/test.h"
#include "common/timer.h"


enum { START_MS = 1000, MODEL = 400 };

struct probe {
	struct timer tm;
	int id;
	int fired;
	uint64_t at;
};

static struct timers *t;
static int order[2 * MODEL];
static int orderc;


static void setup(void)
{
	ck_assert_int_eq(timers_alloc_virtual(&t, START_MS), 0);
	orderc = 0;
}


static void teardown(void)
{
	oom_after(-1);
	t = mem_deref(t);
}


static void probe_handler(void *arg)
{
	struct probe *p = arg;

	++p->fired;
	p->at = timers_now(t);
	ck_assert(!timer_isrunning(&p->tm));
	ck_assert_int_lt(orderc, 2 * MODEL);
	order[orderc++] = p->id;
}


/* around the borders of the levels, and far out */
static const uint64_t delayv[] = {
	0,      1,       2,       62,       63,       64,         65,
	127,    128,     4031,    4095,     4096,     4097,       262143,
	262144, 3600000, 7200000, 16777216, 86400000, 2592000000, 31536000000,
};

START_TEST(a_timer_fires_at_its_time_and_not_before)
{
	struct probe p = {.id = 1};
	uint64_t delay = delayv[_i];

	timer_start(t, &p.tm, delay, probe_handler, &p);
	ck_assert(timer_isrunning(&p.tm));
	ck_assert_uint_eq(timers_pending(t), 1);
	if (delay) {
		timers_advance(t, delay - 1);
		ck_assert_int_eq(p.fired, 0);
		timers_advance(t, 1);
	}
	else {
		timers_advance(t, 0);
	}
	ck_assert_int_eq(p.fired, 1);
	ck_assert_uint_eq(p.at, START_MS + delay);
	ck_assert(!timer_isrunning(&p.tm));
	ck_assert_uint_eq(timers_pending(t), 0);
	timers_advance(t, 100000);
	ck_assert_int_eq(p.fired, 1);
}
END_TEST


START_TEST(a_timer_fires_when_time_comes_in_pieces)
{
	struct probe p = {.id = 1};
	uint64_t delay = delayv[_i], gone = 0, step = 1;

	timer_start(t, &p.tm, delay, probe_handler, &p);
	while (gone + step < delay) {
		timers_advance(t, step);
		gone += step;
		step = step * 3 / 2 + 1;
		ck_assert_int_eq(p.fired, 0);
	}
	timers_advance(t, delay);
	ck_assert_int_eq(p.fired, 1);
	ck_assert_uint_eq(p.at, START_MS + delay);
}
END_TEST


START_TEST(a_huge_delay_never_comes)
{
	struct probe p = {.id = 1};

	timer_start(t, &p.tm, UINT64_MAX, probe_handler, &p);
	timers_advance(t, 1ULL << 60);
	ck_assert_int_eq(p.fired, 0);
	ck_assert_uint_eq(timers_now(t), START_MS + (1ULL << 60));
	timer_cancel(&p.tm);
	ck_assert_uint_eq(timers_pending(t), 0);
}
END_TEST


START_TEST(timers_of_one_millisecond_fire_in_the_order_of_their_start)
{
	static struct probe pv[50];

	memset(pv, 0, sizeof(pv));
	/* all due at one time, started from nearer and nearer */
	for (int i = 0; i < 50; i++) {
		pv[i].id = i;
		timer_start(t, &pv[i].tm, 5000 - (uint64_t)i * 100,
			    probe_handler, &pv[i]);
		timers_advance(t, 100);
	}
	timers_advance(t, 5000);
	ck_assert_int_eq(orderc, 50);
	for (int i = 0; i < 50; i++) {
		ck_assert_int_eq(order[i], i);
		ck_assert_uint_eq(pv[i].at, START_MS + 5000);
	}
}
END_TEST


START_TEST(a_cancelled_timer_does_not_fire)
{
	struct probe p = {.id = 1};

	timer_start(t, &p.tm, 10, probe_handler, &p);
	timer_cancel(&p.tm);
	timer_cancel(&p.tm);
	timers_advance(t, 100);
	ck_assert_int_eq(p.fired, 0);
	ck_assert_uint_eq(timers_pending(t), 0);
}
END_TEST


START_TEST(starting_anew_moves_it)
{
	struct probe p = {.id = 1};

	timer_start(t, &p.tm, 10, probe_handler, &p);
	timer_start(t, &p.tm, 50, probe_handler, &p);
	ck_assert_uint_eq(timers_pending(t), 1);
	timers_advance(t, 49);
	ck_assert_int_eq(p.fired, 0);
	timers_advance(t, 1);
	ck_assert_int_eq(p.fired, 1);
}
END_TEST


static void again_handler(void *arg)
{
	struct probe *p = arg;

	++p->fired;
	timer_start(t, &p->tm, 0, again_handler, p);
}


START_TEST(a_delay_of_0_in_a_handler_does_not_hold_time_still)
{
	struct probe p = {.id = 1};

	timer_start(t, &p.tm, 0, again_handler, &p);
	timers_advance(t, 0);
	ck_assert_int_eq(p.fired, 1);
	timers_advance(t, 10);
	ck_assert_int_eq(p.fired, 11);
	timer_cancel(&p.tm);
}
END_TEST


static void periodic_handler(void *arg)
{
	struct probe *p = arg;

	++p->fired;
	timer_start(t, &p->tm, 20, periodic_handler, p);
}


START_TEST(a_periodic_timer_keeps_its_beat_in_one_advance)
{
	struct probe p = {.id = 1};

	timer_start(t, &p.tm, 20, periodic_handler, &p);
	timers_advance(t, 20000);
	ck_assert_int_eq(p.fired, 1000);
	timer_cancel(&p.tm);
}
END_TEST


struct killer {
	struct timer tm;
	struct killer **victim;
};


static void killer_destructor(void *arg)
{
	struct killer *k = arg;

	timer_cancel(&k->tm);
	++orderc;
}


static void kill_handler(void *arg)
{
	struct killer *k = arg;

	struct killer **victim = k->victim;

	/* k itself, perhaps */
	if (victim)
		*victim = mem_deref(*victim);
}


START_TEST(a_handler_may_free_any_timer_of_the_same_tick)
{
	struct killer *kv[5];

	for (int i = 0; i < 5; i++) {
		kv[i] = mem_zalloc(sizeof(*kv[i]), killer_destructor);
		timer_start(t, &kv[i]->tm, _i ? 100 : 0, kill_handler, kv[i]);
	}
	kv[0]->victim = &kv[1]; /* the next */
	kv[2]->victim = &kv[2]; /* itself */
	kv[3]->victim = &kv[4]; /* the last */
	timers_advance(t, 100);
	ck_assert_int_eq(orderc, 3);
	ck_assert_ptr_null(kv[1]);
	ck_assert_ptr_null(kv[2]);
	ck_assert_ptr_null(kv[4]);
	ck_assert_uint_eq(timers_pending(t), 0);
	mem_deref(kv[0]);
	mem_deref(kv[3]);
}
END_TEST


static struct probe other;


static void start_other_handler(void *arg)
{
	struct probe *p = arg;

	probe_handler(p);
	timer_start(t, &other.tm, 5, probe_handler, &other);
	timers_advance(t, 1000); /* not from inside */
}


START_TEST(a_timer_that_a_handler_starts_fires_within_the_same_advance)
{
	struct probe p = {.id = 1}, last = {.id = 3};

	memset(&other, 0, sizeof(other));
	other.id = 2;
	timer_start(t, &last.tm, 16, probe_handler, &last);
	timer_start(t, &p.tm, 10, start_other_handler, &p);
	timers_advance(t, 20);
	ck_assert_int_eq(orderc, 3);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(order[i], i + 1);
	ck_assert_uint_eq(other.at, START_MS + 15);
	ck_assert_uint_eq(timers_now(t), START_MS + 20);
}
END_TEST


static void end_handler(void *arg)
{
	++*(int *)arg;
	t = mem_deref(t);
}


START_TEST(a_handler_may_let_go_of_the_wheel)
{
	struct timer a = {.h = NULL}, b = {.h = NULL};
	int n = 0;

	timer_start(t, &a, 1, end_handler, &n);
	timer_start(t, &b, 1, end_handler, &n);
	timers_advance(t, 10);
	ck_assert_int_eq(n, 1);
	ck_assert(!timer_isrunning(&b));
	timer_cancel(&b);
}
END_TEST


START_TEST(the_wheel_may_go_before_its_timers)
{
	struct probe a = {.id = 1}, b = {.id = 2};

	timer_start(t, &a.tm, 1, probe_handler, &a);
	timer_start(t, &b.tm, 1000000, probe_handler, &b);
	t = mem_deref(t);
	ck_assert(!timer_isrunning(&a.tm));
	ck_assert(!timer_isrunning(&b.tm));
	timer_cancel(&a.tm);
}
END_TEST


START_TEST(an_hour_of_empty_time_passes_at_once)
{
	struct probe p = {.id = 1};
	clock_t before = clock();

	for (int i = 0; i < 1000; i++) {
		orderc = 0;
		timer_start(t, &p.tm, 3600000, probe_handler, &p);
		timers_advance(t, 3600000);
	}
	ck_assert_int_eq(p.fired, 1000);
	ck_assert_int_lt(clock() - before, CLOCKS_PER_SEC / 2);
}
END_TEST


/* one assertion for all: each one writes to libcheck's pipe */
static bool any_overdue(const struct probe *pv, uint64_t now)
{
	for (int i = 0; i < MODEL; i++) {
		if (timer_isrunning(&pv[i].tm) && pv[i].tm.at < now)
			return true;
	}

	return false;
}


/* the wheel does what a plain search for the earliest would do */
START_TEST(the_wheel_agrees_with_a_plain_model)
{
	static struct probe pv[MODEL];
	uint64_t now = START_MS, seed = 88172645463325252ULL + (uint64_t)_i;

	memset(pv, 0, sizeof(pv));
	for (int step = 0; step < 3000; step++) {
		struct probe *p;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		p = &pv[seed % MODEL];
		p->id = (int)(p - pv);

		switch ((seed >> 20) % 8) {
		default:
			p->fired = 0;
			timer_start(t, &p->tm, (seed >> 24) >> (seed >> 59),
				    probe_handler, p);
			break;
		case 6:
			timer_cancel(&p->tm);
			break;
		case 7:
			orderc = 0;
			now += (seed >> 24) % 5000;
			timers_advance(t, now - timers_now(t));
			for (int i = 1; i < orderc; i++)
				ck_assert_uint_le(pv[order[i - 1]].tm.at,
						  pv[order[i]].tm.at);
			for (int i = 0; i < orderc; i++)
				ck_assert_uint_eq(pv[order[i]].at,
						  pv[order[i]].tm.at);
			break;
		}

		ck_assert(!any_overdue(pv, now));
	}
}
END_TEST


static void count_handler(void *arg)
{
	++*(int *)arg;
}


/* the promise is 1 us each; CPU time, so that other load does not count */
START_TEST(a_hundred_thousand_timers_are_quick)
{
	enum { MANY = 100000 };
	struct timer *v = mem_zalloc(MANY * sizeof(*v), NULL);
	int fired = 0;
	clock_t cpu = clock();

	ck_assert_ptr_nonnull(v);
	for (uint32_t i = 0; i < MANY; i++)
		timer_start(t, &v[i], 1000 + i * 7919 % 3600000, count_handler,
			    &fired);
	ck_assert_uint_eq(timers_pending(t), MANY);
	for (uint32_t i = 0; i < MANY; i++)
		timer_cancel(&v[i * 7919 % MANY]);
	cpu = clock() - cpu;
	ck_assert_uint_eq(timers_pending(t), 0);
#ifndef __SANITIZE_ADDRESS__
	ck_assert_int_lt(cpu, 2 * MANY * (CLOCKS_PER_SEC / 1000000));
#endif
	mem_deref(v);
}
END_TEST


START_TEST(without_wheel_or_timer_nothing_happens)
{
	struct probe p = {.id = 1};

	timer_start(NULL, &p.tm, 1, probe_handler, &p);
	ck_assert(!timer_isrunning(&p.tm));
	timer_start(t, NULL, 1, probe_handler, &p);
	timer_cancel(NULL);
	timers_advance(NULL, 1);
	ck_assert_uint_eq(timers_pending(NULL), 0);
	ck_assert_int_eq(timers_alloc(NULL), EINVAL);
	ck_assert_int_eq(timers_alloc_virtual(NULL, 0), EINVAL);
}
END_TEST


START_TEST(without_memory_there_is_no_wheel)
{
	struct timers *x = NULL;

	oom_after(0);
	ck_assert_int_eq(timers_alloc(&x), ENOMEM);
	oom_after(0);
	ck_assert_int_eq(timers_alloc_virtual(&x, 0), ENOMEM);
	ck_assert_ptr_null(x);
}
END_TEST


static void stop_handler(void *arg)
{
	++*(int *)arg;
	re_cancel();
}


START_TEST(the_real_wheel_runs_on_the_loop)
{
	struct timer a = {.h = NULL}, b = {.h = NULL}, c = {.h = NULL},
		     never = {.h = NULL};
	struct timers *real = NULL;
	int n = 0;
	uint64_t before;

	ck_assert_int_eq(timers_alloc(&real), 0);
	before = timers_now(real);
	timer_start(real, &never, 86400000ULL * 365 * 200, count_handler, &n);
	timer_start(real, &c, 70, stop_handler, &n);
	timer_start(real, &a, 0, count_handler, &n);
	timer_start(real, &b, 5, count_handler, &n);
	timers_advance(real, 100000); /* only a virtual one */
	ck_assert_int_eq(n, 0);
	ck_assert_int_eq(re_main(NULL), 0);
	ck_assert_int_eq(n, 3);
	ck_assert_uint_ge(timers_now(real), before + 70);
	ck_assert_uint_eq(timers_pending(real), 1);
	mem_deref(real);
}
END_TEST


struct chain {
	struct timers *real;
	struct timer tm;
	int n;
};


static void chain_handler(void *arg)
{
	struct chain *c = arg;

	if (++c->n == 5) {
		c->real = mem_deref(c->real);
		re_cancel();
		return;
	}

	timer_start(c->real, &c->tm, c->n % 2, chain_handler, c);
}


START_TEST(a_chain_of_handlers_on_the_loop_goes_on)
{
	struct chain c = {.n = 0};

	ck_assert_int_eq(timers_alloc(&c.real), 0);
	timer_start(c.real, &c.tm, 0, chain_handler, &c);
	ck_assert_int_eq(re_main(NULL), 0);
	ck_assert_int_eq(c.n, 5);
	ck_assert_ptr_null(c.real);
}
END_TEST


Suite *suite_timer(void);
Suite *suite_timer(void)
{
	Suite *s = suite_create("timer");
	TCase *tc = tcase_create("timer");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_timer_fires_at_its_time_and_not_before, delayv);
	test_table(tc, a_timer_fires_when_time_comes_in_pieces, delayv);
	tcase_add_test(tc, a_huge_delay_never_comes);
	tcase_add_test(
		tc,
		timers_of_one_millisecond_fire_in_the_order_of_their_start);
	tcase_add_test(tc, a_cancelled_timer_does_not_fire);
	tcase_add_test(tc, starting_anew_moves_it);
	tcase_add_test(tc, a_delay_of_0_in_a_handler_does_not_hold_time_still);
	tcase_add_test(tc, a_periodic_timer_keeps_its_beat_in_one_advance);
	tcase_add_loop_test(tc, a_handler_may_free_any_timer_of_the_same_tick,
			    0, 2);
	tcase_add_test(
		tc,
		a_timer_that_a_handler_starts_fires_within_the_same_advance);
	tcase_add_test(tc, a_handler_may_let_go_of_the_wheel);
	tcase_add_test(tc, the_wheel_may_go_before_its_timers);
	tcase_add_test(tc, an_hour_of_empty_time_passes_at_once);
	tcase_add_loop_test(tc, the_wheel_agrees_with_a_plain_model, 0, 20);
	tcase_add_test(tc, a_hundred_thousand_timers_are_quick);
	tcase_add_test(tc, without_wheel_or_timer_nothing_happens);
	tcase_add_test(tc, without_memory_there_is_no_wheel);
	tcase_add_test(tc, the_real_wheel_runs_on_the_loop);
	tcase_add_test(tc, a_chain_of_handlers_on_the_loop_goes_on);
	suite_add_tcase(s, tc);

	return s;
}
