/**
 * @file test/common/config_http.c  Where the administration is served
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/config.h"
#include "test/test.h"

static struct config *conf;
static char said[1024];


static int decode(const char *section)
{
	struct mbuf *errs = mbuf_alloc(256);
	char text[4096];
	int err;

	(void)re_snprintf(text, sizeof(text),
			  "listen = { \"udp:192.0.2.1:5060\", "
			  "\"tcp:192.0.2.1:5060\" }\n%s",
			  section);
	err = config_decode(&conf, "v.conf", text, errs);
	(void)re_snprintf(said, sizeof(said), "%b", errs->buf, errs->end);
	mem_deref(errs);

	return err;
}


static const struct {
	const char *text, *addr;
} finev[] = {
	{"", "127.0.0.1:8060"},
	{"http { }", "127.0.0.1:8060"},
	{"http { listen = \"127.0.0.2:80\" }", "127.0.0.2:80"},
	{"http { listen = \"[::1]\" }", "[::1]:8060"},
	{"http { listen = off }", ""},
	{"http { listen = \"\" }", ""},
	{"http { token = 0123456789abcdef }", "127.0.0.1:8060"},
};


START_TEST(it_is_on_loopback_where_not_said)
{
	char addr[64] = "";

	ck_assert_msg(!decode(finev[_i].text), "%s", said);
	if (sa_af(&conf->http.addr) != AF_UNSPEC)
		(void)re_snprintf(addr, sizeof(addr), "%J", &conf->http.addr);
	ck_assert_str_eq(addr, finev[_i].addr);
	mem_deref(conf);
}
END_TEST


static const struct {
	const char *text, *fault;
} faultv[] = {
	{"http { listen = \"192.0.2.1:8060\" }", "there is no TLS"},
	{"http { listen = \"192.0.2.1:8060\" }", "there is no token"},
	{"http { listen = \"0.0.0.0:8060\" token = 0123456789abcdef }",
	 "there is no TLS"},
	{"http { listen = \"localhost:8060\" }", "names are not looked up"},
	{"http { listen = \"127.0.0.1:99999\" }", "expected \"ADDRESS:PORT\""},
	{"http { token = short }", "16 to 127 characters"},
	{"http { token = \"0123456789 abcdef\" }", "16 to 127 characters"},
	{"http { token = 0123456789abcdef token_file = \"/x\" }",
	 "expected one of them"},
	{"http { certificate = \"/nowhere.pem\" }", "No such file"},
	{"http { key = \"/nowhere.pem\" }", "key without certificate"},
};


START_TEST(a_fault_says_what_is_expected)
{
	ck_assert_int_eq(decode(faultv[_i].text), EINVAL);
	ck_assert_msg(strstr(said, faultv[_i].fault) != NULL, "%s", said);
}
END_TEST


Suite *suite_config_http(void);
Suite *suite_config_http(void)
{
	Suite *s = suite_create("config_http");
	TCase *tc = tcase_create("config_http");

	tcase_add_loop_test(tc, it_is_on_loopback_where_not_said, 0,
			    (int)ARRAY_SIZE(finev));
	test_table(tc, a_fault_says_what_is_expected, faultv);
	suite_add_tcase(s, tc);

	return s;
}
