/**
 * @file scenario/browser.c  Pages in browsers, and telephones (RFC 7118)
 *
 * A page has no address that anybody could dial: it calls itself
 * NAME.invalid, and is reached by its WebSocket or not at all.
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob, carol; /* alice is a page, bob a telephone */
static struct talk talk;

#define ALICE "k3j2h.invalid;transport=ws"
#define CAROL "x9w8v.invalid;transport=ws"

static const char rtp[] = "v=0\r\no=- 1 1 IN IP4 127.0.0.20\r\ns=-\r\n"
			  "c=IN IP4 127.0.0.20\r\nt=0 0\r\n"
			  "m=audio 4000 RTP/AVP 0\r\n";

/* as Chromium writes it */
static const char savpf[] =
	"v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\n"
	"t=0 0\r\na=group:BUNDLE 0\r\na=msid-semantic: WMS\r\n"
	"m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 126\r\nc=IN IP4 0.0.0.0\r\n"
	"a=rtcp:9 IN IP4 0.0.0.0\r\n"
	"a=candidate:1467250027 1 udp 2122260223 192.168.1.10 46154 typ host "
	"generation 0\r\n"
	"a=ice-ufrag:4ZcD\r\na=ice-pwd:2/1muCWoOi3uLifh0NuRHlyG\r\n"
	"a=fingerprint:sha-256 DE:AD:BE:EF:00:00:00:00:00:00:00:00:00:00:00:"
	"00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00\r\n"
	"a=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n"
	"a=rtpmap:111 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\n"
	"a=rtpmap:8 PCMA/8000\r\na=rtpmap:126 telephone-event/8000\r\n";


static void setup(void)
{
	rig_start_ws(&rig, "relay { ports = \"22000-22099\"\n"
			   "allow_local = yes }\n");
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	rig_account(&rig, "carol@example.net", "christmas");
	phone_open_ws(&alice, &rig, "127.0.0.10", "k3j2h.invalid");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open_ws(&carol, &rig, "127.0.0.10", "x9w8v.invalid");
	talk_begin(&talk, &alice, &bob, "call-1");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&carol);
	rig_stop(&rig);
}


/* the Route of a dialog, from the Record-Routes of the last message */
static void take_route(const struct phone *ph, bool caller)
{
	const char *line = ph->msg;
	char v[2][512] = {"", ""};
	int n = 0;

	while ((line = strstr(line, "\r\nRecord-Route: ")) && n < 2) {
		line += strlen("\r\nRecord-Route: ");
		(void)snprintf(v[n++], sizeof(v[0]), "%.*s",
			       (int)strcspn(line, "\r"), line);
	}
	ck_assert_int_eq(n, 2);
	ck_assert_ptr_nonnull(
		strstr(v[caller == (ph == &alice)], ";transport=ws;lr"));
	(void)snprintf(talk.route, sizeof(talk.route), "%s, %s", v[caller],
		       v[!caller]);
}


/* a MESSAGE of alice's or bob's, through the challenge */
static void send_message(struct phone *ph, const char *who, const char *pw,
			 const char *to, const char *length, const char *body)
{
	char uri[64];

	(void)snprintf(uri, sizeof(uri), "sip:%s@example.net", to);
	for (int i = 0; i < 2; i++) {
		++ph->branch;
		phone_send(ph,
			   "MESSAGE %s SIP/2.0\r\n"
			   "Via: SIP/2.0/%s %s:%u;branch=z9hG4bKm%u;rport\r\n"
			   "Max-Forwards: 70\r\n"
			   "From: <sip:%s@example.net>;tag=m\r\n"
			   "To: <%s>\r\n"
			   "Call-ID: %s-%s\r\nCSeq: %u MESSAGE\r\n"
			   "%sContent-Type: text/plain;charset=utf-8\r\n"
			   "%s\r\n%s",
			   uri, ph->ws ? "WS" : "UDP", ph->host, ph->port,
			   ph->branch, who, uri, who, to, ph->branch, ph->auth,
			   length, body);
		if (!i) {
			talk_expect(ph, "SIP/2.0 407 ");
			phone_answer_challenge(ph, who, pw, "MESSAGE", uri);
		}
	}
	ph->auth[0] = '\0';
}


static void reply(struct phone *ph, struct phone *to)
{
	talk_reply(ph, "200 OK", "", "");
	talk_expect(to, "SIP/2.0 200 ");
}


