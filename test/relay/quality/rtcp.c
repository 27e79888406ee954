/**
 * @file test/relay/quality/rtcp.c  What a compound of RTCP says
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "relay/quality/rtcp.h"
#include "test/test.h"

/* an SR with one block, an SDES, an XR with RRTR and DLRR */
static const uint8_t
	whole
		[] =
			{
				0x81, 200,  0,    12,   0x11, 0x11, 0x11,
				0x11, /* SR, its SSRC */
				1,    2,    3,    4,    5,    6,    7,
				8, /* NTP */
				0,    0,    0,    160,  0,    0,    1,
				0,    0,    0,    0xa0, 0, /* ts, packets, octets */
				0x22, 0x22, 0x22, 0x22, 13,   0,    0,
				5, /* block: SSRC, lost */
				0,    1,    0,    9,    0,    0,    0,
				80, /* highest, jitter */
				9,    8,    7,    6,    0,    1,    0,
				0, /* LSR, DLSR */
				0x81, 202,  0,    2,    0x11, 0x11, 0x11,
				0x11, 0,    0,    0,    0, /* SDES */
				0x80, 207,  0,    8,    0x11, 0x11, 0x11,
				0x11, /* XR */
				4,    0,    0,    2,    0,    0,    1,
				1,    2,    2,    0,    0, /* RRTR */
				5,    0,    0,    3,    0x33, 0x33, 0x33,
				0x33, 0,    0,    0,    7,    0,    0,
				0,    9, /* DLRR */
};


START_TEST(a_compound_is_read)
{
	struct rtcp r;

	ck_assert_int_eq(rtcp_read(&r, whole, sizeof(whole)), 0);
	ck_assert(r.sender);
	ck_assert_uint_eq(r.ssrc, 0x11111111);
	ck_assert_uint_eq(r.packets, 256);
	ck_assert(r.sr.set);
	ck_assert_uint_eq(r.sr.ntp, 0x03040506);
	ck_assert(r.rrtr.set);
	ck_assert_uint_eq(r.rrtr.ntp, 0x01010202);

	ck_assert_uint_eq(r.blockc, 2);
	ck_assert_uint_eq(r.blockv[0].ssrc, 0x22222222);
	ck_assert(r.blockv[0].losses);
	ck_assert_int_eq(r.blockv[0].lost, 5);
	ck_assert_uint_eq(r.blockv[0].jitter, 80);
	ck_assert_uint_eq(r.blockv[0].highest, 0x00010009);
	ck_assert(r.report);
	ck_assert_uint_eq(r.blockv[0].lsr, 0x09080706);
	ck_assert_uint_eq(r.blockv[0].dlsr, 65536);
	ck_assert_uint_eq(r.blockv[1].ssrc, 0x33333333);
	ck_assert(!r.blockv[1].losses);
	ck_assert_uint_eq(r.blockv[1].lsr, 7);
	ck_assert_uint_eq(r.blockv[1].dlsr, 9);
}
END_TEST


START_TEST(lost_has_a_sign)
{
	uint8_t buf[sizeof(whole)];
	struct rtcp r;

	memcpy(buf, whole, sizeof(buf));
	buf[33] = 0xff;
	buf[34] = 0xff;
	buf[35] = 0xfe;
	ck_assert_int_eq(rtcp_read(&r, buf, sizeof(buf)), 0);
	ck_assert_int_eq(r.blockv[0].lost, -2);
	buf[33] = 0x80;
	buf[34] = buf[35] = 0;
	ck_assert_int_eq(rtcp_read(&r, buf, sizeof(buf)), 0);
	ck_assert_int_eq(r.blockv[0].lost, -0x800000);
}
END_TEST


/* cut anywhere: an error, or a shorter compound; never a read beyond */
START_TEST(each_prefix_is_safe)
{
	for (size_t len = 0; len <= sizeof(whole); len++) {
		uint8_t *p = malloc(len ? len : 1);
		struct rtcp r;
		int err;

		memcpy(p, whole, len);
		err = rtcp_read(&r, p, len);
		ck_assert_int_eq(err,
				 len == 52 || len == 64 || len == sizeof(whole)
					 ? 0
					 : EBADMSG);
		free(p);
	}
}
END_TEST


static const struct {
	const char *name;
	uint8_t p[40];
	size_t len;
	int err;
	size_t blockc;
} casev[] = {
	{"nothing", {0}, 0, EBADMSG, 0},
	{"RR without blocks", {0x80, 201, 0, 1, 0, 0, 0, 1}, 8, 0, 0},
	{"it counts more blocks than there are",
	 {0x9f, 201, 0, 1, 0, 0, 0, 1},
	 8,
	 0,
	 0},
	{"SR shorter than its head", {0x80, 200, 0, 1, 0, 0, 0, 1}, 8, 0, 0},
	{"reduced size", {0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2}, 12, 0, 0},
	{"four octets", {0x80, 203, 0, 0}, 4, 0, 0},
	{"XR block beyond its end",
	 {0x80, 207, 0, 2, 0, 0, 0, 1, 5, 0, 0, 9},
	 12,
	 0,
	 0},
	{"XR DLRR of half a block",
	 {0x80, 207, 0, 3, 0, 0, 0, 1, 5, 0, 0, 1, 0, 0, 0, 1},
	 16,
	 0,
	 0},
	{"SRTCP: a trailer",
	 {0x80, 201, 0, 1, 0, 0, 0, 1, 0x80, 0, 0,
	  1,    1,   2, 3, 4, 5, 6, 7, 8,    9, 10},
	 22,
	 EBADMSG,
	 0},
	{"version 1", {0x40, 201, 0, 1, 0, 0, 0, 1}, 8, EBADMSG, 0},
};


START_TEST(odd_ones_are_read_or_refused)
{
	struct rtcp r;

	ck_assert_msg(rtcp_read(&r, casev[_i].p, casev[_i].len) ==
			      casev[_i].err,
		      "%s", casev[_i].name);
	ck_assert_uint_eq(r.blockc, casev[_i].blockc);
	ck_assert(!r.sender && !r.sr.set);
}
END_TEST


START_TEST(no_more_blocks_are_taken_than_there_is_room_for)
{
	static uint8_t p[8 + 31 * 24];
	struct rtcp r;

	p[0] = 0x9f;
	p[1] = 201;
	p[3] = sizeof(p) / 4 - 1;
	ck_assert_int_eq(rtcp_read(&r, p, sizeof(p)), 0);
	ck_assert_uint_eq(r.blockc, RTCP_BLOCKS_MAX);
}
END_TEST


Suite *suite_rtcp(void);
Suite *suite_rtcp(void)
{
	Suite *s = suite_create("rtcp");
	TCase *tc = tcase_create("rtcp");

	tcase_add_test(tc, a_compound_is_read);
	tcase_add_test(tc, lost_has_a_sign);
	tcase_add_test(tc, each_prefix_is_safe);
	test_table(tc, odd_ones_are_read_or_refused, casev);
	tcase_add_test(tc, no_more_blocks_are_taken_than_there_is_room_for);
	suite_add_tcase(s, tc);

	return s;
}
