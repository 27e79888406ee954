/**
 * @file test/common/addr.c  Classes, decoding and comparison of addresses
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "common/addr.h"


static const struct {
	const char *addr;
	enum addr_class cls;
} classv[] = {
	{"8.8.8.8", ADDR_PUBLIC},
	{"192.0.2.1", ADDR_PUBLIC},
	{"198.51.100.7", ADDR_PUBLIC},
	{"203.0.113.1", ADDR_PUBLIC},
	{"0.0.0.0", ADDR_UNSPECIFIED},
	{"0.1.2.3", ADDR_UNSPECIFIED},
	{"10.0.0.0", ADDR_PRIVATE},
	{"10.255.255.255", ADDR_PRIVATE},
	{"9.255.255.255", ADDR_PUBLIC},
	{"11.0.0.0", ADDR_PUBLIC},
	{"100.63.255.255", ADDR_PUBLIC},
	{"100.64.0.0", ADDR_SHARED},
	{"100.127.255.255", ADDR_SHARED},
	{"100.128.0.0", ADDR_PUBLIC},
	{"126.255.255.255", ADDR_PUBLIC},
	{"127.0.0.1", ADDR_LOOPBACK},
	{"127.255.255.254", ADDR_LOOPBACK},
	{"169.254.1.1", ADDR_LINKLOCAL},
	{"172.15.255.255", ADDR_PUBLIC},
	{"172.16.0.0", ADDR_PRIVATE},
	{"172.31.255.255", ADDR_PRIVATE},
	{"172.32.0.0", ADDR_PUBLIC},
	{"192.0.0.4", ADDR_SHARED},
	{"192.0.0.8", ADDR_RESERVED},
	{"192.0.1.0", ADDR_PUBLIC},
	{"192.167.255.255", ADDR_PUBLIC},
	{"192.168.0.0", ADDR_PRIVATE},
	{"192.168.255.255", ADDR_PRIVATE},
	{"192.169.0.0", ADDR_PUBLIC},
	{"223.255.255.255", ADDR_PUBLIC},
	{"224.0.0.1", ADDR_MULTICAST},
	{"239.255.255.255", ADDR_MULTICAST},
	{"240.0.0.1", ADDR_RESERVED},
	{"255.255.255.255", ADDR_RESERVED},
	{"::", ADDR_UNSPECIFIED},
	{"::1", ADDR_LOOPBACK},
	{"2001:db8::1", ADDR_PUBLIC},
	{"2a00::1", ADDR_PUBLIC},
	{"3fff:ffff::1", ADDR_PUBLIC},
	{"4000::1", ADDR_RESERVED},
	{"100::1", ADDR_RESERVED},
	{"fc00::1", ADDR_PRIVATE},
	{"fdff::1", ADDR_PRIVATE},
	{"fe80::1", ADDR_LINKLOCAL},
	{"febf::1", ADDR_LINKLOCAL},
	{"fec0::1", ADDR_PRIVATE},
	{"ff02::1", ADDR_MULTICAST},
	/* other spellings of IPv4 addresses */
	{"::ffff:127.0.0.1", ADDR_LOOPBACK},
	{"::ffff:10.0.0.1", ADDR_PRIVATE},
	{"::ffff:8.8.8.8", ADDR_PUBLIC},
	{"::ffff:0:127.0.0.1", ADDR_LOOPBACK},
	{"::127.0.0.1", ADDR_LOOPBACK},
	{"::10.0.0.1", ADDR_RESERVED},
	{"::8.8.8.8", ADDR_RESERVED},
	{"::224.0.0.1", ADDR_MULTICAST},
	{"64:ff9b::127.0.0.1", ADDR_LOOPBACK},
	{"64:ff9b::8.8.8.8", ADDR_PUBLIC},
	{"64:ff9b:1::1", ADDR_PRIVATE},
	{"2002:7f00:1::1", ADDR_LOOPBACK},
	{"2002:a00:1::1", ADDR_PRIVATE},
	{"2002:c000:201::1", ADDR_PUBLIC},
};

START_TEST(each_address_has_the_class_of_its_network)
{
	struct sa sa;
	struct pl pl;

	pl_set_str(&pl, classv[_i].addr);
	ck_assert_int_eq(addr_decode(&sa, &pl, 0), 0);
	ck_assert_msg(addr_classify(&sa) == classv[_i].cls, "%s is %s",
		      classv[_i].addr, addr_class_name(addr_classify(&sa)));
}
END_TEST


