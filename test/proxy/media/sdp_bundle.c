/**
 * @file test/proxy/media/sdp_bundle.c  m= lines that share one transport
 */
#include <stdio.h>
#include <string.h>
#include "proxy/media/sdp_bundle.h"
#include "test/test.h"

#define HEAD        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n"
#define CONN        "c=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define ICE         "c=IN IP4 0.0.0.0\r\nt=0 0\r\na=ice-ufrag:abcd\r\n"
#define GROUP(mids) "a=group:BUNDLE " mids "\r\n"
#define LINE(kind, port, mid) \
	"m=" kind " " port " RTP/AVP 0\r\na=mid:" mid "\r\n"

static const struct {
	const char *sdp;
	bool answer;
	uint8_t withv[3];
} bundlev[] = {
	/* a first offer: each its own */
	{HEAD CONN GROUP("0 1 2") LINE("audio", "4000", "0")
		 LINE("video", "4002", "1") LINE("text", "4004", "2"),
	 false,
	 {0, 1, 2}},
	/* a later one, and an answer */
	{HEAD CONN GROUP("0 1 2") LINE("audio", "4000", "0")
		 LINE("video", "4000", "1") LINE("text", "4000", "2"),
	 false,
	 {0, 0, 0}},
	{HEAD CONN GROUP("0 1") LINE("audio", "4000", "0")
		 LINE("video", "4000", "1") LINE("text", "4004", "2"),
	 true,
	 {0, 0, 2}},
	/* the first of the group is tagged, not the first of the lines */
	{HEAD CONN GROUP("v a") LINE("audio", "4000", "a")
		 LINE("video", "4000", "v") LINE("text", "4004", "t"),
	 true,
	 {1, 1, 2}},
	/* one that is off has no transport */
	{HEAD CONN GROUP("0 1 2") LINE("audio", "0", "0")
		 LINE("video", "4000", "1") LINE("text", "4000", "2"),
	 true,
	 {0, 1, 1}},
	/* candidates come later: only an answer's group is agreed on */
	{HEAD ICE GROUP("0 1 2") LINE("audio", "9", "0")
		 LINE("video", "9", "1") LINE("text", "9", "2"),
	 false,
	 {0, 1, 2}},
	{HEAD ICE GROUP("0 1 2") LINE("audio", "9", "0")
		 LINE("video", "9", "1") LINE("text", "9", "2"),
	 true,
	 {0, 0, 0}},
	/* the same port without a group: one or the other will be refused */
	{HEAD CONN LINE("audio", "4000", "0") LINE("audio", "4000", "1")
		 LINE("text", "4004", "2"),
	 false,
	 {0, 1, 2}},
	/* two groups */
	{HEAD CONN GROUP("0 2") GROUP("1") LINE("audio", "4000", "0")
		 LINE("video", "4002", "1") LINE("text", "4000", "2"),
	 true,
	 {0, 1, 0}},
	/* in circles, twice, unknown, of another kind */
	{HEAD CONN GROUP("0 1") GROUP("1 0") GROUP("2 1") GROUP("0 2")
		 LINE("audio", "4000", "0") LINE("video", "4000", "1")
			 LINE("text", "4000", "2"),
	 true,
	 {0, 0, 0}},
	{HEAD CONN GROUP("0 0 9 x") "a=group:LS 0 1\r\n" LINE("audio", "4000",
							      "0")
		 LINE("video", "4000", "1") LINE("text", "4000", "2"),
	 true,
	 {0, 1, 2}},
};


START_TEST(lines_share_a_transport_or_not)
{
	struct sdp_bundle b;
	struct sdp *sdp = NULL;
	struct pl pl;

	pl_set_str(&pl, bundlev[_i].sdp);
	ck_assert_int_eq(sdp_parse(&sdp, &pl), 0);
	sdp_bundle(&b, sdp, bundlev[_i].answer);
	for (size_t i = 0; i < 3; i++)
		ck_assert_msg(b.withv[i] == bundlev[_i].withv[i],
			      "line %zu with %u:\n%s", i, b.withv[i],
			      bundlev[_i].sdp);
	mem_deref(sdp);
}
END_TEST


/* 60 kB of groups are read as far as any SDP goes */
START_TEST(many_words_take_no_time)
{
	struct mbuf *mb = mbuf_alloc(65535);
	struct sdp_bundle b;
	struct sdp *sdp = NULL;
	struct pl pl;

	ck_assert_int_eq(mbuf_write_str(mb, HEAD CONN), 0);
	while (mb->end < 60000)
		ck_assert_int_eq(mbuf_write_str(mb, GROUP("9 8 7 6 5 4 3")),
				 0);
	ck_assert_int_eq(mbuf_write_str(mb, LINE("audio", "4000", "0")), 0);
	pl.p = (const char *)mb->buf;
	pl.l = mb->end;
	ck_assert_int_eq(sdp_parse(&sdp, &pl), 0);
	sdp_bundle(&b, sdp, true);
	ck_assert_uint_eq(b.withv[0], 0);
	ck_assert_uint_eq(b.withv[SDP_STREAMS_MAX - 1], SDP_STREAMS_MAX - 1);
	sdp_bundle(&b, NULL, true);
	mem_deref(sdp);
	mem_deref(mb);
}
END_TEST


Suite *suite_sdp_bundle(void);
Suite *suite_sdp_bundle(void)
{
	Suite *s = suite_create("sdp_bundle");
	TCase *tc = tcase_create("sdp_bundle");

	test_table(tc, lines_share_a_transport_or_not, bundlev);
	tcase_add_test(tc, many_words_take_no_time);
	suite_add_tcase(s, tc);

	return s;
}
