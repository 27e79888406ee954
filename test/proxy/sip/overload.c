/**
 * @file test/proxy/sip/overload.c  What share of the new calls is taken
 *
 * A server of paper: a call costs some of its time when it comes, and the rest
 * within the next two seconds, which goes first. What waits longer than 400 ms is
 * refused in any case.
 */
#include <string.h>
#include "proxy/sip/overload.h"
#include "test/test.h"

enum {
	TARGET_MS = 50,
	STALE_US = 400000,
	STEP_US = 1000,
	TURN_STEPS = OVERLOAD_TURN_MS,
	LATER_STEPS = 2000,
	QUEUE_MAX = 65536,
	SECOND = 1000, /* steps */
};

/** How long those waiting have waited, and what is still to be done */
struct paper {
	struct overload o;
	double capacity; /* calls a second */
	double at_once;  /* share of a call's cost when it comes */
	double refusal;  /* cost of refusing one, in calls */
	double owed; /* of the processor, in calls; negative: it has time */
	double due;  /* calls that come, fractions */
	uint32_t laterv[LATER_STEPS]; /* calls that were taken, by step */
	uint64_t queuev[QUEUE_MAX];   /* when they came */
	uint32_t head, tail;
	uint64_t now_us, step;
	uint32_t dice;
	uint32_t taken, refused;
};

static struct paper p;


static uint32_t roll(void)
{
	p.dice = p.dice * 1664525u + 1013904223u;

	return p.dice;
}


static uint32_t roll_below(uint32_t n)
{
	return (roll() >> 8) % n;
}


static void come(double rate)
{
	p.due += rate / SECOND;
	while (p.due >= 1) {
		p.due -= 1;
		if (overload_takes(&p.o, roll())) {
			ck_assert_uint_lt(p.head - p.tail, QUEUE_MAX);
			p.queuev[p.head++ % QUEUE_MAX] = p.now_us;
			continue;
		}
		++p.refused;
		p.owed += p.refusal;
	}
}


/* the processor has a step for it */
static void serve(void)
{
	uint32_t *later = &p.laterv[p.step % LATER_STEPS];

	p.owed -= p.capacity / SECOND;
	p.owed += *later * (1 - p.at_once);
	*later = 0;

	while (p.tail != p.head && p.owed < 0) {
		const uint64_t waited = p.now_us -
					p.queuev[p.tail++ % QUEUE_MAX];

		overload_note(&p.o, OVERLOAD_CALLS, waited);
		if (waited > STALE_US) {
			++p.refused;
			p.owed += p.refusal;
			continue;
		}
		++p.taken;
		++p.laterv[(p.step + 1 + roll_below(LATER_STEPS - 1)) %
			   LATER_STEPS];
		p.owed += p.at_once;
	}
	if (p.owed < 0)
		p.owed = 0;
	if (p.tail != p.head && p.step % TURN_STEPS == TURN_STEPS - 1)
		overload_note(&p.o, OVERLOAD_CALLS,
			      p.now_us - p.queuev[p.tail % QUEUE_MAX]);
}


/* returns how many calls were taken meanwhile */
static uint32_t run(double rate, unsigned ms)
{
	const uint32_t before = p.taken;

	for (unsigned i = 0; i < ms; i++) {
		p.now_us += STEP_US;
		++p.step;
		come(rate);
		serve();
		if (!(p.step % TURN_STEPS))
			overload_turn(&p.o);
	}

	return p.taken - before;
}


static void begin(double capacity, double at_once)
{
	memset(&p, 0, sizeof(p));
	overload_set(&p.o, TARGET_MS);
	p.capacity = capacity;
	p.at_once = at_once;
	p.refusal = 0.02;
	p.dice = 1;
}


static const struct {
	double capacity, at_once, times;
} loadv[] = {
	{200, 1, 2},    {200, 1, 5},      {200, 0.4, 2},  {200, 0.4, 5},
	{2000, 1, 2},   {2000, 1, 5},     {2000, 0.4, 2}, {2000, 0.4, 5},
	{2000, 0.2, 5}, {2000, 0.4, 1.1}, {200, 0.4, 3},  {2000, 0.4, 10},
};


