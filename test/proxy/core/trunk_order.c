/**
 * @file test/proxy/core/trunk_order.c  In which order trunks are tried
 */
#include <string.h>
#include <re.h>
#include "proxy/core/trunk_order.h"
#include "test/test.h"


static uint32_t drawn;


static uint32_t draw_handler(void)
{
	return drawn;
}


/* priority, weight, down, resting, which: a, b, c */
static const struct {
	const char *name;
	struct trunk_choice v[4];
	size_t n;
	bool desperate;
	uint32_t drawn;
	const char *order;
} casev[] = {
	{"as they stand",
	 {{1, 0, 0, 0, 0}, {1, 0, 0, 0, 1}, {1, 0, 0, 0, 2}},
	 3,
	 false,
	 7,
	 "abc"},
	{"by priority",
	 {{3, 0, 0, 0, 0}, {1, 0, 0, 0, 1}, {2, 0, 0, 0, 2}},
	 3,
	 false,
	 0,
	 "bca"},
	{"by weight, low draw",
	 {{1, 10, 0, 0, 0}, {1, 90, 0, 0, 1}},
	 2,
	 false,
	 9,
	 "ab"},
	{"by weight, high draw",
	 {{1, 10, 0, 0, 0}, {1, 90, 0, 0, 1}},
	 2,
	 false,
	 10,
	 "ba"},
	{"no weight beside weights comes last",
	 {{1, 0, 0, 0, 0}, {1, 5, 0, 0, 1}, {1, 0, 0, 0, 2}},
	 3,
	 false,
	 4,
	 "bac"},
	{"weight does not beat priority",
	 {{2, 99, 0, 0, 0}, {1, 1, 0, 0, 1}},
	 2,
	 false,
	 50,
	 "ba"},
	{"who rests comes behind",
	 {{1, 0, 0, 1, 0}, {2, 0, 0, 0, 1}},
	 2,
	 false,
	 0,
	 "ba"},
	{"who is down is passed over",
	 {{1, 0, 1, 0, 0}, {2, 0, 0, 0, 1}, {3, 0, 0, 1, 2}},
	 3,
	 false,
	 0,
	 "bc"},
	{"all down", {{1, 0, 1, 0, 0}, {2, 0, 1, 1, 1}}, 2, false, 0, ""},
	{"all down, but it is an emergency",
	 {{2, 0, 1, 0, 0}, {1, 0, 1, 1, 1}},
	 2,
	 true,
	 0,
	 "ba"},
	{"none", {{0, 0, 0, 0, 0}}, 0, false, 0, ""},
};


START_TEST(trunks_are_tried_in_order)
{
	struct trunk_choice v[4];
	char order[8] = "";
	size_t n;

	memcpy(v, casev[_i].v, sizeof(v));
	drawn = casev[_i].drawn;
	n = trunk_order(v, casev[_i].n, casev[_i].desperate, draw_handler);
	for (size_t i = 0; i < n; i++)
		order[i] = (char)('a' + v[i].i);
	ck_assert_msg(!strcmp(order, casev[_i].order), "%s: %s",
		      casev[_i].name, order);
}
END_TEST


START_TEST(the_share_is_that_of_the_weights)
{
	unsigned first = 0;

	for (int i = 0; i < 4000; i++) {
		struct trunk_choice v[2] = {{1, 25, 0, 0, 0},
					    {1, 75, 0, 0, 1}};

		(void)trunk_order(v, 2, false, rand_u32);
		first += v[0].i == 0;
	}
	ck_assert_uint_gt(first, 800);
	ck_assert_uint_lt(first, 1200);
}
END_TEST


Suite *suite_trunk_order(void);
Suite *suite_trunk_order(void)
{
	Suite *s = suite_create("trunk_order");
	TCase *tc = tcase_create("trunk_order");

	test_table(tc, trunks_are_tried_in_order, casev);
	tcase_add_test(tc, the_share_is_that_of_the_weights);
	suite_add_tcase(s, tc);

	return s;
}