START_TEST(two_pages_exchange_messages)
{
	phone_register(&alice, "alice", "wonderland", ALICE);
	phone_register(&carol, "carol", "christmas", CAROL);

	/* RFC 7118 section 5: without Content-Length it ends with its frame */
	send_message(&alice, "alice", "wonderland", "carol", "",
		     "gr\xc3\xbc\xc3\x9f dich");
	talk_expect(&carol, "MESSAGE sip:carol@" CAROL " SIP/2.0\r\n");
	ck_assert_ptr_nonnull(
		strstr(carol.msg, "\r\n\r\ngr\xc3\xbc\xc3\x9f dich"));
	ck_assert_str_eq(phone_header(&carol, "Content-Length"), "11");
	ck_assert_ptr_eq(strstr(phone_header(&carol, "Via"), "SIP/2.0/WS 127"),
			 phone_header(&carol, "Via"));
	reply(&carol, &alice);

	/* octets that are no text leave in a binary frame */
	send_message(&carol, "carol", "christmas", "alice",
		     "Content-Length: 2\r\n", "\xc3\xbc and more");
	talk_expect(&alice, "MESSAGE sip:alice@" ALICE " SIP/2.0\r\n");
	ck_assert_ptr_nonnull(strstr(alice.msg, "\r\n\r\n\xc3\xbc"));
	ck_assert_ptr_null(strstr(alice.msg, "and more"));
	reply(&alice, &carol);
}
END_TEST


START_TEST(a_page_and_a_telephone_exchange_messages)
{
	phone_register(&alice, "alice", "wonderland", ALICE);
	phone_register(&bob, "bob", "builder99", "127.0.0.20:5060");
	send_message(&alice, "alice", "wonderland", "bob",
		     "Content-Length: 5\r\n", "hello");
	talk_expect(&bob, "MESSAGE sip:bob@127.0.0.20:5060 SIP/2.0\r\n");
	ck_assert_ptr_nonnull(strstr(bob.msg, "\r\nVia: SIP/2.0/UDP 127"));
	/* T3: a name in sent-by is answered where it came from */
	ck_assert_ptr_nonnull(strstr(bob.msg, "SIP/2.0/WS k3j2h.invalid:80"));
	ck_assert_ptr_nonnull(strstr(bob.msg, ";received=127.0.0.10"));
	reply(&bob, &alice);

	send_message(&bob, "bob", "builder99", "alice",
		     "Content-Length: 7\r\n", "hi page");
	talk_expect(&alice, "MESSAGE sip:alice@" ALICE " SIP/2.0\r\n");
	reply(&alice, &bob);
}
END_TEST


static void hang_up(struct phone *from, struct phone *to, unsigned cseq)
{
	talk_inside(&talk, from, "BYE", cseq, "", "");
	talk_expect(to, "BYE ");
	reply(to, from);
}


START_TEST(a_page_calls_a_telephone)
{
	phone_register(&bob, "bob", "builder99", "127.0.0.20:5060");
	talk_invite(&talk, "", savpf);
	talk_expect(&bob, "INVITE sip:bob@127.0.0.20:5060 SIP/2.0\r\n");
	ck_assert_ptr_nonnull(strstr(bob.msg, "UDP/TLS/RTP/SAVPF 111 0"));
	ck_assert_ptr_nonnull(strstr(bob.msg, "a=fingerprint:sha-256 DE:AD"));
	talk_reply(&bob, "180 Ringing", "", "");
	talk_expect(&alice, "SIP/2.0 180 ");
	talk_reply(&bob, "200 OK", "", savpf);
	talk_expect(&alice, "SIP/2.0 200 ");
	take_route(&alice, true);
	talk_inside(&talk, &alice, "ACK", talk.invite, "", "");
	talk_expect(&bob, "ACK ");
	hang_up(&alice, &bob, talk.invite + 1);
}
END_TEST


START_TEST(a_telephone_calls_a_page_and_the_page_hangs_up)
{
	phone_register(&alice, "alice", "wonderland", ALICE);
	talk_begin(&talk, &bob, &alice, "call-2");

	talk_send(&talk, &bob, "INVITE", "sip:alice@example.net",
		  "Subject: x\r\n", rtp);
	talk_expect(&bob, "SIP/2.0 407 ");
	phone_answer_challenge(&bob, "alice", "wonderland", "INVITE",
			       "sip:alice@example.net");
	talk_send(&talk, &bob, "INVITE", "sip:alice@example.net", "", rtp);
	talk_expect(&bob, "SIP/2.0 100 ");
	talk_expect(&alice, "INVITE sip:alice@" ALICE " SIP/2.0\r\n");
	take_route(&alice, false);
	talk_reply(&alice, "200 OK", "", savpf);
	talk_expect(&bob, "SIP/2.0 200 ");
	hang_up(&alice, &bob, 1);
}
END_TEST


