/**
 * @file test/relay/quality/sequence.c  What is missing from a source of RTP
 */
#include <string.h>
#include "relay/quality/sequence.h"
#include "test/test.h"

enum { SEQ_MAX = 12 };

static const struct {
	const char *name;
	uint16_t seqv[SEQ_MAX];
	size_t seqc;
	uint64_t expected, lost, reordered, duplicates;
} casev[] = {
	{"in order", {1, 2, 3, 4}, 4, 4, 0, 0, 0},
	{"one missing", {1, 2, 4}, 3, 4, 1, 0, 0},
	{"one late", {1, 2, 4, 3, 5}, 5, 5, 0, 1, 0},
	{"one twice", {1, 2, 2, 3}, 4, 3, 0, 0, 1},
	{"one twice does not hide a gap of two", {1, 1, 4}, 3, 4, 2, 0, 1},
	{"one late comes twice", {1, 3, 2, 2}, 4, 3, 0, 1, 1},
	{"over the end", {65534, 65535, 0, 1}, 4, 4, 0, 0, 0},
	{"a gap over the end", {65534, 1}, 2, 4, 2, 0, 0},
	{"late over the end", {65534, 0, 65535}, 3, 3, 0, 1, 0},
	{"before the first", {10, 9, 11}, 3, 3, 0, 1, 0},
	{"before the first, twice", {10, 8, 8, 11}, 4, 3, 0, 1, 1},
	{"a wild one is not believed", {1, 2, 20000, 3}, 4, 3, 0, 0, 0},
	{"a jump begins anew", {1, 3, 20000, 20001}, 4, 4, 1, 0, 0},
	{"a jump back begins anew", {20000, 20002, 1, 2}, 4, 4, 1, 0, 0},
	{"two wild ones are no jump", {1, 20000, 30000, 2}, 4, 2, 0, 0, 0},
	{"the longest gap", {1, 3000}, 2, 3000, 2998, 0, 0},
	{"late beyond all memory", {100, 200, 110}, 3, 101, 99, 1, 0},
	{"late by 63 fills the gap", {1, 66, 3}, 3, 66, 63, 1, 0},
};


START_TEST(gaps_are_counted)
{
	struct losses l;
	struct sequence s;

	memset(&l, 0, sizeof(l));
	sequence_begin(&s, &l, casev[_i].seqv[0]);
	for (size_t i = 1; i < casev[_i].seqc; i++)
		(void)sequence_add(&s, &l, casev[_i].seqv[i]);

	ck_assert_msg(
		l.expected == casev[_i].expected && l.lost == casev[_i].lost &&
			l.reordered == casev[_i].reordered &&
			l.duplicates == casev[_i].duplicates,
		"%s: %llu %llu %llu %llu", casev[_i].name,
		(unsigned long long)l.expected, (unsigned long long)l.lost,
		(unsigned long long)l.reordered,
		(unsigned long long)l.duplicates);
}
END_TEST


/* x: lost, any other letter: came; then as many came as it takes to judge */
static void play(struct losses *l, const char *s)
{
	struct sequence seq;
	uint16_t n = 60000;

	memset(l, 0, sizeof(*l));
	sequence_begin(&seq, l, n);
	for (; *s; s++) {
		++n;
		if (*s != 'x')
			(void)sequence_add(&seq, l, n);
	}
	for (int i = 0; i < 20; i++)
		(void)sequence_add(&seq, l, ++n);
}


#define TEN     "----------"
#define SIXTEEN TEN "------"

/* RFC 3611 section 4.7.2, Gmin 16 */
static const struct {
	const char *name;
	const char *packets;
	uint64_t bursts, burst_lost, runs, run_lost;
} burstv[] = {
	{"nothing lost", TEN, 0, 0, 0, 0},
	{"one alone is no burst", TEN "x" TEN, 0, 0, 1, 1},
	{"two in a row", TEN "xx" TEN, 1, 2, 1, 2},
	{"two with 15 between", TEN "x" TEN "-----x" TEN, 1, 2, 2, 2},
	{"two with 16 between", TEN "x" SIXTEEN "x" TEN, 0, 0, 2, 2},
	{"a second burst", "xx" SIXTEEN "x-x-x" TEN, 2, 5, 4, 5},
	{"one that grows", "x--x--x--xx", 1, 5, 4, 5},
	{"longer than the window",
	 "--xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-x", 1, 41, 2, 41},
	{"a long gap behind one", "x-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1,
	 38, 2, 38},
};


START_TEST(bursts_are_told_from_single_losses)
{
	struct losses l;

	play(&l, burstv[_i].packets);
	ck_assert_msg(
		l.bursts == burstv[_i].bursts &&
			l.burst_lost == burstv[_i].burst_lost &&
			l.runs == burstv[_i].runs &&
			l.run_lost == burstv[_i].run_lost,
		"%s: %llu %llu %llu %llu", burstv[_i].name,
		(unsigned long long)l.bursts, (unsigned long long)l.burst_lost,
		(unsigned long long)l.runs, (unsigned long long)l.run_lost);
	ck_assert_uint_eq(l.lost, l.run_lost);
}
END_TEST


START_TEST(what_is_late_is_in_time_for_the_ear)
{
	struct losses l;
	struct sequence s;

	memset(&l, 0, sizeof(l));
	sequence_begin(&s, &l, 1);
	for (uint16_t n = 3; n < 15; n++)
		(void)sequence_add(&s, &l, n);
	(void)sequence_add(&s, &l, 2);
	for (uint16_t n = 15; n < 60; n++)
		(void)sequence_add(&s, &l, n);
	ck_assert_uint_eq(l.runs, 0);

	/* this one is not, though it is not lost */
	for (uint16_t n = 61; n < 90; n++)
		(void)sequence_add(&s, &l, n);
	(void)sequence_add(&s, &l, 60);
	ck_assert_uint_eq(l.lost, 0);
	ck_assert_uint_eq(l.run_lost, 1);
}
END_TEST


START_TEST(losses_at_random_have_burst_ratio_one)
{
	struct losses l;

	memset(&l, 0, sizeof(l));
	ck_assert_uint_eq(losses_burst_ratio(&l), 100);

	/* 10 % lost, in runs of 1/(1 - 0.1) packets */
	l.expected = 10000;
	l.run_lost = 1000;
	l.runs = 900;
	ck_assert_uint_eq(losses_burst_ratio(&l), 99 + 1);

	/* in runs of four */
	l.runs = 250;
	ck_assert_uint_eq(losses_burst_ratio(&l), 360);

	/* all of them */
	l.run_lost = 10000;
	ck_assert_uint_eq(losses_burst_ratio(&l), 100);
}
END_TEST


Suite *suite_sequence(void);
Suite *suite_sequence(void)
{
	Suite *s = suite_create("sequence");
	TCase *tc = tcase_create("sequence");

	test_table(tc, gaps_are_counted, casev);
	test_table(tc, bursts_are_told_from_single_losses, burstv);
	tcase_add_test(tc, what_is_late_is_in_time_for_the_ear);
	tcase_add_test(tc, losses_at_random_have_burst_ratio_one);
	suite_add_tcase(s, tc);

	return s;
}
