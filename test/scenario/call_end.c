/**
 * @file scenario/call_end.c  Calls that we end ourselves: both ends are told
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/core/dialog_end.h"
#include "proxy/media/call_report.h"
#include "proxy/server_state.h"
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob, one, pbx;
static struct talk talk;

static const char conf_text[] =
	"relay { ports = \"23400-23499\" allow_local = yes quarantine = 0 }\n"
	"limit { requests = 0 strangers = 0 failures = 0 }\n"
	"peer one { uri = \"sip:127.0.0.50:%u\" address = \"127.0.0.50\"\n"
	"  user = us password = \"s3cret\" }\n"
	"peer pbx { address = \"127.0.0.40\" }\n"
	"route world { match = { \"00*\" } peers = { one } }\n";


static void setup(uint32_t t1)
{
	char conf[1024];

	phone_open(&one, &rig, "127.0.0.50");
	(void)snprintf(conf, sizeof(conf), conf_text, one.port);
	if (t1)
		rig_start_fast(&rig, conf, t1);
	else
		rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&pbx, &rig, "127.0.0.40");
}


static void phones(bool tcp)
{
	void (*const openh)(struct phone *, const struct rig *,
			    const char *) = tcp ? phone_open_tcp : phone_open;

	openh(&alice, &rig, "127.0.0.10");
	openh(&bob, &rig, "127.0.0.20");
	talk_begin(&talk, &alice, &bob, "end-1");
}


static void setup_udp(void)
{
	setup(0);
	phones(false);
}


static void setup_tcp(void)
{
	setup(0);
	phones(true);
}


/* 64*T1 passes in a test */
static void setup_fast(void)
{
	setup(20);
	phones(false);
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&one);
	phone_close(&pbx);
	rig_stop(&rig);
}


static bool find_handler(struct call *call, void *arg)
{
	struct call **cp = arg;

	*cp = call;

	return true;
}


static unsigned end(const char *why)
{
	struct call *call = NULL;

	calls_apply(rig.srv->calls, find_handler, &call);
	ck_assert_ptr_nonnull(call);

	return dialog_end(rig.srv->proxy, call, why);
}


static unsigned cseq_of(const struct phone *ph)
{
	return (unsigned)strtoul(phone_header(ph, "CSeq"), NULL, 10);
}


static unsigned lines_of(const struct phone *ph, const char *name)
{
	const char *p = ph->msg;
	unsigned n = 0;

	while ((p = strstr(p, name)) != NULL) {
		++n;
		p += strlen(name);
	}

	return n;
}


/* one Via: ours; nothing that leads anywhere else */
static void expect_plain(const struct phone *ph)
{
	ck_assert_uint_eq(lines_of(ph, "\r\nVia:"), 1);
	ck_assert_str_eq(phone_header(ph, "Route"), "");
	ck_assert_str_eq(phone_header(ph, "Record-Route"), "");
}


/* in the other one's name */
static void expect_bye(struct phone *ph, const char *from, const char *to,
		       unsigned above)
{
	const bool a = ph == &alice;

	talk_expect(ph, a ? "BYE sip:alice@192.168.1.10:5060 SIP/2.0"
			  : "BYE sip:bob@192.168.1.10:5060 SIP/2.0");
	ck_assert_str_eq(phone_header(ph, "From"), from);
	ck_assert_str_eq(phone_header(ph, "To"), to);
	ck_assert_uint_gt(cseq_of(ph), above);
	expect_plain(ph);
	talk_reply(ph, "200 OK", "", "");
}


