/**
 * @file test/common/config_suggest.c  Near is suggested, far is not
 */
#include "test/test.h"
#include "common/config_draft.h"


static const char *const wordv[] = {
	"ports", "address", "media_timeout", "serve", "servers", "t1", NULL};

static const struct {
	const char *word;
	const char *near; /* NULL: none */
} casev[] = {
	{"port", "ports"},
	{"prots", "ports"},
	{"Ports", "ports"},
	{"adress", "address"},
	{"addr", "address"},
	{"media-timeout", "media_timeout"},
	{"mediatimeout", "media_timeout"},
	{"server", "serve"},
	{"serves", "serve"},
	{"t", "t1"},
	{"t3", "t1"},
	{"x9", NULL},
	{"", NULL},
	{"codec", NULL},
	{"a_word_longer_than_any_word_that_is_a_key", NULL},
};

START_TEST(the_nearest_word_is_found)
{
	const char *near = config_suggest(casev[_i].word, wordv);

	if (casev[_i].near)
		ck_assert_str_eq(near ? near : "nothing", casev[_i].near);
	else
		ck_assert_ptr_null(near);
}
END_TEST


START_TEST(without_words_there_is_none)
{
	static const char *const none[] = {NULL};

	ck_assert_ptr_null(config_suggest("port", none));
	ck_assert_ptr_null(config_suggest("port", NULL));
}
END_TEST


Suite *suite_config_suggest(void);
Suite *suite_config_suggest(void)
{
	Suite *s = suite_create("config_suggest");
	TCase *tc = tcase_create("config_suggest");

	test_table(tc, the_nearest_word_is_found, casev);
	tcase_add_test(tc, without_words_there_is_none);
	suite_add_tcase(s, tc);

	return s;
}
