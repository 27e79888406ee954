/**
 * @file test/relay/engine/leg.c  What a leg makes of what it hears
 */
#include <string.h>
#include "common/timer.h"
#include "relay/engine/path.h"
#include "test/mock/sealer.h"
#include "test/relay/rig.h"
#include "test/test.h"

static struct relay_conf conf;
static struct timers *timers;
static struct path *path;
static uint64_t now_us;


static void setup(void)
{
	static struct sa sa;

	conf = rig_conf();
	(void)sa_set_str(&sa, "203.0.113.1", 17000);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(path_alloc(&path, &conf, timers), 0);
	for (int i = 0; i < 4; i++)
		leg_init(&path->legv[i >> 1][i & 1], &conf, &sa);
}


static void teardown(void)
{
	path = mem_deref(path);
	timers = mem_deref(timers);
}


static void anchor_to(const char *sdp, const char *signalling)
{
	struct anchor a = {.any = false};

	(void)sa_set_str(&a.sdp, sdp, 4000);
	(void)sa_set_str(&a.signalling, signalling, 5060);
	leg_anchor(&path->legv[0][RELAY_RTP], &a, NULL);
	sa_set_port(&a.sdp, 4001);
	leg_anchor(&path->legv[0][RELAY_RTCP], &a, NULL);
}


static int hear_rtp(enum relay_comp comp, const char *host, uint16_t seq)
{
	uint8_t buf[MEDIA_RTP_LEN];
	struct arrival arr = {.p = buf};
	struct sa src;

	(void)sa_set_str(&src, host, 4000);
	arr.src = &src;
	arr.len = media_make_rtp(buf, 7, seq);
	(void)leg_hear(&path->legv[0][comp], &arr);

	return arr.event;
}


static int hear_sealed(struct sealer *phone, enum relay_comp comp,
		       const char *host, unsigned port)
{
	uint8_t buf[SEALER_MAX];
	struct arrival arr = {.p = buf, .now_us = now_us};
	struct sa src;

	(void)sa_set_str(&src, host, (uint16_t)port);
	now_us += 20000;
	arr.src = &src;
	arr.len = comp == RELAY_RTP ? sealer_rtp(phone, buf)
				    : sealer_rtcp(phone, buf);
	(void)leg_hear(&path->legv[0][comp], &arr);

	return arr.event;
}


/* with the keys that the SDP named, side A behind NAT */
static void anchor_keyed(const struct relay_terms *terms, unsigned port)
{
	struct anchor a = {.any = false};

	(void)sa_set_str(&a.sdp, "192.168.1.10", (uint16_t)port);
	(void)sa_set_str(&a.signalling, "198.51.100.7", 5060);
	leg_anchor(&path->legv[0][RELAY_RTP], &a, terms);
	leg_anchor(&path->legv[0][RELAY_RTCP], &a, terms);
}


static int hear_rr(const char *host)
{
	uint8_t buf[8];
	struct arrival arr = {.p = buf};
	struct sa src;

	(void)sa_set_str(&src, host, 4001);
	arr.src = &src;
	arr.len = media_make_rr(buf, 7);
	(void)leg_hear(&path->legv[0][RELAY_RTCP], &arr);

	return arr.event;
}


START_TEST(rtcp_of_another_host_than_the_rtp_is_forgotten)
{
	struct relay_stats st;

	anchor_to("198.51.100.8", "198.51.100.7");
	ck_assert_int_eq(hear_rr("198.51.100.8"), -1);
	ck_assert_int_eq(hear_rr("198.51.100.8"), -1);
	ck_assert_int_eq(hear_rr("198.51.100.8"), RELAY_LATCHED);
	ck_assert_int_eq(hear_rtp(RELAY_RTP, "198.51.100.7", 1), -1);
	ck_assert_int_eq(hear_rtp(RELAY_RTP, "198.51.100.7", 2), -1);
	path_stats(path, RELAY_A, &st);
	ck_assert_int_eq(sa_af(&st.latched[RELAY_RTCP]), AF_INET);

	ck_assert_int_eq(hear_rtp(RELAY_RTP, "198.51.100.7", 3),
			 RELAY_LATCHED);
	path_stats(path, RELAY_A, &st);
	ck_assert_int_eq(sa_af(&st.latched[RELAY_RTCP]), AF_UNSPEC);
	ck_assert_int_eq(hear_rr("198.51.100.8"), RELAY_REFUSED);
	ck_assert_int_eq(hear_rr("198.51.100.7"), RELAY_LATCHED);
}
END_TEST


