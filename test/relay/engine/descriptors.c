/**
 * @file test/relay/engine/descriptors.c  For how many calls there are some
 */
#include <sys/resource.h>
#include "relay/engine/descriptors.h"
#include "test/test.h"

static const struct {
	uint64_t limit;
	uint32_t calls;
} casev[] = {
	{0, 0},
	{DESCRIPTORS_ELSE, 0},
	{DESCRIPTORS_ELSE + 3, 0},
	{DESCRIPTORS_ELSE + 4, 1},
	{1024, 192},
	{524288, 131008},
	{UINT64_MAX, UINT32_MAX},
};


START_TEST(four_of_them_are_a_call)
{
	ck_assert_uint_eq(descriptors_calls(casev[_i].limit), casev[_i].calls);
}
END_TEST


START_TEST(the_limit_is_the_one_that_is_in_force)
{
	struct rlimit lim;

	ck_assert(!getrlimit(RLIMIT_NOFILE, &lim));
	lim.rlim_cur = 300;
	ck_assert(!setrlimit(RLIMIT_NOFILE, &lim));
	ck_assert_uint_eq(descriptors_limit(), 300);
}
END_TEST


Suite *suite_descriptors(void);
Suite *suite_descriptors(void)
{
	Suite *s = suite_create("descriptors");
	TCase *tc = tcase_create("descriptors");

	test_table(tc, four_of_them_are_a_call, casev);
	tcase_add_test(tc, the_limit_is_the_one_that_is_in_force);
	suite_add_tcase(s, tc);

	return s;
}
