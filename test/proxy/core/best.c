/**
 * @file test/proxy/core/best.c  Which of several final responses is passed on
 */
#include "proxy/core/best.h"
#include "test/test.h"

enum { CODES_MAX = 6 };

static const struct {
	const char *name;
	uint16_t scodev[CODES_MAX]; /* ended by 0 */
	size_t best;
} casev[] = {
	{"the only one", {486}, 0},
	{"a 6xx before all", {302, 486, 603, 500}, 2},
	{"the first of two 6xx", {486, 600, 603}, 1},
	{"the lowest class", {500, 486, 302}, 2},
	{"4xx before 5xx", {503, 500, 404}, 2},
	{"a challenge before what a person said", {486, 407, 480}, 1},
	{"the first of two challenges", {401, 407}, 0},
	{"what can be repaired before busy", {486, 488}, 1},
	{"unsupported before gone", {404, 415}, 1},
	{"incomplete before busy", {486, 484}, 1},
	{"busy before nobody", {408, 486}, 1},
	{"busy before not found", {404, 486}, 1},
	{"not found before no answer", {408, 404}, 1},
	{"called back tells the least", {487, 480}, 1},
	{"flow failed tells the least", {430, 404}, 1},
	{"no answer where there is nothing else", {487, 408}, 0},
	{"any 5xx before 503", {503, 500}, 1},
	{"not implemented before 503", {503, 501}, 1},
	{"503 where there is nothing else", {503, 503}, 0},
	{"even the worst 4xx before a 5xx", {500, 408}, 1},
	{"a 3xx before a challenge", {401, 302}, 1},
};


START_TEST(p23_the_best_response_is_chosen)
{
	size_t n = 0;

	while (n < CODES_MAX && casev[_i].scodev[n])
		++n;
	ck_assert_msg(best_response(casev[_i].scodev, n) == casev[_i].best,
		      "%s: %zu", casev[_i].name,
		      best_response(casev[_i].scodev, n));
}
END_TEST


START_TEST(none_of_none_is_chosen)
{
	ck_assert_uint_eq(best_response(NULL, 0), 0);
	ck_assert_uint_eq(best_response(NULL, 3), 3);
}
END_TEST


Suite *suite_best(void);
Suite *suite_best(void)
{
	Suite *s = suite_create("best");
	TCase *tc = tcase_create("best");

	test_table(tc, p23_the_best_response_is_chosen, casev);
	tcase_add_test(tc, none_of_none_is_chosen);
	suite_add_tcase(s, tc);

	return s;
}
