/**
 * @file test/common/network.c  A network, read and asked
 */
#include <errno.h>
#include "common/network.h"
#include "test/test.h"

static const struct {
	const char *text;
	const char *in;  /* NULL: the text is no network */
	const char *out; /* NULL: nothing is out */
} netv[] = {
	{"10.0.0.0/8", "10.255.0.1", "11.0.0.1"},
	{"10.0.0.0/8", "::ffff:10.1.2.3", "::a01:203"},
	{"192.168.4.0/23", "192.168.5.255", "192.168.6.0"},
	{"198.51.100.7", "198.51.100.7", "198.51.100.6"},
	{"198.51.100.7/32", "198.51.100.7", "198.51.100.8"},
	{"0.0.0.0/0", "203.0.113.9", "2001:db8::1"},
	{"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"},
	{"[2001:db8::]/33", "2001:db8:7fff::1", "2001:db8:8000::1"},
	{"::/0", "2001:db8::1", "203.0.113.9"},
	{"fd00::/8", "fdff::1", "fe00::1"},
	{"10.0.0.1/8", NULL, NULL},
	{"2001:db8::1/64", NULL, NULL},
	{"10.0.0.0/33", NULL, NULL},
	{"10.0.0.0/", NULL, NULL},
	{"10.0.0.0/-1", NULL, NULL},
	{"10.0.0.0/+8", NULL, NULL},
	{"10.0.0.0/0008", NULL, NULL},
	{"10.0.0.0/8 ", NULL, NULL},
	{"10.0.0/8", NULL, NULL},
	{"2001:db8::/129", NULL, NULL},
	{"example.net/24", NULL, NULL},
	{"/8", NULL, NULL},
	{"", NULL, NULL},
};


START_TEST(a_network_holds_its_hosts_and_no_others)
{
	struct network n = {.bits = 0}, other;
	struct sa sa;
	struct pl pl;

	pl_set_str(&pl, netv[_i].text);
	if (!netv[_i].in) {
		ck_assert_int_eq(network_decode(&n, &pl), EINVAL);
		return;
	}

	ck_assert_int_eq(network_decode(&n, &pl), 0);
	ck_assert_int_eq(sa_set_str(&sa, netv[_i].in, 5060), 0);
	ck_assert(network_holds(&n, &sa));
	ck_assert_int_eq(sa_set_str(&sa, netv[_i].out, 5060), 0);
	ck_assert(!network_holds(&n, &sa));

	ck_assert(network_same(&n, &n));
	other = n;
	other.bits ^= 1;
	ck_assert(!network_same(&n, &other));

	sa_init(&sa, AF_UNSPEC);
	ck_assert(!network_holds(&n, &sa));
	ck_assert(!network_holds(NULL, &sa));
	ck_assert_int_eq(network_decode(NULL, &pl), EINVAL);
	ck_assert_int_eq(network_decode(&n, NULL), EINVAL);
}
END_TEST


Suite *suite_network(void);
Suite *suite_network(void)
{
	Suite *s = suite_create("network");
	TCase *tc = tcase_create("network");

	test_table(tc, a_network_holds_its_hosts_and_no_others, netv);
	suite_add_tcase(s, tc);

	return s;
}
