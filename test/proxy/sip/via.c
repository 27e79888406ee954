/**
 * @file test/proxy/sip/via.c  One value of a Via header
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/via.h"


static const struct {
	const char *val;
	int err;
	const char *transport;
	const char *host;
	uint16_t port;
	const char *branch;
	const char *received;
	int rport; /* -1: none */
} viav[] = {
	{"SIP/2.0/UDP h;branch=z9hG4bK1", 0, "UDP", "h", 0, "z9hG4bK1", "",
	 -1},
	{"sip/2.0/udp 192.0.2.1:5070;rport", 0, "udp", "192.0.2.1", 5070, "",
	 "", 0},
	{"SIP/2.0/UNKNOWN h", 0, "UNKNOWN", "h", 0, "", "", -1},
	{"SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw", 0, "UDP",
	 "192.0.2.2", 0, "390skdjuw", "", -1},
	{"SIP / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   x", 0,
	 "TCP", "spindle.example.com", 0, "x", "", -1},
	{"SIP/2.0/TLS [2001:DB8::9:1]:6050;received=2001:db8::9:255", 0, "TLS",
	 "2001:DB8::9:1", 6050, "", "2001:db8::9:255", -1},
	{"SIP/2.0/UDP h;received=[::1];rport=7", 0, "UDP", "h", 0, "", "[::1]",
	 7},
	{"SIP/2.0/UDP h : 5061 ;rport=65535", 0, "UDP", "h", 5061, "", "",
	 65535},
	{"", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP ", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/ h", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0 h", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/7.0/UDP h", EBADMSG, "", "", 0, "", "", 0},
	{"HTTP/2.0/UDP h", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP :5060", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP h:0", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP h:65536", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP [::1;branch=x", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP h;branch=", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP h;branch", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP h;branch=a;branch=b", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP h;rport=x", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP h;rport=65536", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP h;;,;,,", EBADMSG, "", "", 0, "", "", 0},
	{"SIP/2.0/UDP h junk", EBADMSG, "", "", 0, "", "", 0},
};

START_TEST(a_via_decodes_or_not)
{
	struct via v;
	struct pl val;
	int err;

	pl_set_str(&val, viav[_i].val);
	err = via_decode(&v, &val);
	ck_assert_msg(err == viav[_i].err, "%s", viav[_i].val);
	if (err)
		return;

	decoded_expect_pl(&v.transport, viav[_i].transport);
	decoded_expect_pl(&v.host, viav[_i].host);
	decoded_expect_pl(&v.branch, viav[_i].branch);
	decoded_expect_pl(&v.received, viav[_i].received);
	ck_assert_uint_eq(v.port, viav[_i].port);
	ck_assert(v.has_rport == (viav[_i].rport >= 0));
	if (v.has_rport)
		ck_assert_int_eq(v.rport, viav[_i].rport);
}
END_TEST


START_TEST(sent_by_is_compared_with_the_source)
{
	static const struct {
		const char *val;
		const char *src;
		bool same;
	} casev[] = {
		{"SIP/2.0/UDP 192.0.2.1", "192.0.2.1", true},
		{"SIP/2.0/UDP 192.0.2.1:7", "192.0.2.1", true},
		{"SIP/2.0/UDP 192.0.2.2", "192.0.2.1", false},
		{"SIP/2.0/UDP h", "192.0.2.1", false},
		{"SIP/2.0/UDP [2001:db8:0::1]", "2001:db8::1", true},
		{"SIP/2.0/UDP [2001:db8:::1]", "2001:db8::1", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(casev); i++) {
		struct via v;
		struct sa src;
		struct pl val;

		pl_set_str(&val, casev[i].val);
		ck_assert_int_eq(via_decode(&v, &val), 0);
		ck_assert_int_eq(sa_set_str(&src, casev[i].src, 5060), 0);
		ck_assert(via_is_from(&v, &src) == casev[i].same);
	}
}
END_TEST


START_TEST(nothing_is_decoded_from_nothing)
{
	struct pl val = PL("");
	struct via v;

	ck_assert_int_eq(via_decode(NULL, &val), EINVAL);
	ck_assert_int_eq(via_decode(&v, NULL), EINVAL);
	ck_assert(!via_is_from(NULL, NULL));
}
END_TEST


Suite *suite_via(void);
Suite *suite_via(void)
{
	Suite *s = suite_create("via");
	TCase *tc = tcase_create("via");

	test_table(tc, a_via_decodes_or_not, viav);
	tcase_add_test(tc, sent_by_is_compared_with_the_source);
	tcase_add_test(tc, nothing_is_decoded_from_nothing);
	suite_add_tcase(s, tc);

	return s;
}
