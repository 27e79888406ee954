/**
 * @file test/common/config_dns.c  What the dns section may hold
 */
#include <string.h>
#include "test/test.h"
#include "common/config.h"


#define LISTEN "listen = { \"udp:192.0.2.1:5060\" }\n"

static struct config *conf;
static struct mbuf *errs;


static void setup(void)
{
	conf = NULL;
	errs = mbuf_alloc(256);
	ck_assert_ptr_nonnull(errs);
}


static void teardown(void)
{
	conf = mem_deref(conf);
	errs = mem_deref(errs);
}


static void must(const char *text)
{
	if (config_decode(&conf, "v.conf", text, errs))
		ck_abort_msg("%.*s", (int)errs->end, (char *)errs->buf);
}


START_TEST(it_asks_the_systems_servers_unless_told_otherwise)
{
	must(LISTEN);
	ck_assert_uint_eq(conf->dns.serverc, 0);
	ck_assert_uint_eq(conf->dns.timeout, 3000);
	ck_assert_uint_eq(conf->dns.negative, 60);
	ck_assert_uint_eq(conf->dns.stale, 86400);
	ck_assert_uint_eq(conf->dns.rest, 60);
}
END_TEST


START_TEST(a_full_section_is_decoded)
{
	must(LISTEN
	     "dns { servers = { \"192.0.2.53\", \"[2001:db8::53]:5353\","
	     " \"127.0.0.1\" }\n"
	     "timeout = 500 negative = 5 stale = 0 rest = 0 }\n");
	ck_assert_uint_eq(conf->dns.serverc, 3);
	ck_assert_uint_eq(sa_port(&conf->dns.serverv[0]), 53);
	ck_assert_uint_eq(sa_port(&conf->dns.serverv[1]), 5353);
	ck_assert_int_eq(sa_af(&conf->dns.serverv[1]), AF_INET6);
	ck_assert_uint_eq(conf->dns.timeout, 500);
	ck_assert_uint_eq(conf->dns.negative, 5);
	ck_assert_uint_eq(conf->dns.stale, 0);
	ck_assert_uint_eq(conf->dns.rest, 0);
}
END_TEST


static const struct {
	const char *text;
	const char *fault;
} faultv[] = {
	{"dns { servers = { \"dns.example.net\" } }",
	 "v.conf:2: servers = \"dns.example.net\": no address"},
	{"dns { servers = { \"0.0.0.0\" } }", "not an address of a host"},
	{"dns { servers = { \"192.0.2.1\", \"192.0.2.1:53\" } }",
	 "given twice"},
	{"dns { servers = { \"192.0.2.1\", \"192.0.2.2\", \"192.0.2.3\", "
	 "\"192.0.2.4\", \"192.0.2.5\" } }",
	 "too many entries, expected \"ADDRESS\" or \"ADDRESS:PORT\", at "
	 "most"},
	{"dns { timeout = 3 }", "expected milliseconds, 100 to 30000"},
	{"dns { negative = 0 }", "expected seconds, 1 to 3600"},
	{"dns { server = \"192.0.2.1\" }", "did you mean \"servers\"?"},
};


START_TEST(a_fault_is_told_with_line_and_expectation)
{
	char text[512];

	ck_assert_int_gt(re_snprintf(text, sizeof(text), "%s%s\n", LISTEN,
				     faultv[_i].text),
			 0);
	ck_assert_int_ne(config_decode(&conf, "v.conf", text, errs), 0);
	ck_assert_int_eq(mbuf_write_u8(errs, 0), 0);
	ck_assert_msg(strstr((char *)errs->buf, faultv[_i].fault), "%s",
		      (char *)errs->buf);
}
END_TEST


Suite *suite_config_dns(void);
Suite *suite_config_dns(void)
{
	Suite *s = suite_create("config_dns");
	TCase *tc = tcase_create("config_dns");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_asks_the_systems_servers_unless_told_otherwise);
	tcase_add_test(tc, a_full_section_is_decoded);
	test_table(tc, a_fault_is_told_with_line_and_expectation, faultv);
	suite_add_tcase(s, tc);

	return s;
}