static const struct {
	const char *text;
	const char *addr; /* NULL: refused */
} decodev[] = {
	{"192.0.2.1", "192.0.2.1"},
	{"255.255.255.255", "255.255.255.255"},
	{"2001:DB8::A", "2001:db8::a"},
	{"[2001:db8::1]", "2001:db8::1"},
	{"::FFFF:192.0.2.1", "::ffff:192.0.2.1"},
	{"[::1]", "::1"},
	{"1111:2222:3333:4444:5555:6666:123.123.123.123",
	 "1111:2222:3333:4444:5555:6666:7b7b:7b7b"},
	{"", NULL},
	{"[]", NULL},
	{"[", NULL},
	{"[::1", NULL},
	{"::1]", NULL},
	{"[[::1]]", NULL},
	{"[192.0.2.1]", NULL},
	{"192.0.2", NULL},
	{"192.0.2.1.", NULL},
	{"192.0.2.256", NULL},
	{"192.0.2.01", NULL},
	{"0x7f.0.0.1", NULL},
	{"2130706433", NULL},
	{"192.0.2.1 ", NULL},
	{" 192.0.2.1", NULL},
	{"192.0.2.1:5060", NULL},
	{"fe80::1%eth0", NULL},
	{"1::2::3", NULL},
	{":::", NULL},
	{"1:2:3:4:5:6:7:8:9", NULL},
	{"localhost", NULL},
	{"example.net", NULL},
};

START_TEST(a_numeric_host_is_decoded_and_a_name_is_refused)
{
	struct sa sa, before;
	struct pl pl;
	char buf[64];
	int err;

	memset(&sa, 0xa5, sizeof(sa));
	before = sa;
	pl_set_str(&pl, decodev[_i].text);
	err = addr_decode(&sa, &pl, 5060);

	if (!decodev[_i].addr) {
		ck_assert_int_eq(err, EINVAL);
		ck_assert_mem_eq(&sa, &before, sizeof(sa));
		return;
	}

	ck_assert_int_eq(err, 0);
	(void)re_snprintf(buf, sizeof(buf), "%j", &sa);
	ck_assert_str_eq(buf, decodev[_i].addr);
	ck_assert_uint_eq(sa_port(&sa), 5060);
}
END_TEST


START_TEST(a_zero_octet_does_not_end_an_address)
{
	struct sa sa;
	struct pl pl = {.p = "1.2.3.4\0evil", .l = 12};

	ck_assert_int_eq(addr_decode(&sa, &pl, 0), EINVAL);
	pl.l = 8;
	ck_assert_int_eq(addr_decode(&sa, &pl, 0), EINVAL);
	pl.l = 7;
	ck_assert_int_eq(addr_decode(&sa, &pl, 0), 0);
	pl.p = NULL;
	ck_assert_int_eq(addr_decode(&sa, &pl, 0), EINVAL);
	ck_assert_int_eq(addr_decode(&sa, NULL, 0), EINVAL);
	ck_assert_int_eq(addr_decode(NULL, &pl, 0), EINVAL);
}
END_TEST


static const struct {
	const char *text;
	uint16_t dport;
	const char *addr; /* NULL: refused */
} hostportv[] = {
	{"192.0.2.1:5060", 0, "192.0.2.1:5060"},
	{"192.0.2.1:5060", 5061, "192.0.2.1:5060"},
	{"192.0.2.1", 5061, "192.0.2.1:5061"},
	{"192.0.2.1", 0, NULL},
	{"[2001:db8::1]:5060", 0, "[2001:db8::1]:5060"},
	{"[2001:db8::1]", 5061, "[2001:db8::1]:5061"},
	{"2001:db8::1", 5061, "[2001:db8::1]:5061"},
	{"[2001:db8::1]", 0, NULL},
	{"2001:db8::1", 0, NULL},
	{"192.0.2.1:", 5060, NULL},
	{"192.0.2.1:0", 5060, NULL},
	{"192.0.2.1:65536", 5060, NULL},
	{"192.0.2.1:5060x", 5060, NULL},
	{"192.0.2.1:-1", 5060, NULL},
	{":5060", 5060, NULL},
	{":", 5060, NULL},
	{"[:5060", 5060, NULL},
	{"]:5060", 5060, NULL},
	{"[]:5060", 5060, NULL},
	{"[::1]5060", 5060, NULL},
	{"", 5060, NULL},
	{"example.net:5060", 0, NULL},
};

START_TEST(host_and_port_are_decoded_together)
{
	struct sa sa;
	struct pl pl;
	char buf[64];
	int err;

	pl_set_str(&pl, hostportv[_i].text);
	err = addr_decode_hostport(&sa, &pl, hostportv[_i].dport);
	ck_assert_int_eq(err, hostportv[_i].addr ? 0 : EINVAL);
	if (err)
		return;

	(void)re_snprintf(buf, sizeof(buf), "%J", &sa);
	ck_assert_str_eq(buf, hostportv[_i].addr);
}
END_TEST


static const struct {
	const char *text;
	uint16_t port; /* 0: refused */
} portv[] = {
	{"1", 1},    {"5060", 5060}, {"65535", 65535},  {"00080", 80},
	{"0", 0},    {"65536", 0},   {"99999", 0},      {"", 0},
	{"-1", 0},   {"+1", 0},      {" 1", 0},         {"1 ", 0},
	{"0x10", 0}, {"000080", 0},  {"4294967297", 0}, {"5o6o", 0},
};