static void expect_byes(unsigned alices, unsigned bobs)
{
	expect_bye(&alice, "<sip:bob@example.net>;tag=b",
		   "<sip:alice@example.net>;tag=a", bobs);
	expect_bye(&bob, "<sip:alice@example.net>;tag=a",
		   "<sip:bob@example.net>;tag=b", alices);
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static unsigned count_own(void)
{
	unsigned n = 0;

	for (const struct le *le = rig.srv->proxy->forwardl.head; le;
	     le = le->next) {
		const struct forwarding *fw = le->data;

		n += fw->own;
	}

	return n;
}


/* nothing of ours waits for an answer any more */
static void expect_idle(void)
{
	const uint64_t until = tmr_jiffies() + RIG_WAIT_MS;
	struct tmr tmr;

	tmr_init(&tmr);
	while (count_own() && tmr_jiffies() < until) {
		tmr_start(&tmr, 10, stop_handler, NULL);
		(void)re_main(NULL);
		tmr_cancel(&tmr);
	}
	ck_assert_uint_eq(count_own(), 0);
}


static void expect_over(void)
{
	ck_assert_uint_eq(calls_count(rig.srv->calls), 0);
	rig_settle(&rig, "relay_sessions", 0, RIG_WAIT_MS);
}


START_TEST(each_end_gets_a_bye_of_the_other_one)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	ck_assert_uint_eq(end("media-timeout"), 2);
	expect_byes(talk.invite, 0);
	ck_assert_str_eq(phone_header(&bob, "Reason"),
			 "SIP;cause=408;text=\"No Media\", Q.850;cause=102");
	expect_over();
	ck_assert(phone_quiet(&alice));
	ck_assert(phone_quiet(&bob));
	expect_idle();
}
END_TEST


static const struct {
	const char *why, *reason;
} reasonv[] = {
	{"media-timeout", "SIP;cause=408;text=\"No Media\""},
	{"one-side-timeout", "text=\"No Media From One Side\""},
	{"hold-timeout", "text=\"Held Too Long\""},
	{"session-timer", "text=\"Session Timer Expired\""},
	{"too-long", "text=\"Call Lasts Too Long\""},
	{"hangup", "Q.850;cause=16;text=\"Ended By The Operator\""},
};


/* direct calls as well: theirs is a session timer and a length */
START_TEST(rfc3326_a_bye_says_why)
{
	talk_establish(&talk, "127.0.0.10", "127.0.0.20");
	ck_assert_uint_eq(end(reasonv[_i].why), 2);
	expect_byes(talk.invite, 0);
	ck_assert_ptr_nonnull(
		strstr(phone_header(&bob, "Reason"), reasonv[_i].reason));
	expect_over();
}
END_TEST


START_TEST(its_number_is_higher_than_any_before)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	talk_inside(&talk, &alice, "INFO", 700, "", "");
	talk_expect(&bob, "INFO ");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");

	/* a refused one has its number as well */
	talk_inside(&talk, &bob, "UPDATE", 900, "", "");
	talk_expect(&alice, "UPDATE ");
	talk_reply(&alice, "500 No", "", "");
	talk_expect(&bob, "SIP/2.0 500 ");

	ck_assert_uint_eq(end("too-long"), 2);
	expect_byes(700, 900);
}
END_TEST


/* each flow by its phone's side alone: what alice wrote of herself is no
 * address that anything is sent to */
START_TEST(a_phone_that_has_moved_is_told_where_it_is)
{
	struct phone moved;

	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	phone_open(&moved, &rig, "127.0.0.20");
	phone_register(&moved, "bob", "builder99", "192.168.1.10:5060");
	ck_assert_uint_eq(end("media-timeout"), 2);
	expect_bye(&alice, "<sip:bob@example.net>;tag=b",
		   "<sip:alice@example.net>;tag=a", 0);
	talk_expect(&moved, "BYE sip:bob@192.168.1.10:5060 ");
	talk_reply(&moved, "200 OK", "", "");
	ck_assert(phone_quiet(&bob));
	phone_close(&moved);
}
END_TEST


START_TEST(one_that_is_silent_hears_it_again)
{
	unsigned cseq;

	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	ck_assert_uint_eq(end("media-timeout"), 2);
	talk_expect(&bob, "BYE ");
	cseq = cseq_of(&bob);
	talk_expect(&bob, "BYE ");
	ck_assert_uint_eq(cseq_of(&bob), cseq);
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "BYE ");
	expect_over();
}
END_TEST


#define STRANGE                                               \
	"407 Who\r\nProxy-Authenticate: Digest realm=\"x\", " \
	"nonce=\"n\""
static const char *const refusalv[] = {"481 Gone", "500 No", "603 No",
				       STRANGE};


