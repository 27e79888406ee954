/**
 * @file test/relay/stream.c  Packets through the four ports of a stream
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "test/relay/rig.h"
#include "test/test.h"

enum { BURST = 20 }; /* what a socket of 32 kB holds for sure */


/* one packet each way arrives, and nothing else did */
static void expect_talk(struct rig *rig, struct media *a, struct media *b)
{
	uint16_t seq = media_send_rtp(a, &rig->at[RELAY_A][RELAY_RTP]);

	media_expect_rtp(b, a->ssrc, seq, &rig->at[RELAY_B][RELAY_RTP]);
	seq = media_send_rtp(b, &rig->at[RELAY_B][RELAY_RTP]);
	media_expect_rtp(a, b->ssrc, seq, &rig->at[RELAY_A][RELAY_RTP]);
	ck_assert(media_is_silent(a));
	ck_assert(media_is_silent(b));
}


START_TEST(packets_go_both_ways_unchanged_from_the_port_that_faces_them)
{
	struct rig rig;
	struct relay_stats a, b;

	rig_open(&rig, NULL);
	rig_call(&rig);
	rig_latch(&rig);

	a = rig_stats(&rig, RELAY_A);
	b = rig_stats(&rig, RELAY_B);
	ck_assert_uint_eq(a.rx_packets, 4);
	ck_assert_uint_eq(a.rx_octets, 3 * MEDIA_RTP_LEN + 8);
	ck_assert_uint_eq(b.rx_packets, 4);
	ck_assert_uint_eq(a.refused + a.invalid + a.lost + a.unsent, 0);
	ck_assert_uint_eq(b.refused + b.invalid + b.lost + b.unsent, 0);
	ck_assert(sa_cmp(&a.latched[RELAY_RTP], &rig.a.addr, SA_ALL));
	ck_assert(sa_cmp(&a.latched[RELAY_RTCP], &rig.a_rtcp.addr, SA_ALL));
	ck_assert(sa_cmp(&b.latched[RELAY_RTP], &rig.b.addr, SA_ALL));
	ck_assert_int_eq(sa_af(&a.refused_src), AF_UNSPEC);
	ck_assert_uint_eq(sa_port(&rig.at[0][0]) & 1, 0);
	ck_assert_uint_eq(sa_port(&rig.at[0][0]) + 1, sa_port(&rig.at[0][1]));

	rig_close(&rig);
}
END_TEST


/* the advisory's packet, to both ports of both sides */
static void spray(const struct rig *rig, const struct media *stranger, int n)
{
	uint8_t buf[MEDIA_RTP_LEN];

	for (int i = 0; i < n; i++) {
		const size_t len = media_make_rtp(buf, 0xef0a07de,
						  (uint16_t)(i + 1));

		for (int k = 0; k < 4; k++)
			media_send(stranger, &rig->at[k >> 1][k & 1], buf,
				   len);
	}
}