START_TEST(what_can_be_done_is_done_under_any_load)
{
	const double c = loadv[_i].capacity, load = loadv[_i].times * c;
	/* what refusing costs is no goodput */
	const double possible = c * (1 - (loadv[_i].times - 1) * 0.02);
	uint32_t done;

	begin(c, loadv[_i].at_once);
	(void)run(load, 5 * SECOND);
	ck_assert(p.o.on);
	done = run(load, 20 * SECOND);
	ck_assert_double_ge(done, 0.9 * 20 * possible);
	ck_assert_double_le(done, 1.02 * 20 * c);
}
END_TEST


/* in each half of a second, from the third second on */
START_TEST(it_does_not_swing)
{
	begin(2000, 0.4);
	(void)run(10000, 3 * SECOND);
	for (int i = 0; i < 40; i++) {
		ck_assert_uint_ge(run(10000, SECOND / 2), 700);
		ck_assert_uint_le(p.o.delay_us, 250000);
	}
}
END_TEST


START_TEST(when_the_load_is_gone_all_are_taken_within_ten_seconds)
{
	begin(loadv[_i].capacity, loadv[_i].at_once);
	(void)run(loadv[_i].times * p.capacity, 20 * SECOND);
	(void)run(0.5 * p.capacity, 10 * SECOND);
	ck_assert_uint_eq(overload_refused(&p.o), 0);
	p.refused = 0;
	(void)run(0.5 * p.capacity, 10 * SECOND);
	ck_assert_uint_eq(p.refused, 0);
	ck_assert(!p.o.on);
}
END_TEST


START_TEST(below_the_capacity_nothing_is_refused)
{
	begin(2000, 0.4);
	(void)run(1800, 60 * SECOND);
	ck_assert_uint_eq(p.refused, 0);
	ck_assert(!p.o.on);
}
END_TEST


/* a stall of 300 ms, and then all that has come meanwhile: one of its messages
 * has hardly waited */
START_TEST(a_burst_is_no_overload)
{
	struct overload o = {0};

	overload_set(&o, TARGET_MS);
	for (uint64_t us = 300000; us; us -= 1000)
		overload_note(&o, OVERLOAD_CALLS, us);
	overload_turn(&o);
	ck_assert_uint_eq(overload_refused(&o), 0);
	for (int i = 0; i < 3; i++) {
		overload_note(&o, OVERLOAD_REST, 300000);
		overload_turn(&o);
	}
	ck_assert_uint_gt(overload_refused(&o), 300);
}
END_TEST


START_TEST(without_a_target_all_are_taken)
{
	struct overload o = {0};

	for (int i = 0; i < 20; i++) {
		overload_note(&o, OVERLOAD_CALLS, OVERLOAD_DELAY_MAX);
		overload_turn(&o);
	}
	ck_assert(overload_takes(&o, UINT32_MAX));
	overload_set(&o, TARGET_MS);
	for (int i = 0; i < 20; i++) {
		overload_note(&o, OVERLOAD_CALLS, OVERLOAD_DELAY_MAX);
		overload_turn(&o);
	}
	ck_assert(!overload_takes(&o, UINT32_MAX / 10));
	ck_assert_uint_ge(overload_refused(&o), 970);
	ck_assert(overload_takes(&o, UINT32_MAX / 100));
	overload_set(&o, 0);
	ck_assert(overload_takes(&o, UINT32_MAX));
}
END_TEST


Suite *suite_overload(void);
Suite *suite_overload(void)
{
	Suite *s = suite_create("overload");
	TCase *tc = tcase_create("overload");

	test_table(tc, what_can_be_done_is_done_under_any_load, loadv);
	test_table(tc, when_the_load_is_gone_all_are_taken_within_ten_seconds,
		   loadv);
	tcase_add_test(tc, it_does_not_swing);
	tcase_add_test(tc, below_the_capacity_nothing_is_refused);
	tcase_add_test(tc, a_burst_is_no_overload);
	tcase_add_test(tc, without_a_target_all_are_taken);
	suite_add_tcase(s, tc);

	return s;
}