/* what two browsers negotiate is theirs: without ICE they would refuse it */
START_TEST(two_pages_negotiate_untouched)
{
	const size_t len = strlen(savpf);

	phone_register(&alice, "alice", "wonderland", ALICE);
	phone_register(&carol, "carol", "christmas", CAROL);
	talk_begin(&talk, &carol, &alice, "call-3");
	for (int i = 0; i < 2; i++) {
		talk_send(&talk, &carol, "INVITE", "sip:alice@example.net", "",
			  savpf);
		if (!i) {
			talk_expect(&carol, "SIP/2.0 407 ");
			phone_answer_challenge(&carol, "alice", "wonderland",
					       "INVITE",
					       "sip:alice@example.net");
		}
	}
	talk_expect(&carol, "SIP/2.0 100 ");
	talk_expect(&alice, "INVITE sip:alice@" ALICE " SIP/2.0\r\n");
	ck_assert_str_eq(alice.msg + strlen(alice.msg) - len, savpf);
	talk_reply(&alice, "200 OK", "", savpf);
	talk_expect(&carol, "SIP/2.0 200 ");
	ck_assert_str_eq(carol.msg + strlen(carol.msg) - len, savpf);
}
END_TEST


START_TEST(a_page_that_went_away_is_not_dialled)
{
	phone_register(&alice, "alice", "wonderland", ALICE);
	phone_register(&bob, "bob", "builder99", "127.0.0.20:5060");
	phone_close(&alice);
	rig_settle(&rig, "tcp_connections", 1, 1000);
	send_message(&bob, "bob", "builder99", "alice",
		     "Content-Length: 2\r\n", "hi");
	(void)phone_recv(&bob);
	ck_assert_uint_ge(phone_status(&bob), 400);
	ck_assert_uint_eq(rig_counter(&rig, "tcp_connections_opened_total"),
			  0);
	phone_open_ws(&alice, &rig, "127.0.0.10", "k3j2h.invalid");
}
END_TEST


/* a Contact of a telephone may say ws: it is reached where it is, by UDP */
START_TEST(a_foreign_websocket_is_not_dialled)
{
	phone_register(&bob, "bob", "builder99",
		       "203.0.113.77:5062;transport=ws");
	phone_register(&alice, "alice", "wonderland", ALICE);
	send_message(&alice, "alice", "wonderland", "bob",
		     "Content-Length: 2\r\n", "hi");
	talk_expect(&bob, "MESSAGE sip:bob@203.0.113.77:5062;transport=ws ");
	reply(&bob, &alice);
	ck_assert_uint_eq(rig_counter(&rig, "tcp_connections_opened_total"),
			  0);
}
END_TEST


START_TEST(a_bad_message_is_answered_and_costs_only_itself)
{
	phone_send(&alice,
		   "OPTIONS sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/WS k3j2h.invalid;branch=z9hG4bKbad\r\n"
		   "From: <sip:alice@example.net>;tag=b\r\n"
		   "To: <sip:example.net>\r\nCall-ID: bad\r\n"
		   "CSeq: 1 OPTIONS\r\nContent-Length: 10\r\n\r\nshort");
	talk_expect(&alice, "SIP/2.0 400 ");
	phone_send(&alice, "junk that is no SIP");
	phone_register(&alice, "alice", "wonderland", ALICE);
}
END_TEST


/* RFC 7118 section 6 */
START_TEST(a_page_may_ping_with_line_ends)
{
	phone_send(&alice, "\r\n\r\n");
	talk_expect(&alice, "\r\n");
	phone_register(&alice, "alice", "wonderland", ALICE);
}
END_TEST


Suite *suite_browser(void);

Suite *suite_browser(void)
{
	Suite *s = suite_create("browser");
	TCase *tc = tcase_create("browser");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, two_pages_exchange_messages);
	tcase_add_test(tc, a_page_and_a_telephone_exchange_messages);
	tcase_add_test(tc, a_page_calls_a_telephone);
	tcase_add_test(tc, a_telephone_calls_a_page_and_the_page_hangs_up);
	tcase_add_test(tc, two_pages_negotiate_untouched);
	tcase_add_test(tc, a_page_that_went_away_is_not_dialled);
	tcase_add_test(tc, a_foreign_websocket_is_not_dialled);
	tcase_add_test(tc, a_bad_message_is_answered_and_costs_only_itself);
	tcase_add_test(tc, a_page_may_ping_with_line_ends);
	suite_add_tcase(s, tc);

	return s;
}