START_TEST(a_stranger_hears_nothing_and_is_not_heard)
{
	struct relay_stats a, b;
	struct media stranger;
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);
	media_open(&stranger, "127.0.0.66");

	/* before anything, while the phones begin, and in the call */
	spray(&rig, &stranger, BURST);
	rig_wait_seen(&rig, RELAY_A, 2 * BURST);
	rig_wait_seen(&rig, RELAY_B, 2 * BURST);

	expect_talk(&rig, &rig.a, &rig.b);
	spray(&rig, &stranger, BURST);
	rig_wait_seen(&rig, RELAY_A, 4 * BURST + 1);
	rig_wait_seen(&rig, RELAY_B, 4 * BURST + 1);

	expect_talk(&rig, &rig.a, &rig.b);
	expect_talk(&rig, &rig.a, &rig.b);
	spray(&rig, &stranger, BURST);
	rig_wait_seen(&rig, RELAY_A, 6 * BURST + 3);
	rig_wait_seen(&rig, RELAY_B, 6 * BURST + 3);
	expect_talk(&rig, &rig.a, &rig.b);

	a = rig_stats(&rig, RELAY_A);
	b = rig_stats(&rig, RELAY_B);
	ck_assert_uint_eq(a.refused, 6 * BURST);
	ck_assert_uint_eq(b.refused, 6 * BURST);
	ck_assert_uint_eq(a.tx_packets, 4);
	ck_assert_uint_eq(b.tx_packets, 4);
	ck_assert(sa_cmp(&a.refused_src, &stranger.addr, SA_ALL));
	ck_assert(sa_cmp(&a.latched[0], &rig.a.addr, SA_ALL));
	ck_assert_int_eq(sa_af(&a.latched[1]), AF_UNSPEC);
	ck_assert(media_is_silent(&stranger));
	ck_assert(media_is_silent(&rig.a_rtcp));
	ck_assert(media_is_silent(&rig.b_rtcp));

	/* told once for each side, with the culprit's address */
	rig_wait_events(&rig, 4);
	ck_assert_uint_eq(rig.eventc, 4);
	for (size_t i = 0, refused = 0; i < 4; i++) {
		if (rig.eventv[i].ev == RELAY_LATCHED)
			continue;
		ck_assert_int_eq(rig.eventv[i].ev, RELAY_REFUSED);
		ck_assert(sa_cmp(&rig.eventv[i].info.src, &stranger.addr,
				 SA_ALL));
		ck_assert_uint_lt(refused++, 2);
	}

	media_close(&stranger);
	rig_close(&rig);
}
END_TEST


static const char *const shapev[] = {
	"dtls-hello.bin",
	"es2025-01-spray.bin",
	"rtcp-4-octets(AST-2017-008).bin",
	"rtcp-bye-reason-over.bin",
	"rtcp-len0-compound.bin",
	"rtcp-pt-223.bin",
	"rtcp-sdes-noterm.bin",
	"rtcp-xr.bin",
	"rtp-8000.bin",
	"rtp-empty.bin",
	"rtp-pad0.bin",
	"rtp-pt72.bin",
	"rtp-short-01.bin",
	"rtp-short-03.bin",
	"rtp-short-05.bin",
	"rtp-short-07.bin",
	"rtp-short-09.bin",
	"rtp-short-11.bin",
	"rtp-v1.bin",
	"rtp-x-none.bin",
	"stun-alloc.bin",
	"stun-attr-over.bin",
	"stun-classic.bin",
	"turn-channel.bin",
	"turn-xor-peer-loopback.bin",
};


static size_t load_shape(const char *name, uint8_t *buf, size_t size)
{
	char path[256];
	size_t len;
	FILE *f;

	(void)re_snprintf(path, sizeof(path), "test/data/media-shapes/%s",
			  name);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	len = fread(buf, 1, size, f);
	(void)fclose(f);

	return len;
}


static bool is_short(const char *name)
{
	return !strncmp(name, "rtp-short", 9);
}


/* no shape moves a latch; a good one of RTP may make a first one */
START_TEST(a_shape_of_the_field_changes_nothing)
{
	static uint8_t buf[9216], got[9216];
	const char *name = shapev[_i];
	const size_t len = load_shape(name, buf, sizeof(buf));
	struct relay_stats before, after;
	struct media stranger;
	struct rig rig;
	uint16_t seq;

	rig_open(&rig, NULL);
	rig_call(&rig);
	media_open(&stranger, "127.0.0.66");

	/* a stranger's, before and after the latch */
	for (int k = 0; k < 4; k++)
		media_send(&stranger, &rig.at[k >> 1][k & 1], buf, len);
	rig_wait_seen(&rig, RELAY_A, 2);
	rig_wait_seen(&rig, RELAY_B, 2);
	rig_latch(&rig);
	for (int k = 0; k < 4; k++)
		media_send(&stranger, &rig.at[k >> 1][k & 1], buf, len);
	rig_wait_seen(&rig, RELAY_A, 8);
	rig_wait_seen(&rig, RELAY_B, 8);
	expect_talk(&rig, &rig.a, &rig.b);
	ck_assert(media_is_silent(&rig.a_rtcp));
	ck_assert(media_is_silent(&rig.b_rtcp));

	/* the phone's own: as it is, or not at all */
	before = rig_stats(&rig, RELAY_A);
	ck_assert_uint_eq(before.refused, 4);
	media_send(&rig.a, &rig.at[0][0], buf, len);
	rig_wait_seen(&rig, RELAY_A, 10);
	after = rig_stats(&rig, RELAY_A);
	seq = media_send_rtp(&rig.a, &rig.at[0][0]);
	if (after.rx_packets > before.rx_packets) {
		ck_assert(!is_short(name));
		ck_assert_uint_eq(media_recv(&rig.b, got, sizeof(got), NULL),
				  len);
		ck_assert_mem_eq(got, buf, len);
	}
	media_expect_rtp(&rig.b, rig.a.ssrc, seq, NULL);

	/* and as RTCP */
	media_send(&rig.a_rtcp, &rig.at[0][1], buf, len);
	rig_wait_seen(&rig, RELAY_A, 12);
	after = rig_stats(&rig, RELAY_A);
	ck_assert(sa_cmp(&after.latched[0], &rig.a.addr, SA_ALL));
	ck_assert(sa_cmp(&after.latched[1], &rig.a_rtcp.addr, SA_ALL));
	ck_assert(media_is_silent(&stranger));

	media_close(&stranger);
	rig_close(&rig);
}
END_TEST


