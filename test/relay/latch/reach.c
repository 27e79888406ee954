/**
 * @file test/relay/latch/reach.c  Which addresses media may come from and go to
 */
#include <string.h>
#include "relay/latch/reach.h"
#include "relay/relay.h"
#include "test/test.h"

static const struct {
	const char *addr;
	uint16_t port;
	bool own, ok, ok_local;
} casev[] = {
	{"198.51.100.7", 4000, false, true, true},
	{"192.168.1.10", 4000, false, true, true},
	{"100.64.1.1", 4000, false, true, true},
	{"2001:db8::7", 4000, false, true, true},
	{"198.51.100.7", 0, false, false, false},
	/* loopback is what allow_local is for, and nothing else */
	{"127.0.0.2", 4000, false, false, true},
	{"::1", 4000, false, false, true},
	{"::ffff:127.0.0.2", 4000, false, false, true},
	{"0.0.0.0", 4000, false, false, false},
	{"0.1.2.3", 4000, false, false, false},
	{"::", 4000, false, false, false},
	{"::ffff:0.0.0.0", 4000, false, false, false},
	{"169.254.1.1", 4000, false, false, false},
	{"fe80::1", 4000, false, false, false},
	{"224.0.0.1", 4000, false, false, false},
	{"239.255.255.250", 1900, false, false, false},
	{"ff02::1", 4000, false, false, false},
	{"255.255.255.255", 4000, false, false, false},
	{"240.0.0.1", 4000, false, false, false},
	{"::ffff:224.0.0.1", 4000, false, false, false},
	/* ours: 203.0.113.1, 2001:db8::1, 127.0.0.1, ports 16384-32767 */
	{"203.0.113.1", 16384, true, false, false},
	{"192.0.2.77", 20000, true, false, false},
	{"192.0.2.77", 4000, false, true, true},
	{"203.0.113.1", 32767, true, false, false},
	{"203.0.113.1", 16383, false, true, true},
	{"203.0.113.1", 32768, false, true, true},
	{"203.0.113.2", 20000, false, true, true},
	{"::ffff:203.0.113.1", 20000, true, false, false},
	{"2001:db8::1", 20000, true, false, false},
	{"127.0.0.1", 20000, true, false, false},
	/* no media ports: of the system, and closed ones */
	{"198.51.100.7", 53, false, false, false},
	{"198.51.100.7", 1023, false, false, false},
	{"198.51.100.7", 1024, false, true, true},
	{"198.51.100.7", 5060, false, false, false},
	{"203.0.113.1", 5060, false, false, false},
	{"127.0.0.2", 5070, false, false, false},
	{"2001:db8::7", 5061, false, true, true},
};


START_TEST(media_goes_only_where_it_may)
{
	struct relay_conf conf;
	struct sa sa;

	memset(&conf, 0, sizeof(conf));
	(void)sa_set_str(&conf.addrv[0], "203.0.113.1", 0);
	(void)sa_set_str(&conf.addrv[1], "2001:db8::1", 0);
	(void)sa_set_str(&conf.addrv[2], "127.0.0.1", 0);
	conf.addrc = 3;
	(void)sa_set_str(&conf.advertisev[0], "192.0.2.77", 0);
	conf.port_min = 16384;
	conf.port_max = 32767;
	conf.closedv[0] = 5060;
	conf.closedv[1] = 5070;
	conf.closedc = 2;

	ck_assert_int_eq(sa_set_str(&sa, casev[_i].addr, casev[_i].port), 0);
	ck_assert_msg(reach_is_own(&conf, &sa) == casev[_i].own, "%s:%u own",
		      casev[_i].addr, casev[_i].port);
	ck_assert_msg(reach_is_ok(&conf, &sa) == casev[_i].ok, "%s:%u",
		      casev[_i].addr, casev[_i].port);

	conf.allow_local = true;
	ck_assert_msg(reach_is_ok(&conf, &sa) == casev[_i].ok_local,
		      "%s:%u in tests", casev[_i].addr, casev[_i].port);
}
END_TEST


START_TEST(what_is_advertised_is_shown_in_place_of_what_is_ours)
{
	static const struct {
		const char *own, *shown;
	} showv[] = {
		{"10.0.0.5", "192.0.2.77"},
		{"10.0.0.6", "10.0.0.6"},
		{"192.0.2.77", "192.0.2.77"},
	};
	struct relay_conf conf;

	memset(&conf, 0, sizeof(conf));
	(void)sa_set_str(&conf.addrv[0], "10.0.0.6", 0);
	(void)sa_set_str(&conf.addrv[1], "10.0.0.5", 0);
	(void)sa_set_str(&conf.advertisev[1], "192.0.2.77", 0);
	conf.addrc = 2;

	for (size_t i = 0; i < ARRAY_SIZE(showv); i++) {
		struct sa sa, want;

		ck_assert_int_eq(sa_set_str(&sa, showv[i].own, 4002), 0);
		ck_assert_int_eq(sa_set_str(&want, showv[i].shown, 4002), 0);
		reach_advertise(&conf, &sa);
		ck_assert(sa_cmp(&sa, &want, SA_ALL));
	}
}
END_TEST


START_TEST(no_address_is_nowhere)
{
	struct relay_conf conf;
	struct sa sa;

	memset(&conf, 0, sizeof(conf));
	conf.allow_local = true;
	sa_init(&sa, AF_UNSPEC);
	ck_assert(!reach_is_ok(&conf, &sa));
	ck_assert(!reach_is_own(&conf, &sa));
}
END_TEST


Suite *suite_reach(void);
Suite *suite_reach(void)
{
	Suite *s = suite_create("reach");
	TCase *tc = tcase_create("reach");

	test_table(tc, media_goes_only_where_it_may, casev);
	tcase_add_test(tc,
		       what_is_advertised_is_shown_in_place_of_what_is_ours);
	tcase_add_test(tc, no_address_is_nowhere);
	suite_add_tcase(s, tc);

	return s;
}
