/**
 * @file test/relay/quality/roundtrip.c  How far a side is away
 */
#include <string.h>
#include "relay/quality/roundtrip.h"
#include "test/test.h"

enum { SECOND = 65536 };

static const struct {
	const char *name;
	uint32_t lsr, dlsr;
	uint64_t passed_us, back_us;
	uint32_t us;
} casev[] = {
	{"at once", 7, 0, 1000, 41000, 40000},
	{"kept for a second", 7, SECOND, 1000, 1041000, 40000},
	{"a bit less than nothing", 7, SECOND, 1000, 1000000, 1},
	{"much less than nothing", 7, SECOND, 1000, 900000, 0},
	{"ten seconds", 7, 0, 1000, 10001000, 10000000},
	{"more is no call", 7, 0, 1000, 10001001, 0},
	{"another report", 8, 0, 1000, 41000, 0},
	{"it had none", 0, 0, 1000, 41000, 0},
	{"kept for 18 hours", 7, UINT32_MAX, 1000, 41000, 0},
};


START_TEST(what_is_left_is_the_way)
{
	struct roundtrip rt;

	memset(&rt, 0, sizeof(rt));
	roundtrip_pass(&rt, 7, casev[_i].passed_us);
	roundtrip_return(&rt, casev[_i].lsr, casev[_i].dlsr,
			 casev[_i].back_us);
	ck_assert_msg(roundtrip_us(&rt) == casev[_i].us, "%s: %u",
		      casev[_i].name, roundtrip_us(&rt));
}
END_TEST


START_TEST(a_few_reports_are_remembered)
{
	struct roundtrip rt;

	memset(&rt, 0, sizeof(rt));
	for (uint32_t i = 1; i <= 5; i++)
		roundtrip_pass(&rt, i, i * 1000);

	roundtrip_return(&rt, 1, 0, 100000);
	ck_assert_uint_eq(roundtrip_us(&rt), 0);
	roundtrip_return(&rt, 2, 0, 42000);
	ck_assert_uint_eq(roundtrip_us(&rt), 40000);
}
END_TEST


START_TEST(it_is_smoothed)
{
	struct roundtrip rt;

	memset(&rt, 0, sizeof(rt));
	roundtrip_pass(&rt, 1, 0);
	roundtrip_return(&rt, 1, 0, 40000);
	roundtrip_return(&rt, 1, 0, 80000);
	ck_assert_uint_eq(roundtrip_us(&rt), 50000);
}
END_TEST


Suite *suite_roundtrip(void);
Suite *suite_roundtrip(void)
{
	Suite *s = suite_create("roundtrip");
	TCase *tc = tcase_create("roundtrip");

	test_table(tc, what_is_left_is_the_way, casev);
	tcase_add_test(tc, a_few_reports_are_remembered);
	tcase_add_test(tc, it_is_smoothed);
	suite_add_tcase(s, tc);

	return s;
}