/* what is not RTP, from another port of the phone's host, before a latch */
START_TEST(a_shape_of_the_field_does_not_latch)
{
	static uint8_t buf[9216];
	const char *name = shapev[_i];
	const size_t len = load_shape(name, buf, sizeof(buf));
	const bool dtls = !strcmp(name, "dtls-hello.bin");
	struct relay_stats st;
	struct rig rig;

	if (!strcmp(name, "es2025-01-spray.bin") ||
	    !strcmp(name, "rtp-8000.bin") || !strcmp(name, "rtp-empty.bin") ||
	    !strcmp(name, "rtp-pad0.bin"))
		return; /* good RTP, and the host is the phone's */

	rig_open(&rig, NULL);
	rig_call(&rig);
	for (int i = 0; i < 5; i++) {
		media_send(&rig.a_rtcp, &rig.at[0][0], buf, len);
		media_send(&rig.a, &rig.at[0][1], buf, len);
	}
	rig_wait_seen(&rig, RELAY_A, 10);
	st = rig_stats(&rig, RELAY_A);
	ck_assert_uint_eq(st.rx_packets, dtls ? 10 : 0);
	ck_assert_int_eq(sa_af(&st.latched[0]), AF_UNSPEC);
	ck_assert_int_eq(sa_af(&st.latched[1]), AF_UNSPEC);
	ck_assert(media_is_silent(&rig.b) == !dtls);
	ck_assert(media_is_silent(&rig.b_rtcp) == !dtls);

	rig_close(&rig);
}
END_TEST


START_TEST(a_call_lives_through_ten_thousand_bad_packets)
{
	static const uint8_t bad[] = "\x90\x08\0\1\0\0\0\xa0\0\0\x12\x34";
	struct relay_conf conf = rig_conf();
	struct media stranger;
	struct rig rig;
	struct relay_stats st;

	/* sk_lookup has a limit for strangers of a port, and drops the rest
	 * before anybody counts them */
	conf.rung = RELAY_SOCKETS;
	rig_open(&rig, &conf);
	rig_call(&rig);
	rig_latch(&rig);
	media_open(&stranger, "127.0.0.66");

	for (int i = 0; i < 10000 / BURST; i++) {
		for (int k = 0; k < BURST / 2; k++) {
			media_send(&rig.a, &rig.at[0][0], bad, 12);
			media_send(&stranger, &rig.at[0][0], bad, 12);
		}
		rig_wait_seen(&rig, RELAY_A, 4 + (uint64_t)BURST * (i + 1));
	}
	st = rig_stats(&rig, RELAY_A);
	ck_assert_uint_eq(st.invalid, 5000);
	ck_assert_uint_eq(st.refused, 5000);
	ck_assert_uint_eq(st.rx_packets, 4);
	expect_talk(&rig, &rig.a, &rig.b);

	media_close(&stranger);
	rig_close(&rig);
}
END_TEST


