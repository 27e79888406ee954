/**
 * @file test/common/number.c  Telephone numbers as people write them
 */
#include <errno.h>
#include <string.h>
#include "common/number.h"
#include "test/test.h"


static const struct {
	const char *user;
	const char *num; /* NULL: none */
} readv[] = {
	{"+4930123456", "+4930123456"},
	{"+49 (30) 123-45.6", "+4930123456"},
	{"4930123456", "4930123456"},
	{"100", "100"},
	{"*21*0301", "*21*0301"},
	{"#31#0301", "#31#0301"},
	{"-1-", "1"},
	{"", NULL},
	{"+", NULL},
	{"*#", NULL},
	{"-.()", NULL},
	{"1+2", NULL},
	{"++1", NULL},
	{"alice", NULL},
	{"1a", NULL},
	{"12345678901234567890123456789012345678901234567",
	 "12345678901234567890123456789012345678901234567"},
	{"123456789012345678901234567890123456789012345678", NULL},
};


START_TEST(a_number_is_what_is_left_without_separators)
{
	char num[NUMBER_MAX] = "untouched";
	struct pl pl;
	int err;

	pl_set_str(&pl, readv[_i].user);
	err = number_read(num, &pl);
	ck_assert_msg(err == (readv[_i].num ? 0 : ENOENT), "%s",
		      readv[_i].user);
	ck_assert_str_eq(num, err ? "untouched" : readv[_i].num);
}
END_TEST


static const struct {
	const char *user, *num; /* NULL: none */
} canonicalv[] = {
	{"110", "110"},
	{"+4930123", "+4930123"},
	{"%2B4930123", "+4930123"},
	{"%2b49%330123", "+4930123"},
	{"(030) 12-34.5", "030"
			  "12345"},
	{"030%2012", "03012"},
	{"+49-30-123;ext=7", "+4930123"},
	{"0301%3Bx", "0301"},
	{"*69", "*69"},
	{"%2369", "#69"},
	{"alice", NULL},
	{"4a", NULL},
	{"4+9", NULL},
	{"++49", NULL},
	{"+", NULL},
	{"*", NULL},
	{"-", NULL},
	{"", NULL},
	{";x", NULL},
	{"1%", NULL},
	{"1%3", NULL},
	{"1%zz", NULL},
	{"1%00", NULL},
	{"1%ff", NULL},
	{"1\xff", NULL},
	{"12345678901234567890123456789012345678901234567",
	 "12345678901234567890123456789012345678901234567"},
	{"123456789012345678901234567890123456789012345678", NULL},
};


START_TEST(a_number_is_read_or_not)
{
	char num[NUMBER_MAX];
	struct pl pl;
	int err;

	pl_set_str(&pl, canonicalv[_i].user);
	err = number_canonical(num, &pl);
	ck_assert_msg(err == (canonicalv[_i].num ? 0 : ENOENT), "%s",
		      canonicalv[_i].user);
	if (!err)
		ck_assert_str_eq(num, canonicalv[_i].num);
}
END_TEST


static const struct {
	const char *num;
	struct config_rewrite rw;
	const char *out; /* NULL: ERANGE */
} rewritev[] = {
	{"030123", {0, ""}, "030123"},
	{"030123", {1, "+49"}, "+4930123"},
	{"0049301", {2, "+"}, "+49301"},
	{"+49301", {3, "0"}, "0301"},
	{"0", {1, ""}, NULL},
	{"0", {1, "9"}, "9"},
	{"0", {2, "9"}, NULL},
	{"12345678901234567890123456789012345678901234567", {0, "1"}, NULL},
	{"12345678901234567890123456789012345678901234567",
	 {1, "2"},
	 "22345678901234567890123456789012345678901234567"},
};


START_TEST(a_number_is_rewritten)
{
	char num[NUMBER_MAX];
	int err;

	(void)str_ncpy(num, rewritev[_i].num, sizeof(num));
	err = number_rewrite(num, num, &rewritev[_i].rw);
	ck_assert_int_eq(err, rewritev[_i].out ? 0 : ERANGE);
	ck_assert_str_eq(num, err ? rewritev[_i].num : rewritev[_i].out);
}
END_TEST


static const struct {
	const char *num, *allow;
	bool may;
} allowv[] = {
	{"110", "", true},
	{"110", "  ", true},
	{"0301", "030", true},
	{"0301", "031 030", true},
	{"0301", "031, 030", true},
	{"0301", "031 0301", true},
	{"0301", "031 03012", false},
	{"+4930", "0049", false},
	{"0190", "0[2-8]", false},
	{"0290", "0[2-8]", true},
	{"0290", "0*", true},
	{"0290", "x", false}, /* a slip of the pen opens nothing */
	{"0290", "x 029", true},
};


START_TEST(a_number_may_be_called_or_not)
{
	ck_assert_msg(number_allowed(allowv[_i].num, allowv[_i].allow) ==
			      allowv[_i].may,
		      "%s: %s", allowv[_i].num, allowv[_i].allow);
}
END_TEST


START_TEST(a_long_list_is_read_to_its_end)
{
	char allow[256];

	memset(allow, '1', sizeof(allow) - 1);
	allow[sizeof(allow) - 1] = '\0';
	ck_assert(!number_allowed("1", allow));
	memcpy(allow + 200, " 2 ", 3);
	ck_assert(number_allowed("2", allow));
}
END_TEST


START_TEST(null_is_no_number)
{
	static const struct config_rewrite rw;
	char num[NUMBER_MAX];

	ck_assert_int_eq(number_canonical(NULL, NULL), EINVAL);
	ck_assert_int_eq(number_canonical(num, NULL), EINVAL);
	ck_assert_int_eq(number_rewrite(num, NULL, &rw), EINVAL);
	ck_assert(!number_allowed(NULL, ""));
	ck_assert(!number_allowed("1", NULL));
}
END_TEST


Suite *suite_number(void);
Suite *suite_number(void)
{
	Suite *s = suite_create("number");
	TCase *tc = tcase_create("number");

	test_table(tc, a_number_is_what_is_left_without_separators, readv);
	test_table(tc, a_number_is_read_or_not, canonicalv);
	test_table(tc, a_number_is_rewritten, rewritev);
	test_table(tc, a_number_may_be_called_or_not, allowv);
	tcase_add_test(tc, a_long_list_is_read_to_its_end);
	tcase_add_test(tc, null_is_no_number);
	suite_add_tcase(s, tc);

	return s;
}