START_TEST(whatever_they_answer_it_is_over)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	ck_assert_uint_eq(end("media-timeout"), 2);
	talk_expect(&alice, "BYE ");
	talk_reply(&alice, refusalv[_i], "", "");
	talk_expect(&bob, "BYE ");
	talk_reply(&bob, refusalv[_i], "", "");
	expect_over();
	expect_idle();
}
END_TEST


START_TEST(who_has_gone_is_not_told_for_ever)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	ck_assert_uint_eq(end("media-timeout"), 2);
	expect_over();
	expect_idle();
}
END_TEST


START_TEST(a_bye_that_crosses_is_passed_as_ever)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	ck_assert_uint_eq(end("media-timeout"), 2);
	talk_inside(&talk, &alice, "BYE", 800, "", "");
	expect_byes(talk.invite, 0);
	talk_expect(&bob, "BYE ");
	ck_assert_uint_eq(cseq_of(&bob), 800);
	talk_reply(&bob, "481 Gone", "", "");
	talk_expect(&alice, "SIP/2.0 481 ");
	expect_over();
}
END_TEST


START_TEST(a_call_that_rings_is_taken_back)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "180 Ringing", "", "");
	talk_expect(&alice, "SIP/2.0 180 ");
	ck_assert_uint_eq(end("hangup"), 0);
	talk_expect(&alice, "SIP/2.0 480 ");
	talk_expect(&bob, "CANCEL ");
	ck_assert_ptr_nonnull(
		strstr(phone_header(&bob, "Reason"), "Q.850;cause=16"));
	expect_over();
}
END_TEST


#define CHALLENGE(n)                                         \
	"Proxy-Authenticate: Digest realm=\"carrier.net\", " \
	"nonce=\"" n "\", qop=\"auth\"\r\n"


/* all lines of that name, as they came */
static void collect(char *buf, size_t size, const struct phone *ph,
		    const char *name)
{
	const char *line = ph->msg, *next;
	size_t pos = 0;

	buf[0] = '\0';
	while ((line = strstr(line, "\r\n")) && strncmp(line, "\r\n\r\n", 4)) {
		line += 2;
		next = strstr(line, "\r\n");
		if (!strncmp(line, name, strlen(name)))
			pos += (size_t)snprintf(buf + pos, size - pos,
						"%.*s\r\n", (int)(next - line),
						line);
		ck_assert_uint_lt(pos, size);
	}
}


/* as one who is where he says: Contact and, with rr, Record-Route are real */
static void reply_real(struct phone *ph, const char *status, const char *rr,
		       const char *extra)
{
	char via[1024], ours[1024], from[256], to[256], rest[256];
	char cseq[128];

	collect(via, sizeof(via), ph, "Via:");
	collect(ours, sizeof(ours), ph, "Record-Route:");
	collect(from, sizeof(from), ph, "From:");
	collect(to, sizeof(to), ph, "To:");
	collect(rest, sizeof(rest), ph, "Call-ID:");
	collect(cseq, sizeof(cseq), ph, "CSeq:");
	if (!strstr(to, ";tag="))
		memcpy(to + strlen(to) - 2, ";tag=b\r\n", 9);
	phone_send(ph,
		   "SIP/2.0 %s\r\n%s%s%s%s%s%s%s"
		   "Contact: <sip:trunk@%s:%u>\r\n%s"
		   "Content-Length: 0\r\n\r\n",
		   status, via, rr, ours, from, to, rest, cseq, ph->host,
		   ph->port, extra);
}


static void invite_trunk(void)
{
	const char *uri = "sip:0049301@example.net";

	talk_send(&talk, &alice, "INVITE", uri, "", "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", "INVITE", uri);
	talk_send(&talk, &alice, "INVITE", uri, "", "");
	alice.auth[0] = '\0';
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&one, "INVITE ");
}


/* with the numbers that it counts on, by its route set, with our login; and
 * the phone's end does not wait for that */