START_TEST(who_only_came_too_early_is_no_stranger)
{
	struct relay_stats st;

	ck_assert_int_eq(hear_rr("198.51.100.7"), -1);
	path_stats(path, RELAY_A, &st);
	ck_assert_uint_eq(st.refused, 1);
	ck_assert_int_eq(sa_af(&st.refused_src), AF_INET);

	anchor_to("198.51.100.7", "198.51.100.7");
	for (uint16_t seq = 1; seq < 4; seq++)
		(void)hear_rtp(RELAY_RTP, "198.51.100.7", seq);
	ck_assert_int_eq(hear_rr("198.51.100.7"), RELAY_LATCHED);
	path_stats(path, RELAY_A, &st);
	ck_assert_uint_eq(st.refused, 1);
	ck_assert_int_eq(sa_af(&st.refused_src), AF_UNSPEC);
	ck_assert_uint_eq(st.foreignc, 0);

	ck_assert_int_eq(hear_rr("192.0.2.66"), RELAY_REFUSED);
	path_stats(path, RELAY_A, &st);
	ck_assert_int_eq(sa_af(&st.refused_src), AF_INET);
}
END_TEST


START_TEST(a_side_tells_of_its_first_stranger_until_signalling_is_new)
{
	anchor_to("198.51.100.7", "198.51.100.7");
	ck_assert_int_eq(hear_rtp(RELAY_RTCP, "192.0.2.66", 1), RELAY_REFUSED);
	ck_assert_int_eq(hear_rtp(RELAY_RTCP, "192.0.2.66", 2), -1);
	ck_assert_int_eq(hear_rtp(RELAY_RTP, "192.0.2.66", 3), -1);

	anchor_to("198.51.100.7", "198.51.100.7");
	ck_assert_int_eq(hear_rtp(RELAY_RTP, "192.0.2.66", 4), -1);
	anchor_to("198.51.100.9", "198.51.100.9");
	ck_assert_int_eq(hear_rtp(RELAY_RTP, "192.0.2.66", 5), RELAY_REFUSED);
}
END_TEST


/* a neighbour of the phone finds its port while the call rings */
START_TEST(who_came_before_the_phone_was_told_is_forgotten)
{
	struct anchor b = {.any = false};
	struct relay_stats st;

	anchor_to("192.168.1.10", "198.51.100.7");
	for (uint16_t seq = 1; seq < 3; seq++)
		ck_assert_int_eq(hear_rtp(RELAY_RTP, "198.51.100.7", seq), -1);
	ck_assert_int_eq(hear_rtp(RELAY_RTP, "198.51.100.7", 3),
			 RELAY_LATCHED);

	(void)sa_set_str(&b.sdp, "198.51.100.8", 4000);
	leg_anchor(&path->legv[1][RELAY_RTP], &b, NULL);
	path_stats(path, RELAY_A, &st);
	ck_assert_int_eq(sa_af(&st.latched[RELAY_RTP]), AF_UNSPEC);

	/* later signalling of the other side is none of its business */
	for (uint16_t seq = 4; seq < 6; seq++)
		ck_assert_int_eq(hear_rtp(RELAY_RTP, "198.51.100.7", seq), -1);
	ck_assert_int_eq(hear_rtp(RELAY_RTP, "198.51.100.7", 6),
			 RELAY_LATCHED);
	sa_set_port(&b.sdp, 5000);
	leg_anchor(&path->legv[1][RELAY_RTP], &b, NULL);
	path_stats(path, RELAY_A, &st);
	ck_assert_int_eq(sa_af(&st.latched[RELAY_RTP]), AF_INET);
}
END_TEST