START_TEST(a_port_is_digits_from_1_to_65535)
{
	uint16_t port = 0;
	struct pl pl;

	pl_set_str(&pl, portv[_i].text);
	ck_assert_int_eq(addr_decode_port(&port, &pl),
			 portv[_i].port ? 0 : EINVAL);
	ck_assert_uint_eq(port, portv[_i].port);
}
END_TEST


static const struct {
	const char *a, *b;
	bool same;
} samev[] = {
	{"192.0.2.1", "192.0.2.1", true},
	{"192.0.2.1", "192.0.2.2", false},
	{"192.0.2.1", "::ffff:192.0.2.1", true},
	{"::ffff:192.0.2.1", "::ffff:192.0.2.1", true},
	{"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
	{"2001:db8::1", "2001:db8::1", true},
	{"2001:db8::1", "2001:db8::2", false},
	{"192.0.2.1", "::192.0.2.1", false},
	{"192.0.2.1", "2001:db8::1", false},
};

START_TEST(a_mapped_address_is_the_same_host)
{
	struct sa a, b;

	ck_assert_int_eq(sa_set_str(&a, samev[_i].a, 1), 0);
	ck_assert_int_eq(sa_set_str(&b, samev[_i].b, 2), 0);
	ck_assert_int_eq(addr_same_host(&a, &b), samev[_i].same);
	ck_assert_int_eq(addr_same_host(&b, &a), samev[_i].same);
}
END_TEST


START_TEST(unmapping_keeps_the_port)
{
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, "::ffff:192.0.2.1", 5060), 0);
	addr_unmap(&sa);
	ck_assert_int_eq(sa_af(&sa), AF_INET);
	ck_assert_uint_eq(sa_in(&sa), 0xc0000201);
	ck_assert_uint_eq(sa_port(&sa), 5060);
	addr_unmap(NULL);
}
END_TEST


START_TEST(unset_is_no_host_and_forbidden)
{
	struct sa a, b;

	sa_init(&a, AF_UNSPEC);
	sa_init(&b, AF_UNSPEC);
	ck_assert(!addr_same_host(&a, &b));
	ck_assert(!addr_same_host(NULL, &b));
	ck_assert_int_eq(addr_classify(NULL), ADDR_UNSPECIFIED);
	ck_assert(addr_is_forbidden(&a));
	ck_assert(addr_is_forbidden(NULL));
	ck_assert_str_eq(addr_class_name((enum addr_class)99), "unknown");
}
END_TEST


START_TEST(inside_and_forbidden_follow_from_the_class)
{
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, "192.168.1.10", 0), 0);
	ck_assert(addr_is_inside(&sa) && !addr_is_forbidden(&sa));
	ck_assert_int_eq(sa_set_str(&sa, "100.64.0.1", 0), 0);
	ck_assert(addr_is_inside(&sa) && !addr_is_forbidden(&sa));
	ck_assert_int_eq(sa_set_str(&sa, "203.0.113.1", 0), 0);
	ck_assert(!addr_is_inside(&sa) && !addr_is_forbidden(&sa));
	ck_assert_int_eq(sa_set_str(&sa, "127.0.0.1", 0), 0);
	ck_assert(!addr_is_inside(&sa) && addr_is_forbidden(&sa));
}
END_TEST


START_TEST(an_ipv6_address_has_no_scope_and_no_flow_label)
{
	struct pl pl;
	struct sa sa;

	memset(&sa, 0xff, sizeof(sa));
	pl_set_str(&pl, "2001:db8::1");
	ck_assert_int_eq(addr_decode(&sa, &pl, 5060), 0);
	ck_assert_uint_eq(sa.u.in6.sin6_scope_id, 0);
	ck_assert_uint_eq(sa.u.in6.sin6_flowinfo, 0);
}
END_TEST


Suite *suite_addr(void);
Suite *suite_addr(void)
{
	Suite *s = suite_create("addr");
	TCase *tc = tcase_create("addr");

	test_table(tc, each_address_has_the_class_of_its_network, classv);
	test_table(tc, a_numeric_host_is_decoded_and_a_name_is_refused,
		   decodev);
	tcase_add_test(tc, a_zero_octet_does_not_end_an_address);
	test_table(tc, host_and_port_are_decoded_together, hostportv);
	test_table(tc, a_port_is_digits_from_1_to_65535, portv);
	test_table(tc, a_mapped_address_is_the_same_host, samev);
	tcase_add_test(tc, unmapping_keeps_the_port);
	tcase_add_test(tc, unset_is_no_host_and_forbidden);
	tcase_add_test(tc, inside_and_forbidden_follow_from_the_class);
	tcase_add_test(tc, an_ipv6_address_has_no_scope_and_no_flow_label);
	suite_add_tcase(s, tc);

	return s;
}