START_TEST(rfc3261_22_a_trunk_that_challenges_the_bye_is_answered)
{
	char rr[256], want[128];
	unsigned cseq;

	(void)snprintf(rr, sizeof(rr),
		       "Record-Route: <sip:%s:%u;lr;x=far>, "
		       "<sip:%s:%u;lr;x=near>\r\n",
		       one.host, one.port, one.host, one.port);
	invite_trunk();
	reply_real(&one, "407 Who", "", CHALLENGE("n1"));
	talk_expect(&one, "ACK ");
	talk_expect(&one, "INVITE ");
	cseq = cseq_of(&one);
	ck_assert_uint_eq(cseq, talk.invite + 1);
	reply_real(&one, "200 OK", rr, "");
	talk_expect(&alice, "SIP/2.0 200 ");

	ck_assert_uint_eq(end("too-long"), 2);
	talk_expect(&alice, "BYE sip:alice@192.168.1.10:5060 ");
	talk_reply(&alice, "200 OK", "", "");

	(void)snprintf(want, sizeof(want), "BYE sip:trunk@%s:%u SIP/2.0",
		       one.host, one.port);
	talk_expect(&one, want);
	ck_assert_uint_eq(cseq_of(&one), cseq + 1);
	(void)snprintf(want, sizeof(want), "<sip:%s:%u;lr;x=near>", one.host,
		       one.port);
	ck_assert_str_eq(phone_header(&one, "Route"), want);
	ck_assert_uint_eq(lines_of(&one, ";lr;x=far>"), 1);

	reply_real(&one, "407 Stale", "",
		   "Proxy-Authenticate: Digest realm=\"carrier.net\", "
		   "nonce=\"n2\", stale=true, qop=\"auth\"\r\n");
	talk_expect(&one, "BYE ");
	ck_assert_uint_eq(cseq_of(&one), cseq + 2);
	ck_assert_ptr_nonnull(strstr(phone_header(&one, "Proxy-Authorization"),
				     "nonce=\"n2\""));
	reply_real(&one, "200 OK", "", "");
	expect_over();
	ck_assert(phone_quiet(&one));
	expect_idle();
}
END_TEST


/* a peer calls in through proxies of its own */
START_TEST(a_peer_is_told_by_its_route_set)
{
	char want[128];

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	phone_send(&pbx,
		   "INVITE sip:bob@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKp1\r\n"
		   "Record-Route: <sip:%s:%u;lr;x=near>\r\n"
		   "Record-Route: <sip:192.0.2.7;lr;x=far>\r\n"
		   "From: <sip:carol@example.com>;tag=a\r\n"
		   "To: <sip:bob@example.net>\r\nCall-ID: end-2\r\n"
		   "CSeq: 5 INVITE\r\nContact: <sip:carol@192.0.2.9>\r\n"
		   "Content-Length: 0\r\n\r\n",
		   pbx.host, pbx.port, pbx.host, pbx.port);
	talk_expect(&pbx, "SIP/2.0 100 ");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&pbx, "SIP/2.0 200 ");
	ck_assert_uint_eq(end("hangup"), 2);

	talk_expect(&bob, "BYE ");
	ck_assert_uint_eq(cseq_of(&bob), 6);
	ck_assert_str_eq(phone_header(&bob, "From"),
			 "<sip:carol@example.com>;tag=a");
	ck_assert_str_eq(phone_header(&bob, "Route"), "");
	talk_reply(&bob, "200 OK", "", "");

	talk_expect(&pbx, "BYE sip:carol@192.0.2.9 SIP/2.0");
	(void)snprintf(want, sizeof(want), "<sip:%s:%u;lr;x=near>", pbx.host,
		       pbx.port);
	ck_assert_str_eq(phone_header(&pbx, "Route"), want);
	ck_assert_uint_eq(lines_of(&pbx, "Route: <sip:192.0.2.7;lr;x=far>"),
			  1);
	ck_assert_uint_ge(cseq_of(&pbx), 1);
	talk_reply(&pbx, "200 OK", "", "");
	expect_over();
}
END_TEST