START_TEST(strangers_are_remembered_for_both_ports)
{
	struct relay_stats st;

	anchor_to("198.51.100.7", "198.51.100.7");
	for (uint16_t seq = 1; seq < 6; seq++) {
		(void)hear_rtp(RELAY_RTP, "192.0.2.66", seq);
		(void)hear_rtp(RELAY_RTCP, "192.0.2.66", seq);
	}
	(void)hear_rtp(RELAY_RTCP, "192.0.2.67", 1);
	path_stats(path, RELAY_A, &st);
	ck_assert_uint_eq(st.refused, 11);
	ck_assert_uint_eq(st.foreignc, 2);
	ck_assert_uint_eq(st.foreignv[0].packets, 10);
	ck_assert_uint_eq(st.foreignv[1].packets, 1);
}
END_TEST


START_TEST(where_keys_are_known_only_the_phone_is_learned)
{
	struct relay_terms *terms;
	struct relay_stats st;
	struct sealer phone;

	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	terms->keyv[0] = sealer_key(RELAY_SUITE_AES256_GCM, 1);
	terms->keyv[1] = sealer_key(RELAY_SUITE_AES128_SHA1_80, 2);
	terms->keyc = 2;
	sealer_open(&phone, &terms->keyv[1], 7);
	anchor_keyed(terms, 4000);

	/* a neighbour behind its NAT, with its SSRC and good numbers */
	for (uint16_t seq = 1; seq < 100; seq++)
		ck_assert_int_eq(hear_rtp(RELAY_RTP, "198.51.100.7", seq), -1);
	path_stats(path, RELAY_A, &st);
	ck_assert_uint_eq(st.invalid, 99);
	ck_assert_uint_eq(st.rx_packets, 0);

	now_us += 5000000;
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(
			hear_sealed(&phone, RELAY_RTP, "198.51.100.7", 61000),
			-1);
	ck_assert_int_eq(hear_sealed(&phone, RELAY_RTP, "198.51.100.7", 61000),
			 RELAY_LATCHED);
	ck_assert_int_eq(
		hear_sealed(&phone, RELAY_RTCP, "198.51.100.7", 61001),
		RELAY_LATCHED);
	path_stats(path, RELAY_A, &st);
	ck_assert_uint_eq(st.rx_packets, 4);

	sealer_close(&phone);
	mem_deref(terms);
}
END_TEST


/* a mobile that changed networks, and then its keys as well */
START_TEST(an_encrypting_phone_may_turn_up_anywhere)
{
	struct relay_terms *terms, *next;
	struct relay_stats st;
	struct sealer phone;

	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	ck_assert_int_eq(relay_terms_alloc(&next), 0);
	terms->keyv[0] = sealer_key(RELAY_SUITE_AES128_SHA1_32, 1);
	next->keyv[0] = sealer_key(RELAY_SUITE_AES128_SHA1_32, 2);
	terms->keyc = next->keyc = 1;
	sealer_open(&phone, &terms->keyv[0], 7);
	anchor_keyed(terms, 4000);
	for (int i = 0; i < 1000; i++)
		(void)hear_sealed(&phone, RELAY_RTP, "198.51.100.7", 61000);
	(void)hear_sealed(&phone, RELAY_RTCP, "198.51.100.7", 61001);

	for (uint16_t seq = 2000; seq < 2100; seq++)
		(void)hear_rtp(RELAY_RTP, "192.0.2.66", seq);
	now_us += 5000000;
	ck_assert_int_eq(hear_sealed(&phone, RELAY_RTP, "192.0.2.99", 7000),
			 -1);
	ck_assert_int_eq(hear_sealed(&phone, RELAY_RTP, "192.0.2.99", 7000),
			 -1);
	ck_assert_int_eq(hear_sealed(&phone, RELAY_RTP, "192.0.2.99", 7000),
			 RELAY_LATCHED);
	ck_assert_int_eq(hear_sealed(&phone, RELAY_RTCP, "192.0.2.99", 7001),
			 RELAY_LATCHED);
	path_stats(path, RELAY_A, &st);
	ck_assert_uint_eq(sa_port(&st.latched[RELAY_RTP]), 7000);
	ck_assert_uint_eq(sa_port(&st.latched[RELAY_RTCP]), 7001);

	/* new keys come with an anchor: what is locked stays, and goes on */
	anchor_keyed(next, 4000);
	sealer_close(&phone);
	sealer_open(&phone, &next->keyv[0], 7);
	ck_assert_int_eq(hear_sealed(&phone, RELAY_RTP, "192.0.2.99", 7000),
			 -1);
	for (int i = 0; i < 2; i++)
		(void)hear_sealed(&phone, RELAY_RTP, "198.51.100.7", 61000);
	ck_assert_int_eq(hear_sealed(&phone, RELAY_RTP, "198.51.100.7", 61000),
			 RELAY_LATCHED);

	sealer_close(&phone);
	mem_deref(terms);
	mem_deref(next);
}
END_TEST


