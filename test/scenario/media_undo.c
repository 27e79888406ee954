/**
 * @file scenario/media_undo.c  Offers that come to nothing, and where else SDP
 * may stand
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/parley.h"
#include "test/test.h"

enum { ALL_PORTS = PARLEY_PORTS, CALL_PORTS = 4 };

static struct parley t;


static void setup(void)
{
	parley_open(&t, "quarantine = 0", NULL);
}


static void teardown(void)
{
	parley_close(&t);
}


static void expect_no_private(const struct party *who)
{
	ck_assert_msg(!strstr(who->sdp, "192.168.") &&
			      !strstr(who->sdp, "10.1."),
		      "%s heard:\n%s", who->name, who->sdp);
}


/* another port, another host in it, and a video: nothing of it is to stay */
static const char *another_sdp(void)
{
	return parley_sdp("10.1.1.1", 4444,
			  "a=sendonly\r\nm=video 4446 RTP/AVP 31\r\n");
}


static void answered(struct party *who, struct party *to, const char *status,
		     const char *body)
{
	char head[32];

	parley_answer(who, status, body);
	(void)snprintf(head, sizeof(head), "SIP/2.0 %.3s", status);
	parley_expect(to, head);
}


static void expect_as_before(const struct sa *a, const struct sa *b)
{
	parley_wait_ports(&t, ALL_PORTS - CALL_PORTS);
	ck_assert(sa_cmp(a, &t.alice.to[0], SA_ALL));
	ck_assert(sa_cmp(b, &t.bob.to[0], SA_ALL));
	parley_audio(&t);
}


static const struct {
	const char *met, *status, *body; /* how the callee refuses it */
} refusedv[] = {
	{"INVITE", "488 Not Acceptable Here", ""},
	{"INVITE", "491 Request Pending", ""},
	{"INVITE", "500 Server Error", ""},
	{"INVITE", "488 Not Acceptable Here",
	 "v=0\r\no=- 1 1 IN IP4 192.168.1.10\r\ns=-\r\n"
	 "c=IN IP4 192.168.1.10\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
	 "m=video 4000 RTP/AVP 31\r\nc=IN IP4 10.1.1.1\r\n"},
	{"UPDATE", "488 Not Acceptable Here", ""},
	{"UPDATE", "491 Request Pending", ""},
	{"UPDATE", "200 OK", ""},
};


/* RFC 3261 section 14.1: the session goes on as if nothing had been */
START_TEST(an_offer_that_is_refused_changes_nothing)
{
	struct sa a, b;

	parley_establish(&t);
	parley_audio(&t);
	a = t.alice.to[0];
	b = t.bob.to[0];
	parley_request(&t, &t.alice, refusedv[_i].met, another_sdp());
	expect_no_private(&t.bob);
	ck_assert_uint_lt(server_counter(t.rig.srv, "relay_ports_free"),
			  ALL_PORTS - CALL_PORTS);
	t.alice.sdp[0] = '\0';
	answered(&t.bob, &t.alice, refusedv[_i].status, refusedv[_i].body);
	expect_no_private(&t.alice);
	expect_as_before(&a, &b);
	parley_bye(&t, &t.bob);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


START_TEST(what_was_said_early_is_undone_as_well)
{
	struct sa a, b;

	parley_establish(&t);
	parley_audio(&t);
	a = t.alice.to[0];
	b = t.bob.to[0];
	parley_request(&t, &t.alice, "INVITE", another_sdp());
	answered(&t.bob, &t.alice, "183 Session Progress", another_sdp());
	expect_no_private(&t.alice);
	answered(&t.bob, &t.alice, "488 Not Acceptable Here", "");
	expect_as_before(&a, &b);
}
END_TEST


START_TEST(both_offer_at_once)
{
	char of_bob[RIG_TEXT_MAX];
	struct sa a, b;

	parley_establish(&t);
	parley_audio(&t);
	a = t.alice.to[0];
	b = t.bob.to[0];
	parley_request(&t, &t.alice, "INVITE", another_sdp());
	(void)snprintf(of_bob, sizeof(of_bob), "%s", t.bob.ph.msg);
	parley_request(&t, &t.bob, "INVITE", another_sdp());
	expect_no_private(&t.alice);

	parley_answer(&t.alice, "491 Request Pending", "");
	(void)snprintf(t.bob.ph.msg, sizeof(t.bob.ph.msg), "%s", of_bob);
	parley_answer(&t.bob, "491 Request Pending", "");
	parley_expect(&t.alice, "SIP/2.0 491");
	parley_expect(&t.bob, "SIP/2.0 491");
	expect_as_before(&a, &b);
	/* and one of them again, later */
	parley_reinvite(&t, &t.bob, parley_nat_sdp(&t.bob),
			parley_nat_sdp(&t.alice));
	expect_as_before(&a, &b);
}
END_TEST


static void begin(const char *body)
{
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, body, "Supported: 100rel\r\n");
	parley_expect(&t.bob, "INVITE ");
	if (body[0])
		parley_learn(&t.bob, 0);
}


