/**
 * @file test/proxy/user/audience.c  Those who hear of each change
 */
#include <string.h>
#include "test/test.h"
#include "proxy/user/audience.h"


static char heard[64];


static void hear(enum location_event ev, struct binding *b, void *arg)
{
	const size_t n = strlen(heard);

	ck_assert_int_eq(ev, LOCATION_ADDED);
	ck_assert_ptr_null(b);
	(void)re_snprintf(heard + n, sizeof(heard) - n, "%s", arg);
}


START_TEST(all_hear_in_their_order)
{
	struct audience a = {.n = 0};
	char one[] = "1", two[] = "2", three[] = "3";

	heard[0] = '\0';
	audience_tell(&a, LOCATION_ADDED, NULL);
	ck_assert_str_eq(heard, "");
	ck_assert_int_eq(audience_add(&a, hear, one), 0);
	ck_assert_int_eq(audience_add(&a, hear, two), 0);
	ck_assert_int_eq(audience_add(&a, hear, three), 0);
	audience_tell(&a, LOCATION_ADDED, NULL);
	audience_remove(&a, hear, two);
	audience_remove(&a, hear, heard);
	audience_tell(&a, LOCATION_ADDED, NULL);
	ck_assert_str_eq(heard, "12313");
}
END_TEST


START_TEST(there_is_a_bound)
{
	struct audience a = {.n = 0};
	char arg[] = "x";

	for (int i = 0; i < AUDIENCE_MAX; i++)
		ck_assert_int_eq(audience_add(&a, hear, arg), 0);
	ck_assert_int_eq(audience_add(&a, hear, arg), ENOSPC);
	audience_remove(&a, hear, arg);
	ck_assert_uint_eq(a.n, 0);
}
END_TEST


Suite *suite_audience(void);
Suite *suite_audience(void)
{
	Suite *s = suite_create("audience");
	TCase *tc = tcase_create("audience");

	tcase_add_test(tc, all_hear_in_their_order);
	tcase_add_test(tc, there_is_a_bound);
	suite_add_tcase(s, tc);

	return s;
}
