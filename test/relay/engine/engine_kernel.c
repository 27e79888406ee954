/**
 * @file test/relay/engine/engine_kernel.c  The paths of a worker, in turn
 */
#include <errno.h>
#include <string.h>
#include "relay/engine/engine_kernel.h"
#include "relay/engine/ride.h"
#include "test/mock/fakekernel.h"
#include "test/mock/riding.h"
#include "test/test.h"

enum { PATHS = 100, SECOND_US = 1000000 };

static struct riding rv[PATHS];
static struct engine_kernel *e;
static struct engine_pulse pulse;


static void setup(void)
{
	fakekernel_open();
	memset(&pulse, 0, sizeof(pulse));
	ck_assert_int_eq(
		engine_kernel_alloc(&e, fakekernel_flows(), &pulse, NULL), 0);
}


static void teardown(void)
{
	e = mem_deref(e);
	for (size_t i = 0; i < PATHS; i++) {
		riding_close(&rv[i]);
		memset(&rv[i], 0, sizeof(rv[i]));
	}
	fakekernel_close();
}


/* latched; each has addresses of its own */
static void open_path(size_t i)
{
	riding_open(&rv[i], true);
	for (int side = 0; side < 2; side++) {
		struct riding_phone *ph = &rv[i].phonev[side];

		sa_set_port(&ph->addr, (uint16_t)(4000 + 10 * i));
		riding_anchor(&rv[i], (enum relay_side)side, &ph->addr);
	}
	for (int k = 0; k < 3; k++) {
		(void)riding_speak(&rv[i], RELAY_A);
		(void)riding_speak(&rv[i], RELAY_B);
	}
	engine_kernel_enter(e, rv[i].path);
	engine_kernel_enter(e, rv[i].path);
}


START_TEST(without_paths_nobody_is_woken)
{
	ck_assert_int_eq(engine_kernel_wait_ms(NULL, 0), -1);
	ck_assert_int_eq(engine_kernel_wait_ms(e, 0), -1);
	open_path(0);
	ck_assert_int_eq(engine_kernel_wait_ms(e, SECOND_US), 0);
	engine_kernel_turn(e, SECOND_US);
	ck_assert_uint_eq(fakekernel_count(), 2);
	ck_assert_int_eq(engine_kernel_wait_ms(e, SECOND_US), 20);
	ck_assert_int_eq(engine_kernel_wait_ms(e, SECOND_US + 14001), 6);

	/* what is not on its way has time */
	for (int i = 1; i < 4; i++)
		engine_kernel_turn(e, SECOND_US + i * 20000U);
	ck_assert_uint_eq(fakekernel_started(), 2);
	ck_assert_int_eq(engine_kernel_wait_ms(e, SECOND_US + 60000), 340);
	engine_kernel_turn(e, SECOND_US + 400000);
	ck_assert_int_eq(engine_kernel_wait_ms(e, SECOND_US + 400000), 400);
	engine_kernel_leave(e, rv[0].path);
	engine_kernel_leave(e, rv[0].path);
	ck_assert_int_eq(engine_kernel_wait_ms(e, SECOND_US), -1);
	ck_assert_uint_eq(fakekernel_count(), 0);
}
END_TEST


/* of many each within a second, and few at a time */
START_TEST(all_have_their_turn)
{
	uint64_t now = SECOND_US;

	for (size_t i = 0; i < PATHS; i++)
		open_path(i);

	engine_kernel_turn(e, now);
	ck_assert_uint_eq(fakekernel_count(), 128);
	engine_kernel_turn(e, now + 1000);
	ck_assert_uint_eq(fakekernel_count(), 128);
	ck_assert_int_eq(engine_kernel_wait_ms(e, now + 1000), 19);
	for (int i = 0; i < 2; i++)
		engine_kernel_turn(e, now += 20000);
	ck_assert_uint_lt(fakekernel_count(), 2 * PATHS);
	for (int i = 0; i < 40; i++)
		engine_kernel_turn(e, now += 20000);
	ck_assert_uint_eq(fakekernel_count(), 2 * PATHS);
	for (int i = 0; i < 5; i++)
		engine_kernel_turn(e, now += 20000);
	ck_assert_uint_eq(fakekernel_started(), 2 * PATHS);
}
END_TEST


START_TEST(it_beats_as_long_as_something_rides)
{
	uint64_t now = SECOND_US;

	open_path(0);
	rv[0].path->legv[0][0].latch.anchor.any = true;
	rv[0].path->legv[1][0].latch.anchor.any = true;
	for (int i = 0; i < 10; i++)
		engine_kernel_turn(e, now += 100000);
	ck_assert_uint_eq(fakekernel_beats(), 0);

	rv[0].path->legv[0][0].latch.anchor.any = false;
	rv[0].path->legv[1][0].latch.anchor.any = false;
	for (int i = 0; i < 10; i++)
		engine_kernel_turn(e, now += 100000);
	ck_assert_uint_ge(fakekernel_beats(), 3);

	/* another worker is at it */
	pulse.busy = true;
	now += SECOND_US;
	engine_kernel_turn(e, now);
	ck_assert_uint_le(fakekernel_beats(), 4);
}
END_TEST


START_TEST(a_worker_that_stops_leaves_nothing)
{
	uint64_t now = SECOND_US;

	for (size_t i = 0; i < 10; i++)
		open_path(i);
	for (int i = 0; i < 10; i++)
		engine_kernel_turn(e, now += 100000);
	ck_assert_uint_eq(fakekernel_started(), 20);
	e = mem_deref(e);
	ck_assert_uint_eq(fakekernel_count(), 0);
}
END_TEST


START_TEST(wrong_use_and_no_memory)
{
	struct engine_kernel *none = NULL;

	ck_assert_int_eq(
		engine_kernel_alloc(NULL, fakekernel_flows(), &pulse, NULL),
		EINVAL);
	ck_assert_int_eq(engine_kernel_alloc(&none, NULL, &pulse, NULL),
			 EINVAL);
	ck_assert_int_eq(
		engine_kernel_alloc(&none, fakekernel_flows(), NULL, NULL),
		EINVAL);
	oom_after(0);
	ck_assert_int_eq(
		engine_kernel_alloc(&none, fakekernel_flows(), &pulse, NULL),
		ENOMEM);
	ck_assert_ptr_null(none);
	engine_kernel_turn(NULL, 0);
}
END_TEST


Suite *suite_engine_kernel(void);
Suite *suite_engine_kernel(void)
{
	Suite *s = suite_create("engine_kernel");
	TCase *tc = tcase_create("engine_kernel");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, without_paths_nobody_is_woken);
	tcase_add_test(tc, all_have_their_turn);
	tcase_add_test(tc, it_beats_as_long_as_something_rides);
	tcase_add_test(tc, a_worker_that_stops_leaves_nothing);
	tcase_add_test(tc, wrong_use_and_no_memory);
	suite_add_tcase(s, tc);

	return s;
}
