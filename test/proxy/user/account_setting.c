/**
 * @file test/proxy/user/account_setting.c  The settings by their names
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "proxy/user/account_setting.h"


static const struct {
	const char *name;
	const char *text;
	const char *print; /* NULL: refused */
} valuev[] = {
	{"name", "Alice", "Alice"},
	{"name", "\xc3\x84nne \"x\" \\", "\xc3\x84nne \"x\" \\"},
	{"name", "\xe2\x82\xac \xf0\x9f\x98\x80",
	 "\xe2\x82\xac \xf0\x9f\x98\x80"},
	{"name", "", ""},
	{"name", "a\nb", NULL},
	{"name", "a\x7f", NULL},
	{"name", "\xc3", NULL},
	{"name", "\xc3(", NULL},
	{"name", "\xff", NULL},
	{"name", "\xc0\xaf", NULL},
	{"disabled", "yes", "yes"},
	{"disabled", "1", "yes"},
	{"disabled", "true", "yes"},
	{"disabled", "no", ""},
	{"disabled", "0", ""},
	{"disabled", "", ""},
	{"disabled", "YES", NULL},
	{"calls", "0", ""},
	{"calls", "007", "7"},
	{"calls", "10000", "10000"},
	{"calls", "10001", NULL},
	{"calls", "99999999999999999999", NULL},
	{"calls", "-1", NULL},
	{"calls", " 1", NULL},
	{"calls", "1.5", NULL},
	{"calls-per-minute", "60", "60"},
	{"allow", "+49 0049 0", "+49 0049 0"},
	{"allow", "[1-3]", "[1-3]"},
	{"allow", "abc", NULL},
	{"allow", "+49,0", NULL},
	{"media", "relay", "relay"},
	{"media", "direct", "direct"},
	{"media", "auto", ""},
	{"media", "Relay", NULL},
	{"forward-all", "+4930123456", "+4930123456"},
	{"forward-all", "*21#", "*21#"},
	{"forward-all", "sip:bob@example.com;transport=tcp",
	 "sip:bob@example.com;transport=tcp"},
	{"forward-all", "sips:bob@[2001:db8::1]:5061",
	 "sips:bob@[2001:db8::1]:5061"},
	{"forward-all", "", ""},
	{"forward-all", "bob", NULL},
	{"forward-all", "bob@example.com", NULL},
	{"forward-all", "sip:example.com", NULL},
	{"forward-all", "tel:+4930", NULL},
	{"forward-all", "http://example.com", NULL},
	{"forward-all", "sip:a@b?Route=x", NULL},
	{"forward-all", "sip:a@b>,<sip:c@d", NULL},
	{"forward-all", "sip:a b@c", NULL},
	{"forward-all", "sip:a@b\r\nX: y", NULL},
	{"forward-all", "1-2", NULL},
	{"forward-all", "123456789012345678901234567890123", NULL},
	{"forward-busy", "1", "1"},
	{"forward-noanswer", "1", "1"},
	{"forward-offline", "1", "1"},
	{"noanswer", "180", "180"},
	{"noanswer", "181", NULL},
	{"record", "yes", "yes"},
	{"record", "no", ""},
	{"record", "maybe", NULL},
};


START_TEST(a_value_is_taken_and_printed_or_refused)
{
	struct account_settings set = {0}, empty = {0};
	enum account_setting i;
	char text[ACCOUNT_TEXT_MAX] = "";
	struct pl pl;
	int err;

	pl_set_str(&pl, valuev[_i].name);
	ck_assert_int_eq(account_setting_find(&i, &pl), 0);
	ck_assert_str_eq(account_setting_name(i), valuev[_i].name);
	ck_assert_str_ne(account_setting_takes(i), "");
	err = account_setting_decode(&set, i, valuev[_i].text);
	ck_assert_msg(err == (valuev[_i].print ? 0 : EBADMSG), "%s=%s",
		      valuev[_i].name, valuev[_i].text);
	if (err) {
		ck_assert_mem_eq(&set, &empty, sizeof(set));
		return;
	}
	account_setting_print(text, &set, i);
	ck_assert_str_eq(text, valuev[_i].print);
	ck_assert_int_eq(account_setting_decode(&set, i, ""), 0);
	ck_assert_mem_eq(&set, &empty, sizeof(set));
}
END_TEST


START_TEST(texts_have_a_bound)
{
	struct account_settings set = {0};
	char text[ACCOUNT_TEXT_MAX + 1];

	memset(text, 'x', sizeof(text));
	text[64] = '\0';
	ck_assert_int_eq(account_setting_decode(&set, SETTING_NAME, text),
			 EBADMSG);
	text[63] = '\0';
	ck_assert_int_eq(account_setting_decode(&set, SETTING_NAME, text), 0);
	memset(text, '1', sizeof(text));
	for (size_t i = 20; i < sizeof(text); i += 20)
		text[i] = ' ';
	text[ACCOUNT_TEXT_MAX] = '\0';
	ck_assert_int_eq(account_setting_decode(&set, SETTING_ALLOW, text),
			 EBADMSG);
	text[ACCOUNT_TEXT_MAX - 1] = '\0';
	ck_assert_int_eq(account_setting_decode(&set, SETTING_ALLOW, text), 0);
}
END_TEST


START_TEST(there_is_no_other_setting)
{
	static const char *const namev[] = {"", "Name", "call", "calls ",
					    "password"};
	enum account_setting i;
	struct pl pl;

	for (size_t k = 0; k < ARRAY_SIZE(namev); k++) {
		pl_set_str(&pl, namev[k]);
		ck_assert_int_eq(account_setting_find(&i, &pl), ENOENT);
	}
	ck_assert(account_setting_is_number(SETTING_CALLS));
	ck_assert(!account_setting_is_number(SETTING_NAME));
}
END_TEST


Suite *suite_account_setting(void);
Suite *suite_account_setting(void)
{
	Suite *s = suite_create("account_setting");
	TCase *tc = tcase_create("account_setting");

	test_table(tc, a_value_is_taken_and_printed_or_refused, valuev);
	tcase_add_test(tc, texts_have_a_bound);
	tcase_add_test(tc, there_is_no_other_setting);
	suite_add_tcase(s, tc);

	return s;
}