START_TEST(new_signalling_lets_another_source_latch)
{
	struct relay_anchor anchor;
	struct relay_stats st;
	struct media moved;
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);
	rig_latch(&rig);

	media_open(&moved, "127.0.0.9");
	(void)media_send_rtp(&moved, &rig.at[0][0]);
	rig_wait_seen(&rig, RELAY_A, 5);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).refused, 1);

	/* the same again changes nothing */
	anchor = rig_anchor(&rig.a, &rig.a_rtcp);
	sa_set_port(&anchor.signalling, 6060);
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, &anchor), 0);
	(void)media_send_rtp(&moved, &rig.at[0][0]);
	rig_wait_seen(&rig, RELAY_A, 6);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).refused, 2);
	expect_talk(&rig, &rig.a, &rig.b);

	anchor = rig_anchor(&moved, &moved);
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, &anchor), 0);
	for (uint32_t i = 0; i < rig.conf.latch_packets; i++)
		expect_talk(&rig, &moved, &rig.b);
	st = rig_stats(&rig, RELAY_A);
	ck_assert(sa_cmp(&st.latched[0], &moved.addr, SA_ALL));

	(void)media_send_rtp(&rig.a, &rig.at[0][0]);
	rig_wait_seen(&rig, RELAY_A, 11);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).refused, 3);
	ck_assert(media_is_silent(&rig.b));
	ck_assert(media_is_silent(&rig.a));

	media_close(&moved);
	rig_close(&rig);
}
END_TEST


/* its NAT forgot the port while nothing was sent */
START_TEST(a_phone_that_was_silent_is_found_at_another_port)
{
	struct media moved, stranger;
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);
	rig_latch(&rig);
	media_open(&moved, "127.0.0.2");
	media_open(&stranger, "127.0.0.66");
	moved.ssrc = stranger.ssrc = rig.a.ssrc;

	(void)media_send_rtp(&moved, &rig.at[0][0]);
	rig_wait_seen(&rig, RELAY_A, 5);
	timers_advance(rig.timers, 10000);
	for (uint64_t i = 0; i < 5; i++) {
		(void)media_send_rtp(&stranger, &rig.at[0][0]);
		rig_wait_seen(&rig, RELAY_A, 6 + i);
	}
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).refused, 6);
	ck_assert(media_is_silent(&rig.b));

	(void)media_send_rtp(&moved, &rig.at[0][0]);
	(void)media_send_rtp(&moved, &rig.at[0][0]);
	for (int i = 0; i < 3; i++)
		expect_talk(&rig, &moved, &rig.b);
	ck_assert(media_is_silent(&rig.a));
	ck_assert(media_is_silent(&stranger));

	media_close(&moved);
	media_close(&stranger);
	rig_close(&rig);
}
END_TEST


START_TEST(a_phone_behind_nat_is_found_by_its_signalling)
{
	struct relay_anchor anchor;
	struct media nat;
	struct rig rig;
	uint16_t seq;

	rig_open(&rig, NULL);
	rig_call(&rig);
	media_open(&nat, "127.0.0.7");

	/* the mapping often keeps the port: that is tried first */
	memset(&anchor, 0, sizeof(anchor));
	ck_assert_int_eq(
		sa_set_str(&anchor.rtp, "192.168.1.10", sa_port(&nat.addr)),
		0);
	anchor.signalling = nat.addr;
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, &anchor), 0);
	seq = media_send_rtp(&rig.b, &rig.at[1][0]);
	media_expect_rtp(&nat, rig.b.ssrc, seq, &rig.at[0][0]);

	/* signalling alone: nobody to send to, but to learn from */
	media_close(&nat);
	media_open(&nat, "127.0.0.8");
	memset(&anchor, 0, sizeof(anchor));
	anchor.signalling = nat.addr;
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, &anchor), 0);
	(void)media_send_rtp(&rig.b, &rig.at[1][0]);
	rig_wait_seen(&rig, RELAY_B, 2);
	for (int i = 0; i < 2; i++) {
		seq = media_send_rtp(&nat, &rig.at[0][0]);
		media_expect_rtp(&rig.b, nat.ssrc, seq, &rig.at[1][0]);
	}
	expect_talk(&rig, &nat, &rig.b);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).unsent, 1);

	media_close(&nat);
	rig_close(&rig);
}
END_TEST