/* somebody behind the trunk forks: two callees, one branch */
START_TEST(each_to_tag_has_a_dialog_of_its_own)
{
	char again[RIG_TEXT_MAX];

	invite_trunk();
	(void)snprintf(again, sizeof(again), "%s", one.msg);
	reply_real(&one, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&alice, "Record-Route"));

	/* the other one's */
	memcpy(one.msg, again, sizeof(again));
	strcpy(strstr(one.msg, "\r\nTo: ") + 2, "To: <sip:b>;tag=c\r\n");
	strcat(one.msg, strstr(again, "Call-ID: "));
	reply_real(&one, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");

	/* the first one hangs up: the call goes on */
	phone_send(&one,
		   "BYE sip:alice@192.168.1.10:5060 SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKfar1\r\n"
		   "Route: %s\r\nFrom: <sip:bob@example.net>;tag=b\r\n"
		   "To: <sip:alice@example.net>;tag=a\r\n"
		   "Call-ID: end-1\r\nCSeq: 7 BYE\r\n\r\n",
		   one.host, one.port, talk.route);
	talk_expect(&alice, "BYE ");
	talk_reply(&alice, "200 OK", "", "");
	talk_expect(&one, "SIP/2.0 200 ");
	ck_assert_uint_eq(calls_count(rig.srv->calls), 1);

	ck_assert_uint_eq(end("hangup"), 2);
	talk_expect(&one, "BYE ");
	ck_assert_ptr_nonnull(strstr(phone_header(&one, "To"), ";tag=c"));
	talk_expect(&alice, "BYE ");
	ck_assert_ptr_nonnull(strstr(phone_header(&alice, "From"), ";tag=c"));
	ck_assert_uint_gt(cseq_of(&alice), 7);
}
END_TEST


static void expect_shown(const char *from, const char *to)
{
	struct call_report *r = NULL;
	struct call *call = NULL;

	calls_apply(rig.srv->calls, find_handler, &call);
	ck_assert_int_eq(call_report(&r, call, NULL), 0);
	ck_assert_str_eq(r->origin->from, from);
	ck_assert_str_eq(r->origin->to, to);
	mem_deref(r);
}


/* after a restart the first request that passes tells of both ends */
START_TEST(a_call_that_was_taken_up_again_can_be_ended)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	rig_restart(&rig);
	talk_inside(&talk, &alice, "INVITE", 50, "",
		    talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 200 ");
	talk_inside(&talk, &alice, "ACK", 50, "", "");
	talk_expect(&bob, "ACK ");
	expect_shown("sip:alice@example.net", "sip:bob@example.net");
	ck_assert_uint_eq(end("media-timeout"), 2);
	expect_byes(50, 0);
	expect_over();
	ck_assert_uint_eq(rig_counter(&rig, "cdr_written_total"), 0);
}
END_TEST


Suite *suite_call_end(void);
Suite *suite_call_end(void)
{
	Suite *s = suite_create("call_end");
	TCase *tc = tcase_create("udp"), *tcp = tcase_create("tcp");
	TCase *fast = tcase_create("fast");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup_udp, teardown);
	tcase_add_test(tc, each_end_gets_a_bye_of_the_other_one);
	test_table(tc, rfc3326_a_bye_says_why, reasonv);
	tcase_add_test(tc, its_number_is_higher_than_any_before);
	tcase_add_test(tc, a_phone_that_has_moved_is_told_where_it_is);
	tcase_add_test(tc, one_that_is_silent_hears_it_again);
	test_table(tc, whatever_they_answer_it_is_over, refusalv);
	tcase_add_test(tc, a_bye_that_crosses_is_passed_as_ever);
	tcase_add_test(tc, a_call_that_rings_is_taken_back);
	tcase_add_test(tc,
		       rfc3261_22_a_trunk_that_challenges_the_bye_is_answered);
	tcase_add_test(tc, a_peer_is_told_by_its_route_set);
	tcase_add_test(tc, each_to_tag_has_a_dialog_of_its_own);
	tcase_add_test(tc, a_call_that_was_taken_up_again_can_be_ended);
	suite_add_tcase(s, tc);

	tcase_set_timeout(tcp, 30);
	tcase_add_checked_fixture(tcp, setup_tcp, teardown);
	tcase_add_test(tcp, each_end_gets_a_bye_of_the_other_one);
	suite_add_tcase(s, tcp);

	tcase_set_timeout(fast, 30);
	tcase_add_checked_fixture(fast, setup_fast, teardown);
	tcase_add_test(fast, who_has_gone_is_not_told_for_ever);
	suite_add_tcase(s, fast);

	return s;
}
