/**
 * @file test/proxy/sip/param.c  ;name=value lists
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/param.h"


static const struct {
	const char *list;
	const char *name;
	int err;
	const char *val;
} getv[] = {
	{";a=1;b=2", "b", 0, "2"},
	{";A=1", "a", 0, "1"},
	{";a", "a", 0, ""},
	{";a;b", "b", 0, ""},
	{" ; a = 1 ; b = 2 ", "b", 0, "2"},
	{";\r\n a\r\n =\r\n 1", "a", 0, "1"},
	{";a=\"x;b=1\";b=2", "b", 0, "2"},
	{";a=\"\\\"\";b=2", "a", 0, "\\\""},
	{";a=[::1];b", "a", 0, "[::1]"},
	{";a=AA==;b", "a", 0, "AA=="},
	{";a=1;a=2", "a", 0, "1"},
	{"", "a", ENOENT, ""},
	{";ab=1", "a", ENOENT, ""},
	{";b=a", "a", ENOENT, ""},
	{";;a=1", "a", ENOENT, ""},
};

START_TEST(a_parameter_is_found_by_its_name)
{
	struct pl list, val = PL_INIT;

	pl_set_str(&list, getv[_i].list);
	ck_assert_msg(param_get(&list, getv[_i].name, &val) == getv[_i].err,
		      "%s", getv[_i].list);
	if (!getv[_i].err)
		decoded_expect_pl(&val, getv[_i].val);
}
END_TEST


static const struct {
	const char *list;
	int err;
} checkv[] = {
	{"", 0},
	{" ", 0},
	{";a", 0},
	{";a=b", 0},
	{";a=\"b c\"", 0},
	{";lr;x=y ;z", 0},
	{"a", EBADMSG},
	{";", EBADMSG},
	{";;", EBADMSG},
	{";a;", EBADMSG},
	{";a=", EBADMSG},
	{";a=;b", EBADMSG},
	{";=b", EBADMSG},
	{";a b", EBADMSG},
	{";a=b c", EBADMSG},
	{";a=\"b", EBADMSG},
	{";a=\"b\"c", EBADMSG},
	{";a=b\"c\"", EBADMSG},
	{";a,b", EBADMSG},
	{";a=<b>", EBADMSG},
	{";a=b?c", EBADMSG},
};

START_TEST(a_list_is_well_formed_or_not)
{
	struct pl list;

	pl_set_str(&list, checkv[_i].list);
	ck_assert_msg(param_check(&list) == checkv[_i].err, "%s",
		      checkv[_i].list);
}
END_TEST


START_TEST(a_walk_gives_whole_parameters)
{
	struct pl rest = PL(" ;a ; b = \"2\" ;c=3");
	struct param pm;

	ck_assert_int_eq(param_next(&pm, &rest), 0);
	decoded_expect_pl(&pm.all, ";a");
	ck_assert(!pm.has_val);
	ck_assert_int_eq(param_next(&pm, &rest), 0);
	decoded_expect_pl(&pm.all, "; b = \"2\"");
	decoded_expect_pl(&pm.val, "2");
	ck_assert_int_eq(param_next(&pm, &rest), 0);
	decoded_expect_pl(&pm.all, ";c=3");
	ck_assert_int_eq(param_next(&pm, &rest), ENOENT);
	ck_assert_int_eq(param_get(NULL, "a", NULL), EINVAL);
	ck_assert_int_eq(param_get(&rest, NULL, NULL), EINVAL);
}
END_TEST


Suite *suite_param(void);
Suite *suite_param(void)
{
	Suite *s = suite_create("param");
	TCase *tc = tcase_create("param");

	test_table(tc, a_parameter_is_found_by_its_name, getv);
	test_table(tc, a_list_is_well_formed_or_not, checkv);
	tcase_add_test(tc, a_walk_gives_whole_parameters);
	suite_add_tcase(s, tc);

	return s;
}
