/**
 * @file test/relay/engine/hearsay.c  What the RTCP that passes says of the media
 */
#include <poll.h>
#include <string.h>
#include "test/relay/rig.h"
#include "test/test.h"

enum { SR_LEN = 52, RR_LEN = 32 };


static void put32(uint8_t *p, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(n >> (24 - 8 * i));
}


/* RFC 3550 section 6.4.1; ntp: the middle bits of its time */
static size_t make_sr(uint8_t *p, uint32_t ssrc, uint32_t ntp,
		      uint32_t packets)
{
	memset(p, 0, SR_LEN);
	p[0] = 0x80;
	p[1] = 200;
	p[3] = 6;
	put32(p + 4, ssrc);
	put32(p + 10, ntp);
	put32(p + 20, packets);

	return 28;
}


static size_t make_rr(uint8_t *p, uint32_t of, uint32_t lost, uint32_t jitter,
		      uint32_t lsr)
{
	memset(p, 0, RR_LEN);
	p[0] = 0x81;
	p[1] = 201;
	p[3] = 7;
	put32(p + 4, 0x1234);
	put32(p + 8, of);
	put32(p + 12, lost & 0xffffff);
	put32(p + 20, jitter);
	put32(p + 24, lsr);

	return RR_LEN;
}


static void pass(const struct media *from, const struct sa *dst,
		 const struct media *to, const uint8_t *p, size_t len)
{
	uint8_t got[256];

	media_send(from, dst, p, len);
	ck_assert_uint_eq(media_recv(to, got, sizeof(got), NULL), len);
}


static void a_speaks(struct rig *rig, int n)
{
	for (int i = 0; i < n; i++)
		media_expect_rtp(&rig->b, rig->a.ssrc,
				 media_send_rtp(&rig->a, &rig->at[0][0]),
				 NULL);
}


static void open_rig(struct rig *rig)
{
	rig_open(rig, NULL);
	rig_call(rig);
	rig_latch(rig);
}


START_TEST(the_way_to_a_side_is_known_from_its_reports)
{
	uint8_t buf[64];
	struct rig rig;
	uint32_t us;

	open_rig(&rig);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_B).quality.delay_us, 0);
	pass(&rig.a_rtcp, &rig.at[0][1], &rig.b_rtcp, buf,
	     make_sr(buf, rig.a.ssrc, 0x12345678, 3));

	/* B is 30 ms away, and answers at once */
	(void)poll(NULL, 0, 30);
	pass(&rig.b_rtcp, &rig.at[1][1], &rig.a_rtcp, buf,
	     make_rr(buf, rig.a.ssrc, 0, 0, 0x12345678));
	us = rig_stats(&rig, RELAY_B).quality.delay_us;
	ck_assert_uint_ge(us, 29000);
	ck_assert_uint_le(us, 1000000);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).quality.delay_us, 0);
	rig_close(&rig);
}
END_TEST


START_TEST(what_b_misses_of_a_is_shown_with_a)
{
	struct relay_quality q;
	uint8_t buf[64];
	struct rig rig;

	open_rig(&rig);
	a_speaks(&rig, 47);
	pass(&rig.b_rtcp, &rig.at[1][1], &rig.a_rtcp, buf,
	     make_rr(buf, rig.a.ssrc, 5, 80, 0));
	q = rig_stats(&rig, RELAY_A).quality;
	ck_assert_uint_eq(q.expected, 50);
	ck_assert_uint_eq(q.lost, 0);
	ck_assert_uint_eq(q.far_expected, 50);
	ck_assert_uint_eq(q.far_lost, 5);
	ck_assert_uint_eq(q.far_jitter_us, 10000);
	ck_assert_str_eq(q.codec, "PCMA");
	ck_assert_uint_gt(q.mos, 400);
	ck_assert_uint_lt(q.far_mos, q.mos);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_B).quality.far_expected, 0);
	rig_close(&rig);
}
END_TEST


START_TEST(what_is_encrypted_says_nothing)
{
	uint8_t buf[64];
	struct rig rig;
	size_t len;

	open_rig(&rig);
	a_speaks(&rig, 47);
	len = make_rr(buf, rig.a.ssrc, 5, 80, 0);
	memset(buf + len, 0x5a, 14);
	buf[len] = 0x80;
	pass(&rig.b_rtcp, &rig.at[1][1], &rig.a_rtcp, buf, len + 14);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).quality.far_expected, 0);
	rig_close(&rig);
}
END_TEST


START_TEST(rtcp_on_the_rtp_port_counts_as_well)
{
	uint8_t buf[64], got[64];
	struct rig rig;

	open_rig(&rig);
	a_speaks(&rig, 10);
	media_send(&rig.b, &rig.at[1][0], buf,
		   make_rr(buf, rig.a.ssrc, 2, 80, 0));
	(void)media_recv(&rig.a, got, sizeof(got), NULL);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).quality.far_lost, 2);
	rig_close(&rig);
}
END_TEST


Suite *suite_hearsay(void);
Suite *suite_hearsay(void)
{
	Suite *s = suite_create("hearsay");
	TCase *tc = tcase_create("hearsay");

	tcase_add_test(tc, the_way_to_a_side_is_known_from_its_reports);
	tcase_add_test(tc, what_b_misses_of_a_is_shown_with_a);
	tcase_add_test(tc, what_is_encrypted_says_nothing);
	tcase_add_test(tc, rtcp_on_the_rtp_port_counts_as_well);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
