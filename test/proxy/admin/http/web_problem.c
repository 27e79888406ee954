/**
 * @file test/proxy/admin/http/web_problem.c  What went wrong, for programs
 */
#include <errno.h>
#include <stdlib.h>
#include <re.h>
#include "proxy/admin/http/web_problem.h"
#include "test/test.h"

static const struct {
	int err;
	unsigned status;
} casev[] = {
	{0, 200},      {EINVAL, 400}, {ENOENT, 404},    {EBUSY, 409},
	{EEXIST, 409}, {ENOMEM, 503}, {ENOSPC, 503},    {EOPNOTSUPP, 501},
	{EIO, 500},    {EPERM, 500},  {ETIMEDOUT, 503},
};


START_TEST(an_error_has_a_status)
{
	ck_assert_uint_eq(web_problem_status(casev[_i].err), casev[_i].status);
}
END_TEST


START_TEST(a_problem_is_a_document)
{
	char *text = web_problem_text(404, "no \"such\" call");

	ck_assert_str_eq(text, "{\"type\":\"about:blank\",\"title\":\"Not "
			       "Found\",\"status\":404,\"detail\":\"no "
			       "\\\"such\\\" call\"}");
	free(text);
	text = web_problem_text(599, NULL);
	ck_assert_str_eq(text, "{\"type\":\"about:blank\",\"title\":\"Error\","
			       "\"status\":599}");
	free(text);
}
END_TEST


/* a foreign name in it may be no UTF-8, or be cut in a letter */
START_TEST(a_detail_is_told_whatever_is_in_it)
{
	char *text = web_problem_text(400, "\"\xff\xc3\" is not known");

	ck_assert_str_eq(text, "{\"type\":\"about:blank\",\"title\":\"Bad "
			       "Request\",\"status\":400,\"detail\":"
			       "\"\\\"??\\\" is not known\"}");
	free(text);
}
END_TEST


Suite *suite_web_problem(void);
Suite *suite_web_problem(void)
{
	Suite *s = suite_create("web_problem");
	TCase *tc = tcase_create("web_problem");

	tcase_add_loop_test(tc, an_error_has_a_status, 0,
			    (int)ARRAY_SIZE(casev));
	tcase_add_test(tc, a_problem_is_a_document);
	tcase_add_test(tc, a_detail_is_told_whatever_is_in_it);
	suite_add_tcase(s, tc);

	return s;
}
