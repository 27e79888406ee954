/**
 * @file test/proxy/voice/test_report.c  What a call to the test number shows
 */
#include <errno.h>
#include <string.h>
#include "proxy/voice/test_report.h"
#include "test/mock/decoded.h"
#include "test/test.h"


static struct message *invite(void)
{
	struct message *m = decoded(
		"INVITE sip:test@example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK1\r\n"
		"Max-Forwards: 70\r\n"
		"From: \"Alice\" <sip:alice@example.net>;tag=1\r\n"
		"To: <sip:test@example.net>\r\nCall-ID: x\r\n"
		"CSeq: 1 INVITE\r\nUser-Agent: a\tphone\r\n"
		"Contact: <sip:alice@192.168.1.10>\r\n"
		"Content-Type: application/sdp\r\nContent-Length: 93\r\n\r\n"
		"v=0\r\no=- 1 1 IN IP4 192.168.1.10\r\ns=-\r\n"
		"c=IN IP4 192.168.1.10\r\nt=0 0\r\n"
		"m=audio 4000 RTP/AVP 8\r\n");

	(void)sa_set_str(&m->src, "198.51.100.7", 6000);

	return m;
}


static struct test_report report(void)
{
	struct message *m = invite();
	struct test_report r;
	struct sdp *sdp = NULL;

	ck_assert_int_eq(sdp_parse(&sdp, &m->body), 0);
	test_report_begin(&r, m, sdp);
	mem_deref(sdp);
	mem_deref(m);

	return r;
}


START_TEST(the_request_is_judged)
{
	const struct test_report r = report();

	ck_assert_str_eq(r.caller, "sip:alice@example.net");
	ck_assert_str_eq(r.callid, "x");
	ck_assert_str_eq(r.agent, "a?phone");
	ck_assert_str_eq(r.media, "relay: source 198.51.100.7 differs from "
				  "SDP 192.168.1.10");
	ck_assert_str_eq(r.contact, "relay: source 198.51.100.7 differs from "
				    "Contact 192.168.1.10");
}
END_TEST


START_TEST(it_is_told_in_words)
{
	struct test_report r = report();
	char text[TEST_TEXT_SIZE];

	r.length = 12;
	r.codec = "PCMA";
	r.voice.rtp.rx_packets = 390;
	r.voice.rtp.tx_packets = 400;
	r.voice.rtp.lost = 10;
	r.voice.rtp.quality.expected = 400;
	r.voice.rtp.quality.jitter_us = 4200;
	r.voice.rtp.quality.mos = 405;
	r.voice.level = 18;
	r.voice.told = true;
	r.voice.lost = 2;
	r.voice.jitter_us = 3000;
	r.voice.delay_us = 51000;
	strcpy(r.keys, "13");
	r.in_band = true;

	ck_assert_uint_eq(test_report_loss(&r), 250);
	ck_assert_int_eq(test_report_text(text, sizeof(text), &r), 0);
	ck_assert_str_eq(
		text,
		"Test call, 12 s, PCMA, from 198.51.100.7:6000 by .\n"
		"From your phone: 390 packets, 10 lost (2.50 %), jitter 4 ms, "
		"MOS 4.05, loudest -18 dBov\n"
		"To your phone: 400 packets, it lost 2, jitter 3 ms, there "
		"and back 51 ms\n"
		"NAT: media relay: source 198.51.100.7 differs from SDP "
		"192.168.1.10; Contact relay: source 198.51.100.7 differs "
		"from Contact 192.168.1.10.\n"
		"SIP ALG: no sign of one.\n"
		"Keys: 13 (as sound).\n");

	/* whom nobody has heard */
	memset(&r.voice, 0, sizeof(r.voice));
	r.codec = "";
	r.alg.unjudged = "it came by another proxy";
	ck_assert_int_eq(test_report_text(text, sizeof(text), &r), 0);
	ck_assert_ptr_nonnull(strstr(text, "no codec"));
	ck_assert_ptr_nonnull(strstr(text, "Nothing was heard from your "));
	ck_assert_ptr_nonnull(strstr(text, "it says nothing of them"));
	ck_assert_ptr_nonnull(strstr(text, "cannot be seen, it came by "));
	ck_assert_uint_eq(test_report_loss(&r), 0);
}
END_TEST


START_TEST(what_does_not_fit_is_cut)
{
	const struct test_report r = report();
	char text[40];

	ck_assert_int_eq(test_report_text(text, sizeof(text), &r), EOVERFLOW);
	ck_assert_uint_lt(strlen(text), sizeof(text));
	ck_assert_int_eq(test_report_text(NULL, 0, &r), EINVAL);
}
END_TEST


Suite *suite_test_report(void);
Suite *suite_test_report(void)
{
	Suite *s = suite_create("test_report");
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, the_request_is_judged);
	tcase_add_test(tc, it_is_told_in_words);
	tcase_add_test(tc, what_does_not_fit_is_cut);
	suite_add_tcase(s, tc);

	return s;
}
