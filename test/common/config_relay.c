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


START_TEST(packets_move_as_well_as_they_can_or_as_they_are_told)
{
	decode(HEAD);
	ck_assert_int_eq(conf->relay.rung, CONFIG_RUNG_AUTO);
	ck_assert_int_eq(conf->relay.attach, CONFIG_ATTACH_AUTO);
	ck_assert_uint_eq(conf->relay.coalesce, 300);
	conf = mem_deref(conf);

	decode(HEAD "relay { rung = \"sk_lookup\" attach = clsact "
		    "coalesce = 0 }\n");
	ck_assert_int_eq(conf->relay.rung, CONFIG_RUNG_LOOKUP);
	ck_assert_int_eq(conf->relay.attach, CONFIG_ATTACH_CLSACT);
	ck_assert_uint_eq(conf->relay.coalesce, 0);
	conf = mem_deref(conf);

	decode(HEAD "relay { rung = sockets attach = tcx }\n");
	ck_assert_int_eq(conf->relay.rung, CONFIG_RUNG_SOCKETS);
	ck_assert_int_eq(conf->relay.attach, CONFIG_ATTACH_TCX);
	conf = mem_deref(conf);

	decode(HEAD "relay { rung = kernel }\n");
	ck_assert_int_eq(conf->relay.rung, CONFIG_RUNG_KERNEL);
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


START_TEST(zones_have_addresses_and_networks_of_their_own)
{
	struct sa sa;

	decode(HEAD
	       "relay { address = { \"192.0.2.1\" }\n"
	       "zone \"inside\" {\n"
	       "  address = { \"10.0.0.1 advertise 203.0.113.9\", "
	       "\"2001:db8::1\" }\n"
	       "  networks = { \"10.0.0.0/8\", \"2001:db8::/32\" } }\n"
	       "zone lab { networks = { \"10.9.0.0/16\" }\n"
	       "           address = { \"10.9.0.1\" } }\n"
	       "zone bare { address = { \"10.8.0.1\" } }\n"
	       "ports = \"20000-20999\" }\n"
	       "peer \"pbx\" { address = { \"10.0.0.2\" } zone = lab }\n");

	ck_assert_uint_eq(conf->relay.addrc, 5);
	ck_assert_str_eq(conf->relay.zonev[0], "");
	ck_assert_str_eq(conf->relay.zonev[1], "inside");
	ck_assert_str_eq(conf->relay.zonev[2], "inside");
	ck_assert_str_eq(conf->relay.zonev[3], "lab");
	ck_assert_str_eq(conf->relay.zonev[4], "bare");
	(void)sa_set_str(&sa, "203.0.113.9", 0);
	ck_assert(sa_cmp(&conf->relay.advertisev[1], &sa, SA_ADDR));
	ck_assert(!sa_isset(&conf->relay.advertisev[2], SA_ADDR));

	ck_assert_uint_eq(conf->relay.netc, 3);
	ck_assert_str_eq(conf->relay.netv[1].zone, "inside");
	ck_assert_uint_eq(conf->relay.netv[1].net.bits, 32);
	ck_assert_str_eq(conf->relay.netv[2].zone, "lab");
	ck_assert_uint_eq(conf->relay.port_min, 20000);
	ck_assert_str_eq(conf->peerv[0].zone, "lab");
}
END_TEST


#define ZONE(text) "relay { zone in { address = { \"192.0.2.1\" } " text " } }"

static const struct {
	const char *text, *fault;
} badv[] = {
	{ZONE("networks = { \"10.0.0.1/8\" }"),
	 "v.conf:2: networks = \"10.0.0.1/8\": bad value, expected a network "
	 "like"},
	{ZONE("networks = { \"10.0.0.0/8\", \"10.0.0.0/8\" }"), "given twice"},
	{ZONE("address = { \"192.0.2.1\" }"), "v.conf:2: "},
	{ZONE("ports = \"1-9\""), "did you mean \"ports\" in relay { }?"},
	{ZONE("network = \"10.0.0.0/8\""),
	 "unknown key \"network\" in zone, expected one of address, networks, "
	 "did you mean \"networks\"?"},
	{ZONE("") " relay { zone in { address = { \"192.0.2.2\" } } }",
	 "v.conf:2: "},
	{"relay { address = { \"192.0.2.1\" }\n"
	 "zone \"in\" { address = { \"192.0.2.1\" } } }",
	 "v.conf:3: address = \"192.0.2.1\": given twice"},
	{"relay { zone \"in\" { networks = { \"10.0.0.0/8\" } } }",
	 "v.conf:2: zone \"in\" without address, expected address = {"},
	{"relay { zone \"in\" { } }", "zone \"in\" without address"},
	{"relay { zone \"a b\" { address = { \"192.0.2.1\" } } }",
	 "zone \"a b\": bad name, expected at most 31 letters"},
	{"relay { zone { } }", "v.conf:2: missing title"},
	{"relay { zon \"a\" { } }", "v.conf:2: "},
	{"peer a { address = { \"192.0.2.9\" } zone = \"in\" }",
	 "v.conf:2: zone \"in\" of peer \"a\" does not exist"},
	{"peer a { address = { \"192.0.2.9\" } zone = \"i n\" }",
	 "expected the name of a zone"},
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
	tcase_add_test(tc,
		       packets_move_as_well_as_they_can_or_as_they_are_told);
	tcase_add_test(tc, ice_ends_at_the_relay_but_where_it_is_removed);
	tcase_add_test(tc, zones_have_addresses_and_networks_of_their_own);
	test_table(tc, a_fault_is_said_with_what_is_expected, badv);
	suite_add_tcase(s, tc);

	return s;
}