START_TEST(media_never_goes_to_ourselves_or_where_it_must_not)
{
	static const char *const hostv[] = {"0.0.0.0", "224.0.0.5",
					    "255.255.255.255", "169.254.1.1"};
	struct relay_anchor anchor;
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);

	for (size_t i = 0; i <= ARRAY_SIZE(hostv); i++) {
		memset(&anchor, 0, sizeof(anchor));
		if (i < ARRAY_SIZE(hostv))
			ck_assert_int_eq(
				sa_set_str(&anchor.rtp, hostv[i], 4000), 0);
		else
			anchor.rtp = rig.at[1][0]; /* a loop */
		ck_assert_int_eq(sa_set_str(&anchor.signalling, "127.0.0.77",
					    (uint16_t)(1 + i)),
				 0);
		ck_assert_int_eq(
			relay_stream_anchor(rig.s, 0, RELAY_A, &anchor), 0);
		(void)media_send_rtp(&rig.b, &rig.at[1][0]);
		rig_wait_seen(&rig, RELAY_B, i + 1);
	}
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).tx_packets, 0);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).refused, 0);

	rig_close(&rig);
}
END_TEST


START_TEST(rtcp_on_the_rtp_port_leaves_from_the_rtp_port)
{
	uint8_t rr[8], got[64];
	struct rig rig;
	struct sa src;

	rig_open(&rig, NULL);
	rig_call(&rig);
	rig_latch(&rig);

	(void)media_make_rr(rr, rig.a.ssrc);
	media_send(&rig.a, &rig.at[0][0], rr, sizeof(rr));
	ck_assert_uint_eq(media_recv(&rig.b, got, sizeof(got), &src),
			  sizeof(rr));
	ck_assert_mem_eq(got, rr, sizeof(rr));
	ck_assert(sa_cmp(&src, &rig.at[1][0], SA_ALL));
	ck_assert(media_is_silent(&rig.b_rtcp));

	rig_close(&rig);
}
END_TEST


START_TEST(gaps_and_giants_are_counted)
{
	static uint8_t giant[20000];
	struct rig rig;
	uint16_t seq;

	rig_open(&rig, NULL);
	rig_call(&rig);
	rig_latch(&rig);

	rig.a.seq = (uint16_t)(rig.a.seq + 5);
	seq = media_send_rtp(&rig.a, &rig.at[0][0]);
	media_expect_rtp(&rig.b, rig.a.ssrc, seq, NULL);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).lost, 5);

	/* not cut and sent on */
	(void)media_make_rtp(giant, rig.a.ssrc, 1);
	media_send(&rig.a, &rig.at[0][0], giant, sizeof(giant));
	rig_wait_seen(&rig, RELAY_A, 6);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).invalid, 1);
	expect_talk(&rig, &rig.a, &rig.b);

	rig_close(&rig);
}
END_TEST


START_TEST(one_side_speaks_ipv6_the_other_ipv4)
{
	struct relay_conf conf = rig_conf();
	struct relay_anchor anchor;
	struct rig rig;
	struct pl id;

	(void)sa_set_str(&conf.addrv[1], "::1", 0);
	conf.addrc = 2;
	rig_open(&rig, &conf);
	pl_set_str(&id, "mixed");
	ck_assert_int_eq(
		relay_session_alloc(&rig.s, rig.relay, &id, NULL, NULL), 0);
	ck_assert_int_eq(relay_stream_open(rig.s, 0, AF_INET6, AF_INET), 0);
	for (int i = 0; i < 4; i++)
		(void)relay_stream_addr(rig.s, 0, (enum relay_side)(i >> 1),
					(enum relay_comp)(i & 1),
					&rig.at[i >> 1][i & 1]);
	ck_assert_int_eq(sa_af(&rig.at[0][0]), AF_INET6);
	ck_assert_int_eq(sa_af(&rig.at[1][0]), AF_INET);

	media_open(&rig.a, "::1");
	media_open(&rig.b, "127.0.0.3");
	anchor = rig_anchor(&rig.a, &rig.a);
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, &anchor), 0);
	anchor = rig_anchor(&rig.b, &rig.b);
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_B, &anchor), 0);
	for (int i = 0; i < 5; i++)
		expect_talk(&rig, &rig.a, &rig.b);

	rig_close(&rig);
}
END_TEST


