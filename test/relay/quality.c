/**
 * @file test/relay/quality.c  What is missing from a stream of RTP
 */
#include "relay/quality.h"
#include "test/test.h"

enum { SEQ_MAX = 12 };

static const struct {
	const char *name;
	uint16_t seqv[SEQ_MAX];
	size_t seqc;
	uint64_t lost;
} casev[] = {
	{"in order", {1, 2, 3, 4}, 4, 0},
	{"one missing", {1, 2, 4}, 3, 1},
	{"one late", {1, 2, 4, 3, 5}, 5, 0},
	{"one twice", {1, 2, 2, 3}, 4, 0},
	{"one twice does not hide a gap of two", {1, 1, 4}, 3, 1},
	{"over the end", {65534, 65535, 0, 1}, 4, 0},
	{"a gap over the end", {65534, 1}, 2, 2},
	{"before the first", {10, 9, 11}, 3, 0},
	{"a jump begins anew", {1, 3, 20000, 20001}, 4, 1},
	{"a jump back begins anew", {20000, 20002, 1, 2}, 4, 1},
};


START_TEST(gaps_are_counted)
{
	struct quality q = {0};

	for (size_t i = 0; i < casev[_i].seqc; i++)
		quality_add(&q, 7, casev[_i].seqv[i]);

	ck_assert_msg(quality_lost(&q) == casev[_i].lost, "%s: %llu",
		      casev[_i].name, (unsigned long long)quality_lost(&q));
}
END_TEST


START_TEST(a_new_ssrc_keeps_what_was_lost)
{
	struct quality q = {0};

	quality_add(&q, 7, 1);
	quality_add(&q, 7, 4);
	quality_add(&q, 8, 50000);
	quality_add(&q, 8, 50002);
	ck_assert_uint_eq(quality_lost(&q), 3);
}
END_TEST


Suite *suite_quality(void);
Suite *suite_quality(void)
{
	Suite *s = suite_create("quality");
	TCase *tc = tcase_create("quality");

	test_table(tc, gaps_are_counted, casev);
	tcase_add_test(tc, a_new_ssrc_keeps_what_was_lost);
	suite_add_tcase(s, tc);

	return s;
}
