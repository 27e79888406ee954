/**
 * @file test/relay/quality/opinion.c  What is to be thought of a side's media
 */
#include <string.h>
#include "relay/quality/opinion.h"
#include "test/test.h"


static struct relay_quality measured(const char *codec)
{
	struct relay_quality q;

	memset(&q, 0, sizeof(q));
	(void)str_ncpy(q.codec, codec, sizeof(q.codec));
	q.expected = 1000;
	q.ptime_us = 20000;

	return q;
}


static uint32_t mos(struct relay_quality q, uint32_t near_us, uint32_t far_us,
		    uint32_t burst)
{
	const struct opinion_facts facts = {near_us, far_us, burst};

	opinion_form(&q, &facts);
	ck_assert_uint_eq(q.delay_us, near_us);

	return q.mos;
}


START_TEST(each_fault_costs)
{
	struct relay_quality q = measured("PCMA");
	const uint32_t best = mos(q, 0, 0, 100);

	ck_assert_uint_ge(best, 438);
	ck_assert_uint_le(best, 441);
	ck_assert_uint_lt(mos(q, 150000, 150000, 100), best);
	ck_assert_uint_eq(mos(q, 150000, 100000, 100),
			  mos(q, 100000, 150000, 100));

	q.jitter_us = 60000;
	ck_assert_uint_lt(mos(q, 0, 0, 100), best);

	q.jitter_us = 0;
	q.lost = 50;
	ck_assert_uint_lt(mos(q, 0, 0, 100), 400);
	ck_assert_uint_lt(mos(q, 0, 0, 300), mos(q, 0, 0, 100));
}
END_TEST


START_TEST(without_a_codec_there_is_none)
{
	struct relay_quality q = measured("");

	ck_assert_uint_eq(mos(q, 0, 0, 100), 0);
	q = measured("H264");
	ck_assert_uint_eq(mos(q, 0, 0, 100), 0);
	q = measured("PCMA");
	q.expected = 0;
	ck_assert_uint_eq(mos(q, 0, 0, 100), 0);
}
END_TEST


START_TEST(what_the_other_side_got_is_another_opinion)
{
	const struct opinion_facts facts = {0, 0, 100};
	struct relay_quality q = measured("PCMU");

	opinion_form(&q, &facts);
	ck_assert_uint_eq(q.far_mos, 0);

	q.far_expected = 1000;
	q.far_lost = 50;
	opinion_form(&q, &facts);
	ck_assert_uint_ne(q.far_mos, 0);
	ck_assert_uint_lt(q.far_mos, q.mos);
}
END_TEST


START_TEST(more_lost_than_there_were_is_all)
{
	struct relay_quality q = measured("PCMU");

	q.lost = 1000;
	ck_assert_uint_lt(mos(q, 0, 0, 100), 120);
	q.lost = 2000;
	ck_assert_uint_lt(mos(q, 0, 0, 100), 120);
}
END_TEST


Suite *suite_opinion(void);
Suite *suite_opinion(void)
{
	Suite *s = suite_create("opinion");
	TCase *tc = tcase_create("opinion");

	tcase_add_test(tc, each_fault_costs);
	tcase_add_test(tc, without_a_codec_there_is_none);
	tcase_add_test(tc, what_the_other_side_got_is_another_opinion);
	tcase_add_test(tc, more_lost_than_there_were_is_all);
	suite_add_tcase(s, tc);

	return s;
}
