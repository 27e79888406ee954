/**
 * @file test/common/config_limit.c  The limits of strangers and accounts
 */
#include <errno.h>
#include <string.h>
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
			  "listen = { \"udp:192.0.2.1:5060\" }\n%s", section);
	err = config_decode(&conf, "v.conf", text, errs);
	(void)re_snprintf(said, sizeof(said), "%b", errs->buf, errs->end);
	mem_deref(errs);

	return err;
}


START_TEST(the_defaults_are_for_a_small_provider)
{
	ck_assert_int_eq(decode(""), 0);
	ck_assert_uint_eq(conf->limit.requests, 100);
	ck_assert_uint_eq(conf->limit.strangers, 5000);
	ck_assert_uint_eq(conf->limit.failures, 30);
	ck_assert_uint_eq(conf->limit.ban, 300);
	ck_assert_uint_eq(conf->limit.ban_max, 3600);
	ck_assert_uint_eq(conf->session.expires, 1800);
	ck_assert_uint_eq(conf->session.min, 90);
	ck_assert_uint_eq(conf->limit.calls, 20);
	ck_assert_uint_eq(conf->limit.calls_per_minute, 60);
	ck_assert_uint_eq(conf->limit.call_length, 43200);
	ck_assert_ptr_nonnull(strstr(conf->cdr.file, "/calls.jsonl"));
	ck_assert_int_eq(
		strncmp(conf->cdr.file, conf->data, strlen(conf->data)), 0);
	ck_assert_uint_gt(conf->limit.scannerc, 5);
	ck_assert_str_eq(conf->limit.scannerv[0], "friendly-scanner");
	mem_deref(conf);
}
END_TEST


START_TEST(each_can_be_set)
{
	ck_assert_int_eq(decode("limit { requests = 7 strangers = 0\n"
				"failures = 3 ban = 60 ban_max = 61\n"
				"scanners = { \"abc\", \"d e f\" }\n"
				"calls = 0 calls_per_minute = 9\n"
				"call_length = 0 } cdr { file = none }\n"
				"session { expires = 0 min = 600 }"),
			 0);
	ck_assert_uint_eq(conf->session.expires, 0);
	ck_assert_uint_eq(conf->session.min, 600);
	ck_assert_uint_eq(conf->limit.requests, 7);
	ck_assert_uint_eq(conf->limit.strangers, 0);
	ck_assert_uint_eq(conf->limit.failures, 3);
	ck_assert_uint_eq(conf->limit.ban, 60);
	ck_assert_uint_eq(conf->limit.ban_max, 61);
	ck_assert_uint_eq(conf->limit.scannerc, 2);
	ck_assert_str_eq(conf->limit.scannerv[1], "d e f");
	ck_assert_uint_eq(conf->limit.calls, 0);
	ck_assert_uint_eq(conf->limit.calls_per_minute, 9);
	ck_assert_uint_eq(conf->limit.call_length, 0);
	ck_assert_str_eq(conf->cdr.file, "none");
	mem_deref(conf);
}
END_TEST


static const struct {
	const char *text, *fault;
} faultv[] = {
	{"limit { ban = 3601 }",
	 "v.conf:2: ban is 3601, expected at most ban_max (3600)"},
	{"limit { scanners = { \"ab\" } }",
	 "scanners = \"ab\": out of range, expected a word of 3 to 63"},
	{"limit { requests = 100001 }",
	 "requests = \"100001\": out of range, expected a number a second, 0"},
	{"limit { ban_max = 0 }", "expected seconds, 1 to 604800"},
	{"session { min = 1801 }",
	 "v.conf:2: min is 1801, expected at most expires (1800)"},
	{"session { min = 89 }", "expected seconds, 90 to 86400"},
	{"session { expires = 89 }", "min is 90, expected at most expires"},
	{"limit { bann = 1 }", "did you mean \"ban\"?"},
};


START_TEST(a_fault_says_what_is_expected)
{
	ck_assert_int_eq(decode(faultv[_i].text), EINVAL);
	ck_assert_msg(strstr(said, faultv[_i].fault) != NULL, "%s", said);
}
END_TEST


START_TEST(scanners_have_a_bound)
{
	char text[2048] = "limit { scanners = {";
	size_t n = strlen(text);

	for (int i = 0; i < 33; i++)
		n += (size_t)re_snprintf(text + n, sizeof(text) - n,
					 " \"scan%d\",", i);
	(void)re_snprintf(text + n - 1, sizeof(text) - n, "} }");
	ck_assert_int_eq(decode(text), EINVAL);
	ck_assert_ptr_nonnull(strstr(said, "too many entries"));
}
END_TEST


Suite *suite_config_limit(void);
Suite *suite_config_limit(void)
{
	Suite *s = suite_create("config_limit");
	TCase *tc = tcase_create("config_limit");

	tcase_add_test(tc, the_defaults_are_for_a_small_provider);
	tcase_add_test(tc, each_can_be_set);
	test_table(tc, a_fault_says_what_is_expected, faultv);
	tcase_add_test(tc, scanners_have_a_bound);
	suite_add_tcase(s, tc);

	return s;
}
