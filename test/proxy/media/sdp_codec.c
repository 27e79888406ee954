/**
 * @file test/proxy/media/sdp_codec.c  The codecs of a stream
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "proxy/media/sdp_codec.h"
#include "test/test.h"

#define HEAD                                                               \
	"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\n" \
	"t=0 0\r\n"

static const struct {
	const char *name;
	const char *media;  /* from its m= line on */
	const char *codecs; /* "pt name/clock/channels ..." */
} casev[] = {
	{"static types need no rtpmap", "m=audio 4000 RTP/AVP 0 8 18\r\n",
	 "0 PCMU/8000/1 8 PCMA/8000/1 18 G729/8000/1"},
	{"rtpmap names the others",
	 "m=audio 4000 RTP/AVP 111 101\r\n"
	 "a=rtpmap:111 opus/48000/2\r\n"
	 "a=rtpmap:101 telephone-event/8000\r\n",
	 "111 opus/48000/2 101 telephone-event/8000/1"},
	{"in any case, with blanks",
	 "m=audio 4000 RTP/AVP 97\r\na=RTPMAP:97  iLBC/8000 \r\n",
	 "97 iLBC/8000/1"},
	{"rtpmap counts before the table",
	 "m=audio 4000 RTP/AVP 2\r\na=rtpmap:2 G726-32/8000\r\n",
	 "2 G726-32/8000/1"},
	{"the first rtpmap of a type",
	 "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 AMR/8000\r\n"
	 "a=rtpmap:96 opus/48000\r\n",
	 "96 AMR/8000/1"},
	{"a type that nobody names is none",
	 "m=audio 4000 RTP/AVP 96 0\r\na=rtpmap:98 AMR/8000\r\n",
	 "0 PCMU/8000/1"},
	{"a type twice", "m=audio 4000 RTP/AVP 8 8 0\r\n",
	 "8 PCMA/8000/1 0 PCMU/8000/1"},
	{"what is no payload type",
	 "m=audio 4000 RTP/AVP 128 -1 x 8 999999999\r\n", "8 PCMA/8000/1"},
	{"a clock that is no number",
	 "m=audio 4000 RTP/AVP 96 97 98 99 8\r\na=rtpmap:96 AMR/x\r\n"
	 "a=rtpmap:97 AMR/0\r\na=rtpmap:98 AMR\r\n"
	 "a=rtpmap:99 AMR/99999999999\r\n",
	 "8 PCMA/8000/1"},
	{"rtpmap of nothing",
	 "m=audio 4000 RTP/AVP 0\r\na=rtpmap:\r\na=rtpmap\r\na=rtpmap:0\r\n"
	 "a=rtpmap:0 /8000\r\n",
	 "0 PCMU/8000/1"},
	{"channels that are no number",
	 "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 L16/8000/x\r\n",
	 "96 L16/8000/1"},
	{"a long name is cut",
	 "m=audio 4000 RTP/AVP 96\r\n"
	 "a=rtpmap:96 a-name-that-never-ends/8000\r\n",
	 "96 a-name-that-nev/8000/1"},
	{"fax", "m=image 4000 udptl t38\r\n", ""},
};


static struct sdp *parse(const char *media)
{
	char text[1024];
	struct sdp *sdp = NULL;
	struct pl pl;

	(void)re_snprintf(text, sizeof(text), HEAD "%s", media);
	pl_set_str(&pl, text);
	ck_assert_int_eq(sdp_parse(&sdp, &pl), 0);

	return sdp;
}


static void print(char *buf, size_t size, const struct relay_terms *t)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < t->codecc; i++)
		len += (size_t)re_snprintf(
			buf + len, size - len, "%s%u %s/%u/%u", i ? " " : "",
			t->codecv[i].pt, t->codecv[i].name, t->codecv[i].clock,
			t->codecv[i].channels);
}


START_TEST(codecs_are_read)
{
	struct sdp *sdp = parse(casev[_i].media);
	struct relay_terms *t;
	char got[1024];

	ck_assert_int_eq(relay_terms_alloc(&t), 0);
	t->codecc = 7;
	ck_assert_int_eq(sdp_codec_terms(t, sdp, 0), 0);
	print(got, sizeof(got), t);
	ck_assert_msg(!strcmp(got, casev[_i].codecs), "%s: %s", casev[_i].name,
		      got);
	ck_assert(t->sends && t->hears);
	mem_deref(t);
	mem_deref(sdp);
}
END_TEST


START_TEST(each_stream_has_its_own)
{
	struct sdp *sdp = parse("m=audio 4000 RTP/AVP 96\r\n"
				"a=rtpmap:96 opus/48000/2\r\n"
				"m=video 4002 RTP/AVP 96\r\n"
				"a=rtpmap:96 H264/90000\r\n");
	struct relay_terms *t;

	ck_assert_int_eq(relay_terms_alloc(&t), 0);
	ck_assert_int_eq(sdp_codec_terms(t, sdp, 1), 0);
	ck_assert_str_eq(t->codecv[0].name, "H264");
	ck_assert_int_eq(sdp_codec_terms(t, sdp, 0), 0);
	ck_assert_str_eq(t->codecv[0].name, "opus");
	ck_assert_int_eq(sdp_codec_terms(t, sdp, 2), ENOENT);
	ck_assert_int_eq(sdp_codec_terms(NULL, sdp, 0), EINVAL);
	mem_deref(t);
	mem_deref(sdp);
}
END_TEST


START_TEST(no_more_are_read_than_there_is_room_for)
{
	char media[512] = "m=audio 4000 RTP/AVP";
	struct relay_terms *t;
	struct sdp *sdp;
	size_t len = strlen(media);

	for (int i = 0; i < 100; i++)
		len += (size_t)snprintf(media + len, sizeof(media) - len,
					" %d", 127 - i);
	(void)snprintf(media + len, sizeof(media) - len,
		       "\r\na=rtpmap:127 a/1\r\na=rtpmap:96 b/1\r\n"
		       "a=rtpmap:95 c/1\r\n");
	sdp = parse(media);
	ck_assert_int_eq(relay_terms_alloc(&t), 0);
	ck_assert_int_eq(sdp_codec_terms(t, sdp, 0), 0);
	ck_assert_uint_eq(t->codecc, 2);
	ck_assert_str_eq(t->codecv[1].name, "b");
	mem_deref(t);
	mem_deref(sdp);
}
END_TEST


Suite *suite_sdp_codec(void);
Suite *suite_sdp_codec(void)
{
	Suite *s = suite_create("sdp_codec");
	TCase *tc = tcase_create("sdp_codec");

	test_table(tc, codecs_are_read, casev);
	tcase_add_test(tc, each_stream_has_its_own);
	tcase_add_test(tc, no_more_are_read_than_there_is_room_for);
	suite_add_tcase(s, tc);

	return s;
}
