/**
 * @file test/common/ephemeral.c  Ports that the kernel gives to anybody
 */
#include "common/ephemeral.h"
#include "test/test.h"

static const struct {
	unsigned long lo, hi;
	uint16_t min, max;
	bool overlaps;
} rangev[] = {
	{32768, 60999, 16384, 32767, false},
	{32768, 60999, 16384, 32768, true},
	{32768, 60999, 60999, 61001, true},
	{32768, 60999, 61000, 61001, false},
	{32768, 60999, 40000, 40001, true},
	{1024, 65535, 16384, 32767, true},
	{0, 0, 16384, 32767, false}, /* unknown */
};


START_TEST(a_port_in_both_ranges_is_an_overlap)
{
	const struct ephemeral e = {.min = rangev[_i].lo,
				    .max = rangev[_i].hi};

	ck_assert_int_eq(
		ephemeral_overlaps(&e, rangev[_i].min, rangev[_i].max),
		rangev[_i].overlaps);
}
END_TEST


START_TEST(the_kernel_tells_its_range)
{
	struct ephemeral e;

	ephemeral_read(&e);
	ck_assert_uint_le(e.min, e.max);
	ck_assert_uint_le(e.max, 65535);
}
END_TEST


Suite *suite_ephemeral(void);
Suite *suite_ephemeral(void)
{
	Suite *s = suite_create("ephemeral");
	TCase *tc = tcase_create("ephemeral");

	test_table(tc, a_port_in_both_ranges_is_an_overlap, rangev);
	tcase_add_test(tc, the_kernel_tells_its_range);
	suite_add_tcase(s, tc);

	return s;
}
