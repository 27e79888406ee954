/**
 * @file test/relay/voice/voice_rtcp.c  What a voice says and hears by RTCP
 */
#include <string.h>
#include <re.h>
#include "relay/voice/voice_rtcp.h"
#include "test/test.h"

#define NTP(s, ms) ((uint64_t)(s) << 32 | ((uint64_t)(ms) << 32) / 1000)


/* libre's reader judges our writing */
static struct rtcp_msg *read_back(const uint8_t *p, size_t len, size_t n)
{
	struct mbuf *mb = mbuf_alloc(VOICE_RTCP_MAX);
	struct rtcp_msg *msg = NULL;

	ck_assert_int_eq(mbuf_write_mem(mb, p, len), 0);
	mb->pos = 0;
	for (size_t i = 0; i <= n; i++) {
		msg = mem_deref(msg);
		ck_assert_int_eq(rtcp_decode(&msg, mb), 0);
	}
	if (n)
		ck_assert_uint_eq(mbuf_get_left(mb), 0);
	mem_deref(mb);

	return msg;
}


START_TEST(reports_are_what_libre_reads)
{
	struct voice_rtcp r = {.ssrc = 0x11223344};
	uint8_t buf[VOICE_RTCP_MAX];
	struct rtcp_msg *msg;
	size_t len;

	/* it has neither spoken nor heard */
	len = voice_rtcp_encode(&r, buf, NTP(100, 0), 5);
	msg = read_back(buf, len, 0);
	ck_assert_int_eq(msg->hdr.pt, RTCP_RR);
	ck_assert_uint_eq(msg->hdr.count, 0);
	mem_deref(msg);

	r.packets = 50;
	r.octets = 8000;
	for (uint16_t seq = 65530; seq != 10; seq++) {
		if (seq % 4)
			voice_rtcp_heard(&r, 9, seq, seq * 160u, seq * 160u);
	}
	len = voice_rtcp_encode(&r, buf, NTP(3900000000u, 500), 77);
	msg = read_back(buf, len, 0);
	ck_assert_int_eq(msg->hdr.pt, RTCP_SR);
	ck_assert_uint_eq(msg->r.sr.ssrc, 0x11223344);
	ck_assert_uint_eq(msg->r.sr.ntp_sec, 3900000000u);
	ck_assert_uint_eq(msg->r.sr.ntp_frac, 0x80000000u);
	ck_assert_uint_eq(msg->r.sr.rtp_ts, 77);
	ck_assert_uint_eq(msg->r.sr.psent, 50);
	ck_assert_uint_eq(msg->r.sr.osent, 8000);
	ck_assert_uint_eq(msg->hdr.count, 1);
	ck_assert_uint_eq(msg->r.sr.rrv[0].ssrc, 9);
	ck_assert_int_eq(msg->r.sr.rrv[0].lost, 4);
	ck_assert_uint_eq(msg->r.sr.rrv[0].fraction, 4 * 256 / 16);
	ck_assert_uint_eq(msg->r.sr.rrv[0].last_seq, 65536 + 9);
	ck_assert_uint_eq(msg->r.sr.rrv[0].lsr, 0);
	mem_deref(msg);

	msg = read_back(buf, len, 1);
	ck_assert_int_eq(msg->hdr.pt, RTCP_SDES);
	ck_assert_uint_eq(msg->r.sdesv[0].src, 0x11223344);
	ck_assert_uint_eq(msg->r.sdesv[0].itemv[0].type, RTCP_SDES_CNAME);
	mem_deref(msg);
}
END_TEST


START_TEST(jitter_is_that_of_rfc_3550)
{
	struct voice_rtcp r = {.ssrc = 1};

	/* each second one 10 ms late: the mean deviation is 80 samples */
	for (uint16_t i = 0; i < 1000; i++)
		voice_rtcp_heard(&r, 9, i, i * 160u,
				 i * 160u + (i & 1 ? 80 : 0));
	ck_assert_uint_ge(r.src.jitter >> 4, 76);
	ck_assert_uint_le(r.src.jitter >> 4, 80);
}
END_TEST


START_TEST(the_way_there_and_back_is_measured)
{
	struct voice_rtcp us = {.ssrc = 1}, phone = {.ssrc = 2};
	uint8_t buf[VOICE_RTCP_MAX];
	size_t len;

	/* our report takes 30 ms, rests there for two seconds, 40 ms back */
	us.packets = 1;
	phone.packets = 1;
	voice_rtcp_heard(&phone, 1, 10, 0, 0);
	voice_rtcp_heard(&phone, 1, 14, 640, 640);
	len = voice_rtcp_encode(&us, buf, NTP(5000, 0), 0);
	voice_rtcp_decode(&phone, buf, len, NTP(100, 30));
	len = voice_rtcp_encode(&phone, buf, NTP(102, 30), 0);
	voice_rtcp_decode(&us, buf, len, NTP(5002, 70));

	ck_assert(us.told);
	ck_assert_uint_eq(us.lost, 3);
	ck_assert_uint_ge(us.delay_us, 69900);
	ck_assert_uint_le(us.delay_us, 70100);

	/* what is said of others, or by a clock that stands, is not taken */
	us.ssrc = 3;
	us.delay_us = 0;
	voice_rtcp_decode(&us, buf, len, NTP(5002, 70));
	ck_assert_uint_eq(us.delay_us, 0);
	us.ssrc = 1;
	voice_rtcp_decode(&us, buf, len, NTP(6002, 70));
	ck_assert_uint_eq(us.delay_us, 0);
}
END_TEST


START_TEST(cut_and_broken_reports_are_passed_over)
{
	struct voice_rtcp r = {.ssrc = 1}, phone = {.ssrc = 2};
	uint8_t buf[VOICE_RTCP_MAX], one;
	size_t len;
	uint32_t x = 1;

	phone.packets = 1;
	voice_rtcp_heard(&phone, 1, 10, 0, 0);
	len = voice_rtcp_encode(&phone, buf, NTP(1, 0), 0);
	for (size_t i = 0; i <= len; i++) {
		uint8_t *p = mem_alloc(i ? i : 1, NULL);

		memcpy(p, buf, i);
		voice_rtcp_decode(&r, p, i, NTP(2, 0));
		mem_deref(p);
	}
	for (int i = 0; i < 20000; i++) {
		x = x * 1664525 + 1013904223;
		one = buf[(x >> 8) % len];
		buf[(x >> 8) % len] = (uint8_t)x;
		voice_rtcp_decode(&r, buf, len, NTP(2, 0));
		buf[(x >> 8) % len] = one;
	}
}
END_TEST


Suite *suite_voice_rtcp(void);
Suite *suite_voice_rtcp(void)
{
	Suite *s = suite_create("voice_rtcp");
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, reports_are_what_libre_reads);
	tcase_add_test(tc, jitter_is_that_of_rfc_3550);
	tcase_add_test(tc, the_way_there_and_back_is_measured);
	tcase_add_test(tc, cut_and_broken_reports_are_passed_over);
	suite_add_tcase(s, tc);

	return s;
}
