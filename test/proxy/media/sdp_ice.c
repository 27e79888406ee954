/**
 * @file test/proxy/media/sdp_ice.c  ICE in an SDP, read and written
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/sdp_ice.h"
#include "relay/relay.h"
#include "test/mock/decoded.h"
#include "test/test.h"

#define HEAD  "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\n"
#define AUDIO "m=audio 4000 RTP/AVP 0\r\n"
#define VIDEO "m=video 4002 RTP/AVP 31\r\n"
#define LOGIN "a=ice-ufrag:them\r\na=ice-pwd:their+password/of22chars\r\n"
#define OTHER "a=ice-ufrag:they\r\na=ice-pwd:another+password/22chars\r\n"
#define OUR_LOGIN                  \
	"a=ice-ufrag:OURSOURS\r\n" \
	"a=ice-pwd:ours+and+nobody+elses+1\r\n"

static const struct {
	const char *what, *text;
	size_t n;
	bool offered;
	const char *ufrag; /* NULL: no login in the terms */
} readv[] = {
	{"of the section", HEAD AUDIO LOGIN, 0, true, "them"},
	{"of the session", HEAD LOGIN AUDIO, 0, true, "them"},
	{"the section goes first", HEAD LOGIN AUDIO OTHER, 0, true, "they"},
	{"half of each", HEAD LOGIN AUDIO "a=ice-ufrag:half\r\n", 0, true,
	 "half"},
	{"of the second section", HEAD AUDIO LOGIN VIDEO OTHER, 1, true,
	 "they"},
	{"of the other section alone", HEAD AUDIO VIDEO OTHER, 0, false, NULL},
	{"there is no such section", HEAD AUDIO LOGIN, 1, false, NULL},
	{"in any case", HEAD AUDIO "a=ICE-UFRAG:them\r\na=Ice-Pwd:x\r\n", 0,
	 true, "them"},
	{"the first of two", HEAD AUDIO LOGIN OTHER, 0, true, "them"},
	{"a lite agent offers, and has no login for us",
	 HEAD "a=ice-lite\r\n" AUDIO LOGIN, 0, true, NULL},
	{"lite in the section", HEAD AUDIO "a=ice-lite\r\n" LOGIN, 0, true,
	 NULL},
	{"candidates alone",
	 HEAD AUDIO "a=candidate:1 1 UDP 1 10.0.0.1 4000 typ host\r\n", 0,
	 false, NULL},
	{"no password", HEAD AUDIO "a=ice-ufrag:them\r\n", 0, false, NULL},
	{"an empty one", HEAD AUDIO "a=ice-ufrag:them\r\na=ice-pwd:\r\n", 0,
	 false, NULL},
	{"without a value", HEAD AUDIO "a=ice-ufrag\r\na=ice-pwd:x\r\n", 0,
	 false, NULL},
	{"other characters", HEAD AUDIO "a=ice-ufrag:a:b\r\na=ice-pwd:x-y\r\n",
	 0, true, "a:b"},
	{"blanks", HEAD AUDIO "a=ice-ufrag:a b\r\na=ice-pwd:x\r\n", 0, false,
	 NULL},
	{"octets that are none",
	 HEAD AUDIO "a=ice-ufrag:a\xc3\xa4\r\na=ice-pwd:x\r\n", 0, false,
	 NULL},
	{"an answer that mistrusts the path",
	 HEAD AUDIO "a=ice-mismatch\r\n" LOGIN, 0, false, NULL},
};


START_TEST(a_login_is_read)
{
	struct sdp *sdp = decoded_sdp(readv[_i].text);
	struct relay_terms *t;

	ck_assert_int_eq(relay_terms_alloc(&t), 0);
	ck_assert_msg(sdp_ice_offered(sdp, readv[_i].n) == readv[_i].offered,
		      "%s", readv[_i].what);
	ck_assert_int_eq(sdp_ice_terms(t, sdp, readv[_i].n), 0);
	ck_assert_msg(!t->ice == !readv[_i].ufrag, "%s", readv[_i].what);
	if (t->ice) {
		ck_assert_str_eq(t->ice->ufrag, readv[_i].ufrag);
		ck_assert_uint_gt(strlen(t->ice->pwd), 0);
	}
	mem_deref(t);
	mem_deref(sdp);
}
END_TEST


