/**
 * @file test/proxy/admin/sample_ring.c  Samples, the oldest give way
 */
#include <math.h>
#include <re.h>
#include "proxy/admin/sample_ring.h"
#include "test/test.h"

static struct sample_ring ring, copy;
static json_t *obj;


static void teardown(void)
{
	json_decref(obj);
	obj = NULL;
}


/* at that many ms, all of them with that value */
static void add(uint64_t at_ms, double value)
{
	struct sample p = {.at_ms = at_ms};

	for (size_t i = 0; i < SAMPLE_VALUES; i++)
		p.valuev[i] = (float)value;
	sample_ring_add(&ring, &p);
}


static void print(size_t limit)
{
	json_decref(obj);
	obj = sample_ring_json(&copy, limit);
	ck_assert_ptr_nonnull(obj);
}


static const json_t *row(const char *name)
{
	return json_object_get(json_object_get(obj, "series"), name);
}


static void expect(size_t i, json_int_t at_ms, double value)
{
	const json_t *times = json_object_get(obj, "times_ms");
	const json_t *v = json_array_get(row("calls"), i);

	ck_assert_int_eq(json_integer_value(json_array_get(times, i)), at_ms);
	ck_assert_double_eq_tol(json_is_null(v) ? -1 : json_number_value(v),
				value, 0.001);
}


START_TEST(the_oldest_gives_way)
{
	for (unsigned i = 1; i <= SAMPLE_RING_POINTS + 5; i++)
		add(i, i);
	sample_ring_copy(&ring, &copy, 0);
	ck_assert_uint_eq(copy.n, SAMPLE_RING_POINTS);
	ck_assert_uint_eq(copy.pointv[0].at_ms, 6);
	ck_assert_uint_eq(copy.pointv[copy.n - 1].at_ms,
			  SAMPLE_RING_POINTS + 5);

	sample_ring_copy(&ring, &copy, SAMPLE_RING_POINTS + 3);
	ck_assert_uint_eq(copy.n, 2);
	ck_assert_uint_eq(copy.pointv[0].at_ms, SAMPLE_RING_POINTS + 4);
	sample_ring_copy(&ring, &copy, UINT64_MAX);
	ck_assert_uint_eq(copy.n, 0);
}
END_TEST


START_TEST(an_empty_one_has_all_names)
{
	sample_ring_copy(&ring, &copy, 0);
	print(10);
	for (size_t i = 0; i < SAMPLE_VALUES; i++)
		ck_assert(json_is_array(row(sample_name(i))));
	ck_assert_uint_eq(json_array_size(row("calls")), 0);
}
END_TEST


/* a group is as old as its last one, and knows what one of it knows */
START_TEST(more_than_fit_are_means)
{
	for (unsigned i = 0; i < 10; i++)
		add(1000 * (i + 1), i == 4 ? (double)NAN : i);
	sample_ring_copy(&ring, &copy, 0);
	print(4);
	ck_assert_uint_eq(json_array_size(row("calls")), 4);
	expect(0, 3000, 1);
	expect(1, 6000, 4);
	expect(2, 9000, 7);
	expect(3, 10000, 9);

	print(10);
	ck_assert_uint_eq(json_array_size(row("calls")), 10);
	expect(4, 5000, -1);
}
END_TEST


static const struct {
	double value;
	const char *want;
} digitv[] = {
	{7, "[7]"},
	{0, "[0]"},
	{0.125, "[0.13]"},
	{12.341, "[12.34]"},
	{(double)NAN, "[null]"},
	{-1.5, "[-1.5]"},
	{(double)INFINITY, "[null]"},
};


START_TEST(two_digits_are_enough)
{
	char *text;

	add(1, digitv[_i].value);
	sample_ring_copy(&ring, &copy, 0);
	print(1);
	text = json_dumps(row("mos"), JSON_COMPACT | JSON_DIGITS);
	ck_assert_str_eq(text, digitv[_i].want);
	free(text);
}
END_TEST


Suite *suite_sample_ring(void);
Suite *suite_sample_ring(void)
{
	Suite *s = suite_create("sample_ring");
	TCase *tc = tcase_create("sample_ring");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, the_oldest_gives_way);
	tcase_add_test(tc, an_empty_one_has_all_names);
	tcase_add_test(tc, more_than_fit_are_means);
	test_table(tc, two_digits_are_enough, digitv);
	suite_add_tcase(s, tc);

	return s;
}
