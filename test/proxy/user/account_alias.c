/**
 * @file test/proxy/user/account_alias.c  Other names of an account, numbers
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "proxy/user/account_alias.h"


static const struct {
	const char *text;
	int err;
	const char *alias;
} makev[] = {
	{"+49 30 123456", 0, "+4930123456"},
	{"030/1", 0, "030/1@example.net"},
	{"100", 0, "100@example.net"},
	{"1-00", 0, "100@example.net"},
	{"#31", 0, "#31@example.net"},
	{"sales", 0, "sales@example.net"},
	{"Sales", 0, "Sales@example.net"},
	{"sales@EXAMPLE.ORG", 0, "sales@example.org"},
	{"+49301@example.org", 0, "+49301@example.org"},
	{"1 00@example.org", 0, "100@example.org"},
	{"sales@example.com", ENOENT, NULL},
	{"1@example.com", ENOENT, NULL},
	{"", EBADMSG, NULL},
	{"@example.net", EBADMSG, NULL},
	{"sales@", EBADMSG, NULL},
	{"a b", EBADMSG, NULL},
	{"a%20b", EBADMSG, NULL},
	{"a:b", EBADMSG, NULL},
	{"a;b", EBADMSG, NULL},
	{"a@b@example.net", EBADMSG, NULL},
	{"\xc3\xa4", EBADMSG, NULL},
	{"1@example.net:5060", EBADMSG, NULL},
	{"x@example.net;y", EBADMSG, NULL},
};


START_TEST(an_alias_is_kept_in_one_form)
{
	const struct config cfg = {.domainc = 2,
				   .domainv = {"example.net", "example.org"}};
	char alias[ACCOUNT_AOR_MAX] = "untouched";
	const int err = account_alias_make(alias, &cfg, makev[_i].text,
					   "alice@example.net");

	ck_assert_msg(err == makev[_i].err, "%s: %d", makev[_i].text, err);
	ck_assert_str_eq(alias, err ? "untouched" : makev[_i].alias);
}
END_TEST


static const struct {
	const char *aor;
	const char *names;
} namesv[] = {
	{"alice@example.net", "alice@example.net "},
	{"a.b@example.net", "a.b@example.net "},
	{"100@example.net", "100@example.net +100@example.net +100 "},
	{"1-0@example.net",
	 "1-0@example.net 10@example.net +10@example.net +10 "},
	{"+1@example.net", "+1@example.net +1 1@example.net "},
	{"+1-2@example.net",
	 "+1-2@example.net +12@example.net +12 12@example.net "},
	{"example.net", ""},
	{"@example.net", ""},
	{"", ""},
};


START_TEST(the_best_name_comes_first)
{
	struct account_names n;
	char buf[1024] = "";
	struct pl pl;

	pl_set_str(&pl, namesv[_i].aor);
	account_alias_names(&n, &pl);
	for (size_t i = 0; i < n.namec; i++) {
		(void)strcat(buf, n.namev[i]);
		(void)strcat(buf, " ");
	}
	ck_assert_str_eq(buf, namesv[_i].names);
}
END_TEST


START_TEST(a_name_that_is_too_long_has_none)
{
	const struct config cfg = {.domainc = 1, .domainv = {"example.net"}};
	char text[600], alias[ACCOUNT_AOR_MAX];
	struct account_names n;
	struct pl pl = {text, sizeof(text)};

	memset(text, 'a', sizeof(text));
	text[300] = '@';
	text[sizeof(text) - 1] = '\0';
	account_alias_names(&n, &pl);
	ck_assert_uint_eq(n.namec, 0);
	text[300] = 'a';
	ck_assert_int_eq(
		account_alias_make(alias, &cfg, text, "a@example.net"),
		EBADMSG);
	ck_assert_int_eq(account_alias_make(NULL, &cfg, "a", "a@b"), EINVAL);
	ck_assert_int_eq(account_alias_make(alias, NULL, "a", "a@b"), EINVAL);
	ck_assert_int_eq(account_alias_make(alias, &cfg, NULL, "a@b"), EINVAL);
	ck_assert_int_eq(account_alias_make(alias, &cfg, "a", NULL), EINVAL);
}
END_TEST


Suite *suite_account_alias(void);
Suite *suite_account_alias(void)
{
	Suite *s = suite_create("account_alias");
	TCase *tc = tcase_create("account_alias");

	test_table(tc, an_alias_is_kept_in_one_form, makev);
	test_table(tc, the_best_name_comes_first, namesv);
	tcase_add_test(tc, a_name_that_is_too_long_has_none);
	suite_add_tcase(s, tc);

	return s;
}