START_TEST(a_login_has_256_characters_at_most)
{
	static char text[1024];
	struct relay_terms *t;
	struct sdp *sdp;

	for (int len = 256; len <= 257; len++) {
		char ufrag[300];

		memset(ufrag, 'u', sizeof(ufrag));
		ufrag[len] = '\0';
		(void)re_snprintf(text, sizeof(text),
				  HEAD AUDIO
				  "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n",
				  ufrag, ufrag);
		sdp = decoded_sdp(text);
		ck_assert_int_eq(relay_terms_alloc(&t), 0);
		ck_assert_int_eq(sdp_ice_terms(t, sdp, 0), 0);
		ck_assert_int_eq(t->ice != NULL, len == 256);
		if (t->ice)
			ck_assert_str_eq(t->ice->ufrag, ufrag);
		mem_deref(t);
		mem_deref(sdp);
	}
}
END_TEST


/* the streams that are given, and those that have our login */
static const struct {
	const char *what, *text;
	bool givenv[2], icev[2], rtcp;
	const char *addr;
	const char *want;
} writev[] = {
	{"instead of theirs",
	 HEAD "a=ice-options:trickle ice2\r\n" AUDIO LOGIN
	      "a=candidate:1 1 UDP 1 10.0.0.1 4000 typ host\r\n"
	      "a=rtpmap:0 PCMU/8000\r\n",
	 {true, false},
	 {true, false},
	 true,
	 "203.0.113.1",
	 "v=0\r\no=- 1 1 IN IP4 203.0.113.1\r\ns=-\r\n"
	 "c=IN IP4 203.0.113.1\r\n"
	 "a=ice-lite\r\na=ice-options:ice2\r\n"
	 "m=audio 16384 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n" OUR_LOGIN
	 "a=candidate:1 1 UDP 2130706431 203.0.113.1 16384 typ host\r\n"
	 "a=candidate:1 2 UDP 2130706430 203.0.113.1 16385 typ host\r\n"
	 "a=end-of-candidates\r\n"},
	{"without a candidate for RTCP",
	 HEAD AUDIO LOGIN "a=rtcp-mux\r\n",
	 {true, false},
	 {true, false},
	 false,
	 "2001:db8::1",
	 "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\n"
	 "c=IN IP6 2001:db8::1\r\n"
	 "a=ice-lite\r\na=ice-options:ice2\r\n"
	 "m=audio 16384 RTP/AVP 0\r\na=rtcp-mux\r\n" OUR_LOGIN
	 "a=candidate:1 1 UDP 2130706431 2001:db8::1 16384 typ host\r\n"
	 "a=end-of-candidates\r\n"},
	{"where they had none",
	 HEAD AUDIO,
	 {true, false},
	 {true, false},
	 false,
	 "203.0.113.1",
	 "v=0\r\no=- 1 1 IN IP4 203.0.113.1\r\ns=-\r\n"
	 "c=IN IP4 203.0.113.1\r\n"
	 "a=ice-lite\r\na=ice-options:ice2\r\n"
	 "m=audio 16384 RTP/AVP 0\r\n" OUR_LOGIN
	 "a=candidate:1 1 UDP 2130706431 203.0.113.1 16384 typ host\r\n"
	 "a=end-of-candidates\r\n"},
	{"in one of two",
	 HEAD AUDIO LOGIN VIDEO LOGIN,
	 {true, true},
	 {true, false},
	 false,
	 "203.0.113.1",
	 "v=0\r\no=- 1 1 IN IP4 203.0.113.1\r\ns=-\r\n"
	 "c=IN IP4 203.0.113.1\r\n"
	 "a=ice-lite\r\na=ice-options:ice2\r\n"
	 "m=audio 16384 RTP/AVP 0\r\n" OUR_LOGIN
	 "a=candidate:1 1 UDP 2130706431 203.0.113.1 16384 typ host\r\n"
	 "a=end-of-candidates\r\nm=video 16386 RTP/AVP 31\r\n"},
	{"nothing of it stays in one that is off",
	 HEAD AUDIO LOGIN "m=video 0 RTP/AVP 31\r\n" LOGIN,
	 {true, false},
	 {true, true},
	 false,
	 "203.0.113.1",
	 "v=0\r\no=- 1 1 IN IP4 203.0.113.1\r\ns=-\r\n"
	 "c=IN IP4 203.0.113.1\r\n"
	 "a=ice-lite\r\na=ice-options:ice2\r\n"
	 "m=audio 16384 RTP/AVP 0\r\n" OUR_LOGIN
	 "a=candidate:1 1 UDP 2130706431 203.0.113.1 16384 typ host\r\n"
	 "a=end-of-candidates\r\nm=video 0 RTP/AVP 31\r\n"},
	{"nor in one that is left alone",
	 HEAD LOGIN AUDIO
	 "m=application 4004 UDP/DTLS/SCTP webrtc-datachannel\r\n" LOGIN,
	 {true, false},
	 {false, false},
	 false,
	 "203.0.113.1",
	 HEAD "m=audio 16384 RTP/AVP 0\r\nc=IN IP4 203.0.113.1\r\n"
	      "m=application 4004 UDP/DTLS/SCTP webrtc-datachannel\r\n"},
	{"removed",
	 HEAD "a=ice-lite\r\n" AUDIO LOGIN,
	 {true, false},
	 {false, false},
	 false,
	 "203.0.113.1",
	 "v=0\r\no=- 1 1 IN IP4 203.0.113.1\r\ns=-\r\n"
	 "c=IN IP4 203.0.113.1\r\nm=audio 16384 RTP/AVP 0\r\n"},
	{"left alone where nothing is relayed",
	 HEAD AUDIO LOGIN,
	 {false, false},
	 {true, false},
	 false,
	 "203.0.113.1",
	 HEAD AUDIO LOGIN},
};


