/**
 * @file test/proxy/voice/speech.c  The SDP of a call that is with us
 */
#include <errno.h>
#include <string.h>
#include "proxy/voice/speech.h"
#include "test/mock/decoded.h"
#include "test/test.h"

#define HEAD                                         \
	"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n" \
	"c=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define OURS                                                  \
	"v=0\r\no=viaduct 77 3 IN IP4 203.0.113.1\r\ns=-\r\n" \
	"c=IN IP4 203.0.113.1\r\nt=0 0\r\n"
#define EVENT    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
#define EVENT_96 "a=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\n"


static struct speech_origin origin(void)
{
	struct speech_origin o = {.id = 77, .version = 3};

	(void)sa_set_str(&o.rtp, "203.0.113.1", 17000);
	(void)sa_set_str(&o.rtcp, "203.0.113.1", 17001);

	return o;
}


static const struct {
	const char *name, *offer;
	const char *answer; /* behind our session part; NULL: refused */
} offerv[] = {
	{"A-law first", "m=audio 4000 RTP/AVP 8 0\r\n",
	 "m=audio 17000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
	 "a=ptime:20\r\na=sendrecv\r\n"},
	{"u-law first, and keys",
	 "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 "
	 "telephone-event/8000\r\n",
	 "m=audio 17000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n" EVENT
	 "a=ptime:20\r\na=sendrecv\r\n"},
	{"after others, in capitals or not",
	 "m=audio 4000 RTP/AVP 111 9 96 8\r\na=rtpmap:111 opus/48000/2\r\n"
	 "a=rtpmap:96 Telephone-Event/8000\r\na=rtpmap:8 pcma/8000\r\n",
	 "m=audio 17000 RTP/AVP 8 96\r\na=rtpmap:8 PCMA/8000\r\n" EVENT_96
	 "a=ptime:20\r\na=sendrecv\r\n"},
	{"a number of its own",
	 "m=audio 4000 RTP/AVP 97\r\na=rtpmap:97 PCMU/8000/1\r\n",
	 "m=audio 17000 RTP/AVP 97\r\na=rtpmap:97 PCMU/8000\r\n"
	 "a=ptime:20\r\na=sendrecv\r\n"},
	{"keys at another rate are not ours",
	 "m=audio 4000 RTP/AVP 8 102\r\na=rtpmap:102 "
	 "telephone-event/48000\r\n",
	 "m=audio 17000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
	 "a=ptime:20\r\na=sendrecv\r\n"},
	{"8 is something else",
	 "m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 opus/48000/2\r\n", NULL},
	{"wide band only",
	 "m=audio 4000 RTP/AVP 97\r\na=rtpmap:97 PCMA/16000\r\n", NULL},
	{"no codec of ours",
	 "m=audio 4000 RTP/AVP 9 111\r\na=rtpmap:111 opus/48000/2\r\n", NULL},
	{"SRTP only", "m=audio 4000 RTP/SAVP 8\r\na=crypto:1 x y\r\n", NULL},
	{"a browser", "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\n", NULL},
	{"off", "m=audio 0 RTP/AVP 8\r\n", NULL},
	{"video only", "m=video 4000 RTP/AVP 8\r\n", NULL},
	{"held by sendonly", "m=audio 4000 RTP/AVP 8\r\na=sendonly\r\n",
	 "m=audio 17000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
	 "a=ptime:20\r\na=recvonly\r\n"},
	{"listens only", "m=audio 4000 RTP/AVP 8\r\na=recvonly\r\n",
	 "m=audio 17000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
	 "a=ptime:20\r\na=sendonly\r\n"},
	{"inactive", "m=audio 4000 RTP/AVP 8\r\na=inactive\r\n",
	 "m=audio 17000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
	 "a=ptime:20\r\na=inactive\r\n"},
	{"held as of old", "m=audio 4000 RTP/AVP 8\r\nc=IN IP4 0.0.0.0\r\n",
	 "m=audio 17000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
	 "a=ptime:20\r\na=inactive\r\n"},
	{"each line has its answer",
	 "m=video 4002 RTP/AVP 96 97\r\nm=audio 4000 RTP/SAVP 8\r\n"
	 "m=audio 4004 RTP/AVPF 0\r\nm=image 4006 udptl t38\r\n"
	 "m=audio 4008 RTP/AVP 8\r\n",
	 "m=video 0 RTP/AVP 96 97\r\nm=audio 0 RTP/SAVP 8\r\n"
	 "m=audio 17000 RTP/AVPF 0\r\na=rtpmap:0 PCMU/8000\r\n"
	 "a=ptime:20\r\na=sendrecv\r\nm=image 0 udptl t38\r\n"
	 "m=audio 0 RTP/AVP 8\r\n"},
	{"numbers that are none",
	 "m=audio 4000 RTP/AVP 999 x 8888 8\r\na=rtpmap:999 PCMA/8000\r\n"
	 "a=rtpmap:\r\na=rtpmap: 8\r\na=rtpmap:0\r\n",
	 "m=audio 17000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
	 "a=ptime:20\r\na=sendrecv\r\n"},
};


