/**
 * @file test/proxy/core/departure.c  The server goes: with its last call, or in
 * time
 */
#include <errno.h>
#include "common/timer.h"
#include "proxy/core/departure.h"
#include "test/test.h"

enum { DEADLINE_MS = 60000 };

/** Calls, and what was done to them */
struct house {
	uint32_t up;    /* that go on */
	uint32_t deaf;  /* whose ends never answer: they stay */
	uint32_t ended; /* were told */
	uint32_t most;  /* of them at once */
	unsigned overs;
};

static struct timers *timers;
static struct departure *d;
static struct house h;


static uint32_t left_handler(void *arg)
{
	const struct house *house = arg;

	return house->up + house->deaf;
}


static void end_handler(uint32_t n, void *arg)
{
	struct house *house = arg;
	const uint32_t told = house->up < n ? house->up : n;

	house->up -= told;
	house->ended += told;
	if (told > house->most)
		house->most = told;
}


static void over_handler(void *arg)
{
	struct house *house = arg;

	++house->overs;
}


static void setup(void)
{
	const struct departure_handlers handlers = {
		.lefth = left_handler,
		.endh = end_handler,
		.overh = over_handler,
		.arg = &h,
	};

	memset(&h, 0, sizeof(h));
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(departure_alloc(&d, timers, &handlers), 0);
}


static void teardown(void)
{
	d = mem_deref(d);
	ck_assert_uint_eq(timers_pending(timers), 0);
	timers = mem_deref(timers);
}


START_TEST(without_calls_it_is_over_at_once)
{
	ck_assert_int_eq(departure_begin(d, DEADLINE_MS, true), 0);
	ck_assert_int_eq(departure_phase(d), DEPARTURE_OVER);
	ck_assert_uint_eq(h.overs, 1);
	ck_assert_int_eq(departure_begin(d, DEADLINE_MS, true), EBUSY);
	departure_hasten(d);
	ck_assert_uint_eq(h.overs, 1);
}
END_TEST


START_TEST(it_goes_with_the_last_call)
{
	h.up = 2;
	ck_assert_int_eq(departure_begin(d, DEADLINE_MS, true), 0);
	timers_advance(timers, 20000);
	ck_assert_uint_eq(departure_left(d), DEADLINE_MS - 20000);
	h.up = 1;
	timers_advance(timers, 20000);
	ck_assert_int_eq(departure_phase(d), DEPARTURE_WAITS);
	h.up = 0;
	timers_advance(timers, DEPARTURE_TURN_MS);
	ck_assert_uint_eq(h.overs, 1);
	ck_assert_uint_eq(h.ended, 0);
}
END_TEST


START_TEST(at_the_deadline_all_are_told_some_at_a_time)
{
	h.up = 3 * DEPARTURE_TELL_MAX;
	ck_assert_int_eq(departure_begin(d, DEADLINE_MS, true), 0);
	timers_advance(timers, DEADLINE_MS - 1);
	ck_assert_uint_eq(h.ended, 0);
	timers_advance(timers, 1);
	ck_assert_uint_eq(h.ended, DEPARTURE_TELL_MAX);
	ck_assert_int_eq(departure_phase(d), DEPARTURE_TELLS);
	timers_advance(timers, 2 * DEPARTURE_TELL_MS);
	ck_assert_uint_eq(h.ended, 3 * DEPARTURE_TELL_MAX);
	ck_assert_uint_eq(h.most, DEPARTURE_TELL_MAX);
	ck_assert_uint_eq(h.overs, 1);
}
END_TEST


START_TEST(a_second_wish_ends_calls_at_once)
{
	h.up = 1;
	ck_assert_int_eq(departure_begin(d, DEADLINE_MS, true), 0);
	timers_advance(timers, 1000);
	departure_hasten(d);
	ck_assert_uint_eq(h.ended, 1);
	ck_assert_uint_eq(h.overs, 1);
}
END_TEST


START_TEST(who_does_not_answer_is_not_waited_for_long)
{
	h.up = h.deaf = 1;
	ck_assert_int_eq(departure_begin(d, 0, false), 0);
	ck_assert_uint_eq(h.ended, 1);
	timers_advance(timers, DEPARTURE_TOLD_MS - 1);
	ck_assert_uint_eq(h.overs, 0);
	timers_advance(timers, DEPARTURE_TELL_MS);
	ck_assert_uint_eq(h.overs, 1);
}
END_TEST


START_TEST(a_third_wish_waits_for_nobody)
{
	h.up = h.deaf = 1;
	ck_assert_int_eq(departure_begin(d, DEADLINE_MS, true), 0);
	departure_hasten(d);
	ck_assert_uint_eq(h.overs, 0);
	departure_hasten(d);
	ck_assert_uint_eq(h.overs, 1);
}
END_TEST


START_TEST(it_is_taken_back_while_it_waits)
{
	h.up = 1;
	ck_assert_int_eq(departure_cancel(d), 0);
	ck_assert_int_eq(departure_begin(d, DEADLINE_MS, false), 0);
	ck_assert_int_eq(departure_cancel(d), 0);
	ck_assert_int_eq(departure_phase(d), DEPARTURE_NONE);
	ck_assert_uint_eq(departure_left(d), 0);
	timers_advance(timers, 2 * DEADLINE_MS);
	ck_assert_uint_eq(h.ended, 0);
	ck_assert_uint_eq(h.overs, 0);
}
END_TEST


START_TEST(one_that_is_firm_is_not_taken_back)
{
	h.up = 1;
	ck_assert_int_eq(departure_begin(d, DEADLINE_MS, true), 0);
	/* another deadline does not make it less so */
	ck_assert_int_eq(departure_begin(d, 1000, false), 0);
	ck_assert_uint_eq(departure_left(d), 1000);
	ck_assert_int_eq(departure_cancel(d), EACCES);
	h.deaf = 1;
	timers_advance(timers, 1000);
	ck_assert_int_eq(departure_cancel(d), EBUSY);
	ck_assert_int_eq(departure_begin(d, 1000, true), EBUSY);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	const struct departure_handlers none = {.lefth = left_handler};
	struct departure *other = NULL;

	ck_assert_int_eq(departure_alloc(NULL, timers, &none), EINVAL);
	ck_assert_int_eq(departure_alloc(&other, timers, NULL), EINVAL);
	ck_assert_int_eq(departure_alloc(&other, timers, &none), EINVAL);
	ck_assert_ptr_null(other);
	ck_assert_int_eq(departure_begin(NULL, 0, true), EINVAL);
	ck_assert_int_eq(departure_cancel(NULL), 0);
	ck_assert_int_eq(departure_phase(NULL), DEPARTURE_NONE);
	departure_hasten(NULL);
}
END_TEST


Suite *suite_departure(void);
Suite *suite_departure(void)
{
	Suite *s = suite_create("departure");
	TCase *tc = tcase_create("departure");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, without_calls_it_is_over_at_once);
	tcase_add_test(tc, it_goes_with_the_last_call);
	tcase_add_test(tc, at_the_deadline_all_are_told_some_at_a_time);
	tcase_add_test(tc, a_second_wish_ends_calls_at_once);
	tcase_add_test(tc, who_does_not_answer_is_not_waited_for_long);
	tcase_add_test(tc, a_third_wish_waits_for_nobody);
	tcase_add_test(tc, it_is_taken_back_while_it_waits);
	tcase_add_test(tc, one_that_is_firm_is_not_taken_back);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