#define RELIABLE "183 Session Progress\r\nRequire: 100rel\r\nRSeq: 7"


/* alice's PRACK; the INVITE is kept for bob to answer */
static void prack(const char *body)
{
	static char invite[RIG_TEXT_MAX];
	const unsigned cseq = t.alice.cseq;

	(void)snprintf(invite, sizeof(invite), "%s", t.bob.ph.msg);
	(void)snprintf(t.route, sizeof(t.route), "%s",
		       phone_header(&t.alice.ph, "Record-Route"));
	(void)snprintf(t.alice.ph.auth, sizeof(t.alice.ph.auth),
		       "RAck: 7 %u INVITE\r\n", cseq);
	parley_request(&t, &t.alice, "PRACK", body);
	t.alice.ph.auth[0] = '\0';
	t.alice.cseq = cseq;
	if (body && body[0])
		parley_learn(&t.bob, 0);
	answered(&t.bob, &t.alice, "200 OK", "");
	(void)snprintf(t.bob.ph.msg, sizeof(t.bob.ph.msg), "%s", invite);
}


/* RFC 3262 section 5: the answer is in the PRACK */
START_TEST(a_reliable_response_offers)
{
	begin("");
	answered(&t.bob, &t.alice, RELIABLE, parley_nat_sdp(&t.bob));
	expect_no_private(&t.alice);
	parley_learn(&t.alice, 0);
	prack(parley_nat_sdp(&t.alice));
	expect_no_private(&t.bob);
	parley_audio(&t);
	answered(&t.bob, &t.alice, "200 OK", "");
	parley_ack(&t, &t.alice, NULL);
	parley_audio(&t);
	parley_wait_ports(&t, ALL_PORTS - CALL_PORTS);
	parley_bye(&t, &t.alice);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


START_TEST(a_reliable_response_answers)
{
	begin(parley_nat_sdp(&t.alice));
	answered(&t.bob, &t.alice, RELIABLE, parley_nat_sdp(&t.bob));
	parley_learn(&t.alice, 0);
	prack(NULL);
	parley_audio(&t);
	answered(&t.bob, &t.alice, "200 OK", "");
	parley_ack(&t, &t.alice, NULL);
	parley_audio(&t);
}
END_TEST


/* nobody knows why it stands there, and nobody is to learn an address by it */
START_TEST(sdp_where_none_belongs_changes_nothing)
{
	struct sa a, b;

	parley_establish(&t);
	parley_audio(&t);
	a = t.alice.to[0];
	b = t.bob.to[0];
	parley_request(&t, &t.alice, "INFO", another_sdp());
	expect_no_private(&t.bob);
	answered(&t.bob, &t.alice, "200 OK", another_sdp());
	expect_no_private(&t.alice);
	expect_as_before(&a, &b);
}
END_TEST


static const char *version(const struct party *who)
{
	static char bufv[2][32];
	static unsigned turn;
	char *buf = bufv[turn++ & 1];
	const char *o = strstr(who->sdp, "\r\no=");

	ck_assert_ptr_nonnull(o);
	ck_assert_int_eq(sscanf(o, "\r\no=%*s %*s %31s", buf), 1);

	return buf;
}


/* o= counts what its reader sees: a port of the sender's is not seen */
START_TEST(versions_count_what_is_seen)
{
	const uint16_t port = sa_port(&t.alice.rtp.addr);

	parley_establish(&t);
	ck_assert_str_eq(version(&t.bob), "1");
	parley_reinvite(&t, &t.alice, parley_nat_sdp(&t.alice),
			parley_nat_sdp(&t.bob));
	ck_assert_str_eq(version(&t.bob), "1");
	/* its sender has forgotten to raise it */
	parley_reinvite(&t, &t.alice,
			parley_sdp("192.168.1.10", port, "a=sendonly\r\n"),
			parley_nat_sdp(&t.bob));
	ck_assert_str_eq(version(&t.bob), "2");
	parley_reinvite(&t, &t.alice, parley_sdp("192.168.1.10", port, ""),
			parley_nat_sdp(&t.bob));
	ck_assert_str_eq(version(&t.bob), "3");
	ck_assert_str_eq(version(&t.alice), "1");
}
END_TEST


Suite *suite_media_undo(void);
Suite *suite_media_undo(void)
{
	Suite *s = suite_create("media_undo");
	TCase *tc = tcase_create("media_undo");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, an_offer_that_is_refused_changes_nothing, refusedv);
	tcase_add_test(tc, what_was_said_early_is_undone_as_well);
	tcase_add_test(tc, both_offer_at_once);
	tcase_add_test(tc, a_reliable_response_offers);
	tcase_add_test(tc, a_reliable_response_answers);
	tcase_add_test(tc, sdp_where_none_belongs_changes_nothing);
	tcase_add_test(tc, versions_count_what_is_seen);
	suite_add_tcase(s, tc);

	return s;
}
