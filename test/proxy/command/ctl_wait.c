/**
 * @file test/proxy/command/ctl_wait.c  Waiting for the calls of a server that
 * drains
 */
#include "proxy/command/ctl_wait.h"
#include "test/test.h"

#define GOOD "{\"ok\": true, \"draining\": true, "

/* NULL: the server does not answer */
static const struct {
	const char *answer;
	bool stopping;
	enum ctl_wait_sign sign;
} answerv[] = {
	{GOOD "\"stopping\": false, \"calls\": 3}", false, CTL_WAIT_ON},
	{GOOD "\"stopping\": false, \"calls\": 0}", false, CTL_WAIT_DONE},
	/* one that ends is waited for until it has */
	{GOOD "\"stopping\": true, \"calls\": 0}", false, CTL_WAIT_ON},
	{NULL, true, CTL_WAIT_DONE},
	{NULL, false, CTL_WAIT_FAILED},
	{"{\"ok\": false, \"error\": \"no\"}", false, CTL_WAIT_FAILED},
	{"{\"ok\": true, \"draining\": false, \"calls\": 3}", true,
	 CTL_WAIT_FAILED},
};


START_TEST(an_answer_says_whether_to_wait)
{
	json_t *answer = answerv[_i].answer
				 ? json_loads(answerv[_i].answer, 0, NULL)
				 : NULL;
	bool stopping = answerv[_i].stopping;

	ck_assert_int_eq(ctl_wait_read(answer, &stopping), answerv[_i].sign);
	json_decref(answer);
}
END_TEST


Suite *suite_ctl_wait(void);
Suite *suite_ctl_wait(void)
{
	Suite *s = suite_create("ctl_wait");
	TCase *tc = tcase_create("ctl_wait");

	test_table(tc, an_answer_says_whether_to_wait, answerv);
	suite_add_tcase(s, tc);

	return s;
}
