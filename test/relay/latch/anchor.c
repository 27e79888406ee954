/**
 * @file test/relay/latch/anchor.c  What follows from signalling
 */
#include <string.h>
#include "relay/latch/anchor.h"
#include "relay/relay.h"
#include "test/mock/latching.h"
#include "test/test.h"


/* the port of signalling never counts */
static const struct {
	const char *name, *sdp, *signalling;
	const char *target; /* NULL: none */
} targetv[] = {
	{"reachable", "198.51.100.7:4000", "198.51.100.7:5060",
	 "198.51.100.7:4000"},
	{"media elsewhere", "198.51.100.8:4000", "198.51.100.7:5060",
	 "198.51.100.8:4000"},
	{"behind NAT", "192.168.1.10:4000", "198.51.100.7:5060",
	 "198.51.100.7:4000"},
	{"inside, and really there", "192.168.1.10:4000", "192.168.1.10:5060",
	 "192.168.1.10:4000"},
	{"NAT behind carrier's NAT", "192.168.1.10:4000", "100.64.1.1:5060",
	 "100.64.1.1:4000"},
	{"inside, signalling unknown", "192.168.1.10:4000", NULL, NULL},
	{"outside, signalling unknown", "198.51.100.7:4000", NULL,
	 "198.51.100.7:4000"},
	{"no SDP", NULL, "198.51.100.7:5060", NULL},
	{"no port", "198.51.100.7:0", "198.51.100.7:5060", NULL},
	{"nothing", NULL, NULL, NULL},
	{"loopback", "127.0.0.1:4000", "198.51.100.7:5060", NULL},
	{"on hold", "0.0.0.0:4000", "198.51.100.7:5060", NULL},
	{"link-local", "169.254.1.1:4000", "198.51.100.7:5060", NULL},
	{"multicast", "224.0.0.5:4000", "198.51.100.7:5060", NULL},
	{"broadcast", "255.255.255.255:4000", "198.51.100.7:5060", NULL},
	{"our own port", "203.0.113.1:20000", "198.51.100.7:5060", NULL},
	{"our host, another program", "203.0.113.1:9000", "198.51.100.7:5060",
	 "203.0.113.1:9000"},
	{"signalling forbidden", "192.168.1.10:4000", "127.0.0.1:5060", NULL},
	{"mapped", "[::ffff:198.51.100.7]:4000", "198.51.100.7:5060",
	 "198.51.100.7:4000"},
	{"loopback mapped", "[::ffff:127.0.0.1]:4000", "198.51.100.7:5060",
	 NULL},
	{"wrong family", "[2001:db8::7]:4000", "198.51.100.7:5060", NULL},
	{"no port, to our port", "192.168.1.10:20000", "203.0.113.1:5060",
	 NULL},
};


START_TEST(media_is_sent_there_at_first)
{
	const struct relay_conf conf = latching_conf();
	const struct anchor a = {
		.sdp = latching_sa(targetv[_i].sdp),
		.signalling = latching_sa(targetv[_i].signalling)};
	struct anchor clean;
	struct sa dst, want = latching_sa(targetv[_i].target);
	bool found;

	anchor_clean(&clean, &a, &conf, AF_INET);
	found = anchor_target(&clean, &conf, &dst);
	ck_assert_msg(found == (targetv[_i].target != NULL), "%s: %d",
		      targetv[_i].name, found);
	if (found)
		ck_assert_msg(sa_cmp(&dst, &want, SA_ALL), "%s",
			      targetv[_i].name);
}
END_TEST


static const struct {
	const char *sdp, *signalling, *src;
	enum anchor_rank rank;
} rankv[] = {
	{"198.51.100.7:4000", "198.51.100.7:5060", "198.51.100.7:4000",
	 ANCHOR_EXACT},
	{"198.51.100.7:4000", "198.51.100.7:5060", "198.51.100.7:4001",
	 ANCHOR_SIGNALLING},
	{"198.51.100.7:4000", "198.51.100.7:5060", "198.51.100.66:4000",
	 ANCHOR_STRANGER},
	{"192.168.1.10:4000", "198.51.100.7:5060", "198.51.100.7:61234",
	 ANCHOR_SIGNALLING},
	{"192.168.1.10:4000", "198.51.100.7:5060", "198.51.100.7:4000",
	 ANCHOR_SIGNALLING_PORT},
	/* a host of that address near us is not the phone */
	{"192.168.1.10:4000", "198.51.100.7:5060", "192.168.1.10:4000",
	 ANCHOR_STRANGER},
	{"192.168.1.10:4000", "192.168.1.9:5060", "192.168.1.10:4000",
	 ANCHOR_EXACT},
	{"192.168.1.10:4000", "192.168.1.9:5060", "192.168.1.10:4002",
	 ANCHOR_SDP},
	{"198.51.100.8:4000", "198.51.100.7:5060", "198.51.100.8:4000",
	 ANCHOR_EXACT},
	{"198.51.100.8:4000", "198.51.100.7:5060", "198.51.100.8:4002",
	 ANCHOR_SDP},
	{"198.51.100.8:4000", "198.51.100.7:5060", "198.51.100.7:4000",
	 ANCHOR_SIGNALLING_PORT},
	{NULL, "198.51.100.7:5060", "198.51.100.7:4000", ANCHOR_SIGNALLING},
	{NULL, "198.51.100.7:5060", "198.51.100.8:4000", ANCHOR_STRANGER},
	{"198.51.100.8:4000", NULL, "198.51.100.8:4002", ANCHOR_SDP},
	{NULL, NULL, "198.51.100.8:4002", ANCHOR_STRANGER},
	{"127.0.0.1:4000", "127.0.0.1:5060", "127.0.0.1:4000",
	 ANCHOR_STRANGER},
	{"203.0.113.1:20000", "203.0.113.1:5060", "203.0.113.1:20000",
	 ANCHOR_STRANGER},
	{NULL, "203.0.113.1:5060", "203.0.113.1:20000", ANCHOR_STRANGER},
	{NULL, "203.0.113.1:5060", "203.0.113.1:9000", ANCHOR_SIGNALLING},
};