START_TEST(ours_is_written)
{
	static const struct relay_login ours = {
		.ufrag = "OURSOURS", .pwd = "ours+and+nobody+elses+1"};
	struct sdp *sdp = decoded_sdp(writev[_i].text);
	struct mbuf *mb = NULL;
	struct sdp_edit e;

	memset(&e, 0, sizeof(e));
	for (size_t i = 0; i < 2; i++) {
		if (writev[_i].givenv[i])
			(void)sa_set_str(&e.streamv[i].rtp, writev[_i].addr,
					 (uint16_t)(16384 + 2 * i));
		if (writev[_i].icev[i])
			e.streamv[i].ice = &ours;
		e.streamv[i].ice_rtcp = writev[_i].rtcp;
	}

	ck_assert_int_eq(sdp_rewrite(&mb, sdp, &e), 0);
	ck_assert_msg(mb->end == strlen(writev[_i].want) &&
			      !memcmp(mb->buf, writev[_i].want, mb->end),
		      "%s:\n%.*s", writev[_i].what, (int)mb->end, mb->buf);
	mem_deref(mb);
	mem_deref(sdp);
}
END_TEST


START_TEST(there_is_no_login_where_memory_is_short)
{
	struct sdp *sdp = decoded_sdp(HEAD AUDIO LOGIN);
	struct relay_terms *t;

	ck_assert_int_eq(relay_terms_alloc(&t), 0);
	oom_after(0);
	ck_assert_int_eq(sdp_ice_terms(t, sdp, 0), ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(sdp_ice_terms(NULL, sdp, 0), EINVAL);
	ck_assert_int_eq(sdp_ice_terms(t, NULL, 0), EINVAL);
	ck_assert(!sdp_ice_offered(NULL, 0));
	mem_deref(t);
	mem_deref(sdp);
}
END_TEST


Suite *suite_sdp_ice(void);
Suite *suite_sdp_ice(void)
{
	Suite *s = suite_create("sdp_ice");
	TCase *tc = tcase_create("ice");

	test_table(tc, a_login_is_read, readv);
	tcase_add_test(tc, a_login_has_256_characters_at_most);
	test_table(tc, ours_is_written, writev);
	tcase_add_test(tc, there_is_no_login_where_memory_is_short);
	suite_add_tcase(s, tc);

	return s;
}
