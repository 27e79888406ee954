/**
 * @file test/relay/stream.c  Packets through the four ports of a stream
 */
#include <errno.h>
#include <string.h>
#include "test/relay/rig.h"
#include "test/test.h"


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

	rig_close(&rig);
}
END_TEST


Suite *suite_stream(void);
Suite *suite_stream(void)
{
	Suite *s = suite_create("stream");
	TCase *tc = tcase_create("stream");

	tcase_add_test(
		tc,
		packets_go_both_ways_unchanged_from_the_port_that_faces_them);
	suite_add_tcase(s, tc);

	return s;
}