START_TEST(a_source_fits_that_well)
{
	const struct relay_conf conf = latching_conf();
	const struct anchor a = {
		.sdp = latching_sa(rankv[_i].sdp),
		.signalling = latching_sa(rankv[_i].signalling)};
	const struct sa src = latching_sa(rankv[_i].src);
	struct anchor clean;

	anchor_clean(&clean, &a, &conf, AF_INET);
	ck_assert_int_eq(anchor_rank(&clean, &conf, &src), rankv[_i].rank);
}
END_TEST


START_TEST(ports_of_signalling_do_not_count)
{
	struct anchor a = {.sdp = latching_sa("198.51.100.7:4000"),
			   .signalling = latching_sa("198.51.100.7:5060")};
	struct anchor b = a;

	sa_set_port(&b.signalling, 1);
	ck_assert(anchor_same(&a, &b));
	b.any = true;
	ck_assert(anchor_same(&a, &b));
	sa_set_port(&b.sdp, 4002);
	ck_assert(!anchor_same(&a, &b));
	ck_assert(anchor_same_signalling(&a, &b));
	sa_init(&a.sdp, AF_UNSPEC);
	ck_assert(!anchor_same(&a, &b));
	ck_assert(!anchor_is_empty(&a));
	sa_init(&a.signalling, AF_UNSPEC);
	ck_assert(!anchor_same_signalling(&a, &b));
	ck_assert(anchor_is_empty(&a));
}
END_TEST


/* RFC 3550 section 11 */
static const struct {
	const char *name, *rtp, *rtcp, *want; /* NULL: unknown */
} pairv[] = {
	{"said", "198.51.100.7:4000", "198.51.100.8:5001",
	 "198.51.100.8:5001"},
	{"the next port", "198.51.100.7:4000", NULL, "198.51.100.7:4001"},
	{"said without port", "198.51.100.7:4000", "198.51.100.8:0",
	 "198.51.100.7:4001"},
	{"no port at all", "198.51.100.7:0", NULL, "198.51.100.7:0"},
	{"nothing", NULL, NULL, NULL},
};


START_TEST(rtcp_is_on_the_next_port_where_nothing_else_is_said)
{
	const struct relay_anchor a = {
		.rtp = latching_sa(pairv[_i].rtp),
		.rtcp = latching_sa(pairv[_i].rtcp),
		.signalling = latching_sa("203.0.113.9:5060"),
		.any = true,
	};
	const struct sa want = latching_sa(pairv[_i].want);
	struct anchor anchorv[2];

	anchor_pair(anchorv, &a);

	ck_assert(sa_cmp(&anchorv[RELAY_RTP].sdp, &a.rtp, SA_ALL) ||
		  !pairv[_i].rtp);
	ck_assert(anchorv[RELAY_RTP].any);
	ck_assert_int_eq(sa_af(&anchorv[RELAY_RTCP].sdp), sa_af(&want));
	if (pairv[_i].want)
		ck_assert(sa_cmp(&anchorv[RELAY_RTCP].sdp, &want, SA_ALL));
	ck_assert(!anchorv[RELAY_RTCP].any);
	for (int i = 0; i < 2; i++)
		ck_assert(
			sa_cmp(&anchorv[i].signalling, &a.signalling, SA_ALL));
}
END_TEST


Suite *suite_anchor(void);
Suite *suite_anchor(void)
{
	Suite *s = suite_create("anchor");
	TCase *tc = tcase_create("anchor");

	test_table(tc, media_is_sent_there_at_first, targetv);
	test_table(tc, a_source_fits_that_well, rankv);
	test_table(tc, rtcp_is_on_the_next_port_where_nothing_else_is_said,
		   pairv);
	tcase_add_test(tc, ports_of_signalling_do_not_count);
	suite_add_tcase(s, tc);

	return s;
}
