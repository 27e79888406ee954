/**
 * @file test/proxy/core/divert.c  Where a call goes that others are to take
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/divert.h"
#include "test/mock/decoded.h"
#include "test/test.h"


static const struct account_settings set = {
	.forward_all = "bob",
	.forward_busy = "+4930123",
	.forward_noanswer = "sip:voicemail@example.net",
};


START_TEST(the_settings_say_where)
{
	struct account_settings none;

	memset(&none, 0, sizeof(none));
	ck_assert_str_eq(divert_to(&set, DIVERT_ALL), "bob");
	ck_assert_str_eq(divert_to(&set, DIVERT_BUSY), "+4930123");
	ck_assert_str_eq(divert_to(&set, DIVERT_NOANSWER),
			 "sip:voicemail@example.net");
	ck_assert_ptr_null(divert_to(&set, DIVERT_OFFLINE));
	ck_assert_ptr_null(divert_to(&none, DIVERT_ALL));
	ck_assert_ptr_null(divert_to(NULL, DIVERT_ALL));
	ck_assert_uint_eq(divert_noanswer_ms(&set), 20000);
	ck_assert_uint_eq(divert_noanswer_ms(&none), 0);
	none.noanswer_s = 5;
	ck_assert_uint_eq(divert_noanswer_ms(&none), 0);
	none.forward_noanswer[0] = 'x';
	ck_assert_uint_eq(divert_noanswer_ms(&none), 5000);
}
END_TEST


static const struct {
	uint16_t scode;
	bool rang;
	int err;
	enum divert_cause cause;
} causev[] = {
	{486, true, 0, DIVERT_BUSY},      {600, true, 0, DIVERT_BUSY},
	{408, true, 0, DIVERT_NOANSWER},  {408, false, 0, DIVERT_OFFLINE},
	{480, true, 0, DIVERT_NOANSWER},  {480, false, 0, DIVERT_OFFLINE},
	{430, false, 0, DIVERT_OFFLINE},  {503, false, 0, DIVERT_OFFLINE},
	{503, true, ENOENT, DIVERT_ALL},  {404, true, ENOENT, DIVERT_ALL},
	{603, true, ENOENT, DIVERT_ALL},  {487, true, ENOENT, DIVERT_ALL},
	{488, false, ENOENT, DIVERT_ALL},
};


START_TEST(an_answer_says_why)
{
	enum divert_cause cause = DIVERT_ALL;

	ck_assert_int_eq(
		divert_cause_of(&cause, causev[_i].scode, causev[_i].rang),
		causev[_i].err);
	if (!causev[_i].err)
		ck_assert_int_eq(cause, causev[_i].cause);
	ck_assert_int_eq(divert_cause_of(NULL, 486, true), EINVAL);
}
END_TEST


static const struct {
	const char *lines;
	uint32_t n;
} countv[] = {
	{"", 0},
	{"Diversion: <sip:a@x>;reason=user-busy\r\n", 1},
	{"Diversion: <sip:a@x>;reason=user-busy, <sip:b@x>\r\n"
	 "diversion: <sip:c@x>;counter=3\r\n",
	 5},
	{"Diversion: <sip:a@x>;counter=999999\r\n", 1},
	{"Diversion: <sip:a@x>;counter=\r\n", 1},
	{"Diversion: <sip:a@x;counter=4>\r\n", 1},
	{"Diversion: sip:a@x;counter=2\r\n", 2},
	{"History-Info: <sip:a@x>;index=1\r\n"
	 "History-Info: <sip:b@x;cause=486>;index=1.1,"
	 "<sip:c@x?Reason=SIP%3bcause=302>;index=1.2\r\n",
	 2},
	{"Diversion: garbage\r\n", 1},
};


START_TEST(what_it_went_through_is_counted)
{
	struct message *m = decoded_with("INVITE", countv[_i].lines);

	ck_assert_uint_eq(divert_count(m), countv[_i].n);
	mem_deref(m);
}
END_TEST


static const struct {
	const char *to, *uri;
} uriv[] = {
	{"bob", "sip:bob@example.net"},
	{"bob@other.net", "sip:bob@other.net"},
	{"+49 30", "sip:+49 30@example.net"},
	{"sip:x@y;transport=tcp", "sip:x@y;transport=tcp"},
	{"SIPS:x@y", "SIPS:x@y"},
	{"tel:+4930", "sip:+4930@example.net"},
};


START_TEST(whatever_the_operator_wrote_is_a_uri)
{
	char buf[64];

	ck_assert_int_eq(
		divert_uri(buf, sizeof(buf), uriv[_i].to, "alice@example.net"),
		0);
	ck_assert_str_eq(buf, uriv[_i].uri);
	ck_assert_int_eq(divert_uri(buf, 4, uriv[_i].to, "a@b"), EOVERFLOW);
	ck_assert_int_eq(divert_uri(buf, 4, uriv[_i].to, "a"), EINVAL);
	ck_assert_int_eq(divert_uri(NULL, 4, NULL, NULL), EINVAL);
}
END_TEST


START_TEST(the_request_says_who_and_why)
{
	char buf[DIVERT_LINE_MAX];

	ck_assert_int_eq(divert_line(buf, sizeof(buf), "bob@example.net",
				     DIVERT_NOANSWER),
			 0);
	ck_assert_str_eq(buf, "Diversion: <sip:bob@example.net>"
			      ";reason=no-answer;counter=1\r\n");
	ck_assert_int_eq(divert_line(buf, 10, "x@y", DIVERT_ALL), EOVERFLOW);
	ck_assert_int_eq(divert_line(NULL, 10, "x@y", DIVERT_ALL), EINVAL);
	ck_assert_str_eq(divert_cause_name(DIVERT_ALL), "unconditional");
	ck_assert_str_eq(divert_cause_name(DIVERT_BUSY), "user-busy");
	ck_assert_str_eq(divert_cause_name(DIVERT_OFFLINE), "unavailable");
}
END_TEST


Suite *suite_divert(void);
Suite *suite_divert(void)
{
	Suite *s = suite_create("divert");
	TCase *tc = tcase_create("divert");

	tcase_add_test(tc, the_settings_say_where);
	test_table(tc, an_answer_says_why, causev);
	test_table(tc, what_it_went_through_is_counted, countv);
	test_table(tc, whatever_the_operator_wrote_is_a_uri, uriv);
	tcase_add_test(tc, the_request_says_who_and_why);
	suite_add_tcase(s, tc);

	return s;
}
