/**
 * @file test/common/config_relay.c  What may be said of the relay
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "common/config.h"

#define HEAD "listen = { \"udp:192.0.2.1:5060\", \"tcp:192.0.2.1:5060\" }\n"

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


static const char *faults(void)
{
	ck_assert_int_eq(mbuf_write_u8(errs, 0), 0);

	return (const char *)errs->buf;
}


static void decode(const char *text)
{
	const int err = config_decode(&conf, "v.conf", text, errs);

	ck_assert_msg(!err && !errs->end, "%s", faults());
}


START_TEST(workers_go_by_the_cores_and_media_is_expedited)
{
	decode(HEAD);
	ck_assert_uint_eq(conf->relay.workers, 0);
	ck_assert_uint_eq(conf->relay.dscp, 46);
	conf = mem_deref(conf);

	decode(HEAD "relay { workers = 3 dscp = 0 }\n");
	ck_assert_uint_eq(conf->relay.workers, 3);
	ck_assert_uint_eq(conf->relay.dscp, 0);
}
END_TEST


START_TEST(ice_ends_at_the_relay_but_where_it_is_removed)
{
	decode(HEAD "peer \"p\" { address = { \"192.0.2.1\" } }\n");
	ck_assert_int_eq(conf->relay.ice, CONFIG_ICE_LITE);
	ck_assert_int_eq(conf->peerv[0].ice, CONFIG_ICE_DEFAULT);
	conf = mem_deref(conf);

	decode(HEAD "relay { ice = \"remove\" }\n"
		    "peer \"p\" { address = { \"192.0.2.1\" } "
		    "ice = \"lite\" }\n"
		    "peer \"q\" { address = { \"192.0.2.2\" } "
		    "ice = \"remove\" }\n");
	ck_assert_int_eq(conf->relay.ice, CONFIG_ICE_REMOVE);
	ck_assert_int_eq(conf->peerv[0].ice, CONFIG_ICE_LITE);
	ck_assert_int_eq(conf->peerv[1].ice, CONFIG_ICE_REMOVE);
}
END_TEST


static const struct {
	const char *text, *fault;
} badv[] = {
	{"relay { workers = 65 }",
	 "v.conf:2: workers = \"65\": out of range, expected a number of "
	 "threads"},
	{"relay { dscp = 64 }", "out of range, expected a number, 0 to 63"},
	{"relay { ice = \"full\" }", "expected \"lite\" or \"remove\""},
	{"relay { dscp = EF }", "expected a number, 0 to 63"},
};


START_TEST(a_fault_is_said_with_what_is_expected)
{
	char text[512];

	(void)re_snprintf(text, sizeof(text), HEAD "%s\n", badv[_i].text);
	ck_assert_int_eq(config_decode(&conf, "v.conf", text, errs), EINVAL);
	ck_assert_msg(strstr(faults(), badv[_i].fault), "%s",
		      (const char *)errs->buf);
}
END_TEST


Suite *suite_config_relay(void);
Suite *suite_config_relay(void)
{
	Suite *s = suite_create("config_relay");
	TCase *tc = tcase_create("config_relay");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, workers_go_by_the_cores_and_media_is_expedited);
	tcase_add_test(tc, ice_ends_at_the_relay_but_where_it_is_removed);
	test_table(tc, a_fault_is_said_with_what_is_expected, badv);
	suite_add_tcase(s, tc);

	return s;
}
