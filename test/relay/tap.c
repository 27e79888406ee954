/**
 * @file test/relay/tap.c  Somebody who hears the packets as they pass
 */
#include <re.h>
#include "test/test.h"
#include "relay/tap.h"

static int freed;


static void free_handler(struct relay_tap *tap)
{
	(void)tap;
	++freed;
}


START_TEST(the_last_one_frees_it)
{
	struct relay_tap tap;

	freed = 0;
	tap_init(&tap, NULL, free_handler);
	ck_assert_ptr_eq(tap_hold(&tap), &tap);
	tap_release(&tap);
	ck_assert_int_eq(freed, 0);
	tap_release(&tap);
	ck_assert_int_eq(freed, 1);

	tap_release(NULL);
	ck_assert_ptr_null(tap_hold(NULL));
}
END_TEST


Suite *suite_tap(void);
Suite *suite_tap(void)
{
	Suite *s = suite_create("tap");
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, the_last_one_frees_it);
	suite_add_tcase(s, tc);

	return s;
}