START_TEST(wrong_use_is_refused)
{
	struct relay_anchor anchor;
	struct relay_stats st;
	struct rig rig;
	struct sa sa;

	rig_open(&rig, NULL);
	rig_call(&rig);
	memset(&anchor, 0, sizeof(anchor));

	ck_assert_int_eq(relay_stream_open(NULL, 0, AF_INET, AF_INET), EINVAL);
	ck_assert_int_eq(
		relay_stream_open(rig.s, RELAY_STREAMS_MAX, AF_INET, AF_INET),
		EINVAL);
	ck_assert_int_eq(relay_stream_open(rig.s, 1, AF_INET, AF_INET6),
			 EAFNOSUPPORT);
	ck_assert_int_eq(relay_stream_open(rig.s, 1, AF_UNSPEC, AF_INET),
			 EAFNOSUPPORT);
	relay_stream_close(NULL, 0);
	relay_stream_close(rig.s, 7);
	relay_stream_close(rig.s, 99);
	ck_assert_int_eq(relay_stream_addr(rig.s, 1, RELAY_A, RELAY_RTP, &sa),
			 ENOENT);
	ck_assert_int_eq(relay_stream_addr(rig.s, 0, RELAY_A, RELAY_RTP, NULL),
			 EINVAL);
	ck_assert_int_eq(relay_stream_addr(rig.s, 0, (enum relay_side)2,
					   RELAY_RTP, &sa),
			 EINVAL);
	ck_assert_int_eq(relay_stream_anchor(rig.s, 1, RELAY_A, &anchor),
			 ENOENT);
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, NULL), EINVAL);
	ck_assert_int_eq(
		relay_stream_anchor(rig.s, 0, (enum relay_side)2, &anchor),
		EINVAL);
	ck_assert_int_eq(relay_stream_stats(rig.s, 1, RELAY_A, &st), ENOENT);
	ck_assert_int_eq(relay_stream_stats(rig.s, 0, RELAY_A, NULL), EINVAL);

	/* again is no fault, and keeps the ports */
	ck_assert_int_eq(relay_stream_open(rig.s, 0, AF_INET, AF_INET), 0);
	ck_assert_int_eq(relay_stream_addr(rig.s, 0, RELAY_A, RELAY_RTP, &sa),
			 0);
	ck_assert(sa_cmp(&sa, &rig.at[0][0], SA_ALL));

	rig_close(&rig);
}
END_TEST