START_TEST(an_unanchored_leg_counts_and_keeps_quiet)
{
	struct relay_stats st;

	ck_assert_int_eq(hear_rtp(RELAY_RTP, "198.51.100.7", 1), -1);
	path_stats(path, RELAY_A, &st);
	ck_assert_uint_eq(st.refused, 1);
	ck_assert_uint_eq(st.rx_packets, 0);
	ck_assert_uint_eq(path_received(path, RELAY_A), 0);
}
END_TEST


/* by side: does it mux, is that known */
enum mux { UNKNOWN, APART, MUX };

static const struct {
	enum mux to;
	enum relay_comp at;
	enum packet_type type;
	bool any;
	enum relay_comp out;
} wayv[] = {
	/* as far as nothing is known, as it came */
	{UNKNOWN, RELAY_RTP, PACKET_RTP, false, RELAY_RTP},
	{UNKNOWN, RELAY_RTP, PACKET_RTCP, false, RELAY_RTP},
	{UNKNOWN, RELAY_RTCP, PACKET_RTCP, false, RELAY_RTCP},
	{UNKNOWN, RELAY_RTCP, PACKET_RTP, false, RELAY_RTCP},

	{APART, RELAY_RTP, PACKET_RTP, false, RELAY_RTP},
	{APART, RELAY_RTP, PACKET_RTCP, false, RELAY_RTCP},
	{APART, RELAY_RTCP, PACKET_RTCP, false, RELAY_RTCP},
	{APART, RELAY_RTP, PACKET_DTLS, false, RELAY_RTP},

	{MUX, RELAY_RTP, PACKET_RTP, false, RELAY_RTP},
	{MUX, RELAY_RTP, PACKET_RTCP, false, RELAY_RTP},
	{MUX, RELAY_RTCP, PACKET_RTCP, false, RELAY_RTP},
	{MUX, RELAY_RTCP, PACKET_DTLS, false, RELAY_RTCP},

	/* fax is no RTCP, whatever it looks like */
	{APART, RELAY_RTP, PACKET_RTCP, true, RELAY_RTP},
};


START_TEST(rtcp_leaves_where_the_other_side_wants_it)
{
	struct leg *leg = &path->legv[RELAY_A][wayv[_i].at];
	struct arrival arr = {.pkt = {.type = wayv[_i].type}};
	struct relay_terms *terms = NULL;

	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	terms->mux = wayv[_i].to == MUX;
	leg->latch.anchor.any = wayv[_i].any;
	for (int comp = 0; comp < 2; comp++) {
		const struct anchor a = {.any = wayv[_i].any};

		leg_anchor(&path->legv[RELAY_B][comp], &a,
			   wayv[_i].to == UNKNOWN ? NULL : terms);
	}

	ck_assert_ptr_eq(leg_out(leg, &arr),
			 &path->legv[RELAY_B][wayv[_i].out]);
	mem_deref(terms);
}
END_TEST


Suite *suite_leg(void);
Suite *suite_leg(void)
{
	Suite *s = suite_create("leg");
	TCase *tc = tcase_create("leg");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, rtcp_of_another_host_than_the_rtp_is_forgotten);
	tcase_add_test(
		tc,
		a_side_tells_of_its_first_stranger_until_signalling_is_new);
	tcase_add_test(tc, who_only_came_too_early_is_no_stranger);
	tcase_add_test(tc, who_came_before_the_phone_was_told_is_forgotten);
	tcase_add_test(tc, strangers_are_remembered_for_both_ports);
	tcase_add_test(tc, where_keys_are_known_only_the_phone_is_learned);
	tcase_add_test(tc, an_encrypting_phone_may_turn_up_anywhere);
	tcase_add_test(tc, an_unanchored_leg_counts_and_keeps_quiet);
	test_table(tc, rtcp_leaves_where_the_other_side_wants_it, wayv);
	suite_add_tcase(s, tc);

	return s;
}
