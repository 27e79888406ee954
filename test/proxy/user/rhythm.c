/**
 * @file test/proxy/user/rhythm.c  When a phone registers again
 */
#include "test/test.h"
#include "proxy/user/rhythm.h"


/* grants in s, and when the phone came, in s after the one before */
static const struct {
	const char *what;
	unsigned grantv[4];
	unsigned waitv[4];
	unsigned next; /* s after the last; 0: no telling */
} casev[] = {
	{"always nine tenths", {1000, 2000, 1500}, {0, 900, 1800}, 1350},
	{"5 s before the end", {1000, 2000, 1500}, {0, 995, 1995}, 1495},
	{"every 10 minutes", {3600, 3300, 3500}, {0, 600, 600}, 600},
	{"the same grant, the same wait", {300, 300, 300}, {0, 150, 150}, 150},
	{"two seconds off", {3600, 3600, 3600}, {0, 1800, 1802}, 1802},
	{"no two alike", {3600, 3600, 3600}, {0, 1200, 2400}, 0},
	{"twice is not enough", {3600, 3600}, {0, 1800}, 0},
	{"later than it may", {100, 100, 10}, {0, 90, 90}, 9},
};


START_TEST(it_is_foretold_from_the_last_two)
{
	struct rhythm r = {0};
	uint64_t now = 1000;

	for (size_t i = 0; i < 4 && casev[_i].grantv[i]; i++) {
		now += casev[_i].waitv[i] * 1000ULL;
		rhythm_beat(&r, now, casev[_i].grantv[i] * 1000);
	}
	ck_assert_msg(r.next_ms / 1000 == casev[_i].next, "%s: %u",
		      casev[_i].what, r.next_ms);
}
END_TEST


START_TEST(one_beat_out_of_step_is_forgotten_after_two)
{
	struct rhythm r = {0};

	rhythm_beat(&r, 1000, 600000);
	rhythm_beat(&r, 301000, 600000);
	rhythm_beat(&r, 601000, 600000);
	ck_assert_uint_eq(r.next_ms, 300000);
	rhythm_beat(&r, 611000, 600000);
	ck_assert_uint_eq(r.next_ms, 0);
	rhythm_beat(&r, 911000, 600000);
	ck_assert_uint_eq(r.next_ms, 0);
	rhythm_beat(&r, 1211000, 600000);
	ck_assert_uint_eq(r.next_ms, 300000);
	/* it was granted nothing that could be foretold */
	rhythm_beat(&r, 1511000, 0);
	ck_assert_uint_eq(r.next_ms, 0);
}
END_TEST


Suite *suite_rhythm(void);
Suite *suite_rhythm(void)
{
	Suite *s = suite_create("rhythm");
	TCase *tc = tcase_create("rhythm");

	test_table(tc, it_is_foretold_from_the_last_two, casev);
	tcase_add_test(tc, one_beat_out_of_step_is_forgotten_after_two);
	suite_add_tcase(s, tc);

	return s;
}