/* side A speaks RTCP on its RTP port, B does not (RFC 5761) */
START_TEST(one_side_muxes_rtcp_and_the_other_does_not)
{
	struct relay_terms *terms = NULL;
	uint8_t rr[8], buf[64];
	const size_t len = media_make_rr(rr, 7);
	struct relay_stats st;
	struct relay_anchor a;
	struct rig rig;
	struct sa src;

	rig_open(&rig, NULL);
	rig_call(&rig);
	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	a = rig_anchor(&rig.b, &rig.b_rtcp);
	a.terms = terms;
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_B, &a), 0);
	a = rig_anchor(&rig.a, &rig.a);
	a.terms = terms;
	terms->mux = true;
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, &a), 0);

	/* it shows nobody's RTP source */
	for (int i = 0; i < 5; i++) {
		media_send(&rig.a, &rig.at[RELAY_A][0], rr, len);
		ck_assert_uint_eq(
			media_recv(&rig.b_rtcp, buf, sizeof(buf), &src), len);
		ck_assert(sa_cmp(&src, &rig.at[RELAY_B][1], SA_ALL));
	}
	st = rig_stats(&rig, RELAY_A);
	ck_assert_int_eq(sa_af(&st.latched[RELAY_RTP]), AF_UNSPEC);

	for (int i = 0; i < 5; i++) {
		media_send(&rig.b_rtcp, &rig.at[RELAY_B][1], rr, len);
		ck_assert_uint_eq(media_recv(&rig.a, buf, sizeof(buf), &src),
				  len);
		ck_assert(sa_cmp(&src, &rig.at[RELAY_A][0], SA_ALL));
	}

	/* RTP and RTCP mixed in one burst part ways in order */
	for (int i = 0; i < 4; i++) {
		(void)media_send_rtp(&rig.a, &rig.at[RELAY_A][0]);
		media_send(&rig.a, &rig.at[RELAY_A][0], rr, len);
	}
	for (uint16_t i = 0; i < 4; i++) {
		media_expect_rtp(&rig.b, rig.a.ssrc,
				 (uint16_t)(rig.a.seq - 4 + i),
				 &rig.at[RELAY_B][0]);
		ck_assert_uint_eq(
			media_recv(&rig.b_rtcp, buf, sizeof(buf), NULL), len);
	}
	ck_assert(media_is_silent(&rig.b));
	ck_assert(media_is_silent(&rig.a_rtcp));

	/* B does it all the same, and A would take it there */
	media_send(&rig.b, &rig.at[RELAY_B][0], rr, len);
	ck_assert_uint_eq(media_recv(&rig.a, buf, sizeof(buf), NULL), len);

	mem_deref(terms);
	rig_close(&rig);
}
END_TEST


START_TEST(memory_runs_out_and_the_stream_stays_as_it_was)
{
	struct relay_terms *terms = NULL;
	struct relay_anchor a;
	struct rig rig;
	int err, i = 0;

	rig_open(&rig, NULL);
	rig_call(&rig);
	do {
		oom_after(i++);
		err = relay_stream_open(rig.s, 7, AF_INET, AF_INET);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
	} while (err);
	ck_assert_int_ge(i, 3);

	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	terms->ice = mem_zalloc(sizeof(*terms->ice), NULL);
	a = rig_anchor(&rig.a, &rig.a_rtcp);
	a.terms = terms;
	for (i = 0; i < 2; i++) {
		oom_after(i);
		ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, &a),
				 ENOMEM);
		oom_after(-1);
	}
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, &a), 0);
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, &a), 0);
	ck_assert_uint_eq(mem_nrefs(terms), 1);
	mem_deref(terms);
	rig_latch(&rig);

	rig_close(&rig);
}
END_TEST


static TCase *tcase_strangers(void)
{
	TCase *tc = tcase_create("strangers");

	tcase_add_test(tc, a_stranger_hears_nothing_and_is_not_heard);
	test_table(tc, a_shape_of_the_field_changes_nothing, shapev);
	test_table(tc, a_shape_of_the_field_does_not_latch, shapev);
	tcase_add_test(tc, a_call_lives_through_ten_thousand_bad_packets);
	tcase_add_test(tc, media_never_goes_to_ourselves_or_where_it_must_not);
	tcase_set_timeout(tc, 30);

	return tc;
}


Suite *suite_stream(void);
Suite *suite_stream(void)
{
	Suite *s = suite_create("stream");
	TCase *tc = tcase_create("stream");

	tcase_add_test(
		tc,
		packets_go_both_ways_unchanged_from_the_port_that_faces_them);
	tcase_add_test(tc, new_signalling_lets_another_source_latch);
	tcase_add_test(tc, a_phone_that_was_silent_is_found_at_another_port);
	tcase_add_test(tc, a_phone_behind_nat_is_found_by_its_signalling);
	tcase_add_test(tc, rtcp_on_the_rtp_port_leaves_from_the_rtp_port);
	tcase_add_test(tc, gaps_and_giants_are_counted);
	tcase_add_test(tc, one_side_speaks_ipv6_the_other_ipv4);
	tcase_add_test(tc, wrong_use_is_refused);
	tcase_add_test(tc, one_side_muxes_rtcp_and_the_other_does_not);
	tcase_add_test(tc, memory_runs_out_and_the_stream_stays_as_it_was);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, tcase_strangers());

	return s;
}