START_TEST(offers_are_answered)
{
	const struct speech_origin o = origin();
	char text[2048], want[2048];
	struct mbuf *mb = NULL;
	struct speech sp;
	struct sdp *sdp;
	int err;

	(void)re_snprintf(text, sizeof(text), "%s%s", HEAD, offerv[_i].offer);
	sdp = decoded_sdp(text);
	err = speech_choose(&sp, sdp);
	if (!offerv[_i].answer) {
		ck_assert_msg(err == ENOENT, "%s", offerv[_i].name);
		mem_deref(sdp);
		return;
	}

	ck_assert_msg(!err, "%s: %d", offerv[_i].name, err);
	ck_assert_int_eq(speech_answer(&mb, &sp, sdp, &o), 0);
	(void)re_snprintf(want, sizeof(want), "%s%s", OURS, offerv[_i].answer);
	ck_assert_msg(mb->end == strlen(want) &&
			      !memcmp(mb->buf, want, mb->end),
		      "%s: %.*s", offerv[_i].name, (int)mb->end, mb->buf);
	mem_deref(mb);
	mem_deref(sdp);
}
END_TEST


START_TEST(the_phone_s_addresses_are_read)
{
	struct sdp *sdp = decoded_sdp(HEAD "m=audio 4000 RTP/AVP 8\r\n"
					   "a=rtcp:4010\r\n");
	struct speech sp;

	ck_assert_int_eq(speech_choose(&sp, sdp), 0);
	ck_assert_uint_eq(sa_port(&sp.rtp), 4000);
	ck_assert_uint_eq(sa_port(&sp.rtcp), 4010);
	mem_deref(sdp);

	/* on hold there is none */
	sdp = decoded_sdp(HEAD
			  "m=audio 4000 RTP/AVP 8\r\nc=IN IP4 0.0.0.0\r\n");
	ck_assert_int_eq(speech_choose(&sp, sdp), 0);
	ck_assert_int_eq(sa_af(&sp.rtp), AF_UNSPEC);
	mem_deref(sdp);
}
END_TEST


START_TEST(an_offer_of_ours_can_be_answered)
{
	struct speech_origin o = origin();
	struct mbuf *mb = NULL;
	struct speech sp;
	struct sdp *sdp = NULL;
	struct pl pl;

	(void)sa_set_str(&o.rtp, "2001:db8::1", 17000);
	sa_set_port(&o.rtcp, 17007);
	ck_assert_int_eq(speech_offer(&mb, &o), 0);
	mb->pos = mb->end;
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);
	mb->end--;
	mb->pos = 0;
	pl_set_mbuf(&pl, mb);
	ck_assert_ptr_nonnull(
		strstr((const char *)mb->buf, "IN IP6 2001:db8::1\r\n"));
	ck_assert_int_eq(sdp_parse(&sdp, &pl), 0);
	ck_assert_int_eq(speech_choose(&sp, sdp), 0);
	ck_assert_int_eq(sp.voice.law, VOICE_PCMA);
	ck_assert_int_eq(sp.voice.event_pt, 101);
	ck_assert(sp.voice.speaks && sp.voice.hears);
	ck_assert_uint_eq(sa_port(&sp.rtcp), 17007);
	mem_deref(sdp);
	mem_deref(mb);
}
END_TEST


START_TEST(wrong_use_is_refused)
{
	const struct speech_origin o = origin();
	struct sdp *sdp = decoded_sdp(HEAD "m=audio 4000 RTP/AVP 8\r\n");
	struct mbuf *mb = NULL;
	struct speech sp;

	ck_assert_int_eq(speech_choose(NULL, sdp), EINVAL);
	ck_assert_int_eq(speech_choose(&sp, NULL), EINVAL);
	ck_assert_int_eq(speech_choose(&sp, sdp), 0);
	ck_assert_int_eq(speech_answer(&mb, &sp, NULL, &o), EINVAL);
	ck_assert_int_eq(speech_answer(NULL, &sp, sdp, &o), EINVAL);
	ck_assert_int_eq(speech_offer(&mb, NULL), EINVAL);
	ck_assert_ptr_null(mb);
	mem_deref(sdp);
}
END_TEST


Suite *suite_speech(void);
Suite *suite_speech(void)
{
	Suite *s = suite_create("speech");
	TCase *tc = tcase_create("core");

	test_table(tc, offers_are_answered, offerv);
	tcase_add_test(tc, the_phone_s_addresses_are_read);
	tcase_add_test(tc, an_offer_of_ours_can_be_answered);
	tcase_add_test(tc, wrong_use_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
