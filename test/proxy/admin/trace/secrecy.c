/**
 * @file test/proxy/admin/trace/secrecy.c  What is hidden, and what stays
 */
#include <string.h>
#include "test/test.h"
#include "proxy/admin/trace/secrecy.h"


static const struct {
	const char *text, *want;
} hidev[] = {
	{"Authorization: Digest username=\"a\", response=\"0123\", "
	 "nonce=\"response\"\r\n",
	 "Authorization: Digest username=\"a\", response=\"****\", "
	 "nonce=\"response\"\r\n"},
	{"PROXY-authorization : digest response = 0123,nc=1\r\n",
	 "PROXY-authorization : digest response = ****,nc=1\r\n"},
	{"Authorization: Digest realm=\"x\",\r\n response=\"01\"\r\nX: "
	 "response=\"2\"\r\n",
	 "Authorization: Digest realm=\"x\",\r\n response=\"**\"\r\nX: "
	 "response=\"2\"\r\n"},
	{"Authorization: Basic YWxp\r\n", "Authorization: Basic ****\r\n"},
	{"authorization: Bearer a.b.c\r\nTo: x",
	 "authorization: Bearer *****\r\nTo: x"},
	{"Authorization: Basic YWxp\r\n YWxp,\r\n\ta b\r\nTo: x",
	 "Authorization: Basic ****\r\n *****\r\n\t***\r\nTo: x"},
	{"Authentication-Info: rspauth=\"ab\", qop=auth",
	 "Authentication-Info: rspauth=\"**\", qop=auth"},
	{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abcd|2^20|1:4\r\n",
	 "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:****|2^20|1:4\r\n"},
	{"a=crypto:1 X inline:ab;inline:cd UNENCRYPTED_SRTP\r\n",
	 "a=crypto:1 X inline:**;inline:** UNENCRYPTED_SRTP\r\n"},
	{"a=ice-ufrag:abcd\r\na=ice-pwd:secret\r\na=x\r\n",
	 "a=ice-ufrag:abcd\r\na=ice-pwd:******\r\na=x\r\n"},
	{"k=base64:Zm9v\r\nk", "k=***********\r\nk"},
	{"a=key-mgmt:mikey AB\n", "a=key-mgmt:********\n"},
	/* nothing of it */
	{"Via: x\r\nX-Authorization: a\r\nb=crypto: inline:x\r\n",
	 "Via: x\r\nX-Authorization: a\r\nb=crypto: inline:x\r\n"},
	{"WWW-Authenticate: Digest nonce=\"1\"\r\n",
	 "WWW-Authenticate: Digest nonce=\"1\"\r\n"},
	/* cut anywhere */
	{"Authorization: Digest response=\"01", "Authorization: Digest "
						"response=\"**"},
	{"Authorization:", "Authorization:"},
	{"a=crypto:1 X inline:", "a=crypto:1 X inline:"},
	{"", ""},
};


START_TEST(secrets_become_stars_of_the_same_length)
{
	char buf[256];

	(void)strcpy(buf, hidev[_i].text);
	secrecy_hide(buf, strlen(buf));
	ck_assert_str_eq(buf, hidev[_i].want);
}
END_TEST


START_TEST(zeros_end_nothing)
{
	char buf[] = "a=ice-pwd:a\0b\r\n";

	secrecy_hide(buf, sizeof(buf) - 1);
	ck_assert_mem_eq(buf, "a=ice-pwd:***\r\n", sizeof(buf) - 1);
}
END_TEST


START_TEST(a_zero_ends_no_scheme)
{
	char buf[] = "Authorization: Ba\0sic YWI=\r\n";

	secrecy_hide(buf, sizeof(buf) - 1);
	ck_assert_mem_eq(buf, "Authorization: Ba\0sic ****\r\n",
			 sizeof(buf) - 1);
}
END_TEST


Suite *suite_secrecy(void);
Suite *suite_secrecy(void)
{
	Suite *s = suite_create("secrecy");
	TCase *tc = tcase_create("secrecy");

	test_table(tc, secrets_become_stars_of_the_same_length, hidev);
	tcase_add_test(tc, zeros_end_nothing);
	tcase_add_test(tc, a_zero_ends_no_scheme);
	suite_add_tcase(s, tc);

	return s;
}
