/**
 * @file scenario/trunk_call.c  Calls by carriers: routed, challenged, failing
 *
 * Two carriers by hand on 127.0.0.50 and 127.0.0.51.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/core/trunk.h"
#include "proxy/server_state.h"
#include "proxy/user/digest.h"
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob, one, two, pbx, mallory;
static struct talk talk;

static const char conf_text[] =
	"relay { ports = \"22400-22499\" allow_local = yes quarantine = 0 }\n"
	"limit { requests = 0 strangers = 0 failures = 0 }\n"
	"peer one { uri = \"sip:127.0.0.50:%u\" address = \"127.0.0.50\"\n"
	"  user = us password = \"s3cret\" deadline = 1 calls = 2\n"
	"  inbound_strip = 3 inbound_add = 0 }\n"
	"peer two { uri = \"sip:127.0.0.51:%u\" address = \"127.0.0.51\"\n"
	"  strip = 1 add = \"00\" trust = yes }\n"
	"peer pbx { address = \"127.0.0.40\" }\n"
	"route emergency { match = 110 peers = { one, two } emergency = yes "
	"}\n"
	"route world { match = { \"00*\" } strip = 2 add = \"+\"\n"
	"  peers = { one, two } }\n"
	"route house { match = { \"7??\" } peers = { two } }\n";


static void setup(void)
{
	const struct account_settings none = {.name = "Alice \"A\""};
	const struct account_settings local = {.allow = "0049 7"};
	char conf[2048];

	phone_open(&one, &rig, "127.0.0.50");
	phone_open(&two, &rig, "127.0.0.51");
	(void)snprintf(conf, sizeof(conf), conf_text, one.port, two.port);
	rig_start(&rig, conf);
	rig_account_with(&rig, "alice@example.net", "wonderland", &none, NULL);
	rig_account_with(&rig, "bob@example.net", "builder99", &local,
			 "030712@example.net");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&pbx, &rig, "127.0.0.40");
	phone_open(&mallory, &rig, "127.0.0.66");
	talk_begin(&talk, &alice, &bob, "trunk-1");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&one);
	phone_close(&two);
	phone_close(&pbx);
	phone_close(&mallory);
	rig_stop(&rig);
}


/* alice's request outside a dialog, through our challenge */
static void send_as_alice(const char *met, const char *uri, const char *extra)
{
	alice.auth[0] = '\0';
	talk_send(&talk, &alice, met, uri, extra, "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", met, uri);
	talk_send(&talk, &alice, met, uri, extra, "");
	alice.auth[0] = '\0';
}


static void call(const char *number)
{
	char uri[64];

	(void)snprintf(uri, sizeof(uri), "sip:%s@example.net", number);
	send_as_alice("INVITE", uri, "");
	talk_expect(&alice, "SIP/2.0 100 ");
}


/* a carrier's answer; requests in the dialog name it themselves */
static void answer(struct phone *ph, const char *status, const char *extra)
{
	talk_reply(ph, status, extra, "");
}


static unsigned cseq_of(const struct phone *ph)
{
	return (unsigned)strtoul(phone_header(ph, "CSeq"), NULL, 10);
}


#define CHALLENGE(n)                                                   \
	"Proxy-Authenticate: Digest realm=\"carrier.net\", "           \
	"nonce=\"" n "\", qop=\"auth\", algorithm=SHA-256\r\n"         \
	"Proxy-Authenticate: Digest realm=\"carrier.net\", nonce=\"" n \
	"\", qop=\"auth\"\r\n"


static void expect_credentials(const struct phone *ph, const char *met,
			       const char *nonce)
{
	const char *val = phone_header(ph, "Proxy-Authorization");
	const struct pl user = PL("us"), pw = PL("s3cret");
	struct digest_cred c;
	char ha1[DIGEST_HEX_MAX];
	struct pl pl, pl_met;

	pl_set_str(&pl, val);
	pl_set_str(&pl_met, met);
	ck_assert_msg(!digest_cred_decode(&c, &pl), "%s", ph->msg);
	ck_assert_int_eq(c.alg, DIGEST_SHA256);
	ck_assert_int_eq(pl_strcmp(&c.nonce, nonce), 0);
	digest_ha1(ha1, c.alg, &user, &c.realm, &pw);
	ck_assert_int_eq(digest_verify(&c, ha1, &pl_met), 0);
}


/* ours, of the response that the caller has */
static void keep_route(void)
{
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&alice, "Record-Route"));
}


START_TEST(a_number_goes_to_the_routes_first_peer)
{
	char want[96];

	call("0049-30%201");
	(void)snprintf(want, sizeof(want),
		       "INVITE sip:+49301@127.0.0.50:%u SIP/2.0", one.port);
	talk_expect(&one, want);

	/* he is not trusted: no word of who it is */
	ck_assert_str_eq(phone_header(&one, "P-Asserted-Identity"), "");
	answer(&one, "486 Busy Here", "");
	talk_expect(&one, "ACK ");

	/* busy is busy, by whomever one calls */
	talk_expect(&alice, "SIP/2.0 486 ");
	ck_assert(phone_quiet(&two));
}
END_TEST


START_TEST(a_peer_writes_numbers_in_its_own_way)
{
	char want[96];

	call("712");
	(void)snprintf(want, sizeof(want),
		       "INVITE sip:0012@127.0.0.51:%u SIP/2.0", two.port);
	talk_expect(&two, want);
	ck_assert_str_eq(phone_header(&two, "P-Asserted-Identity"),
			 "\"Alice \\\"A\\\"\" <sip:alice@example.net>");
}
END_TEST


START_TEST(rfc3261_22_a_challenge_is_answered_by_us)
{
	const char *ack = "ACK ";
	unsigned cseq;

	call("0049301");
	talk_expect(&one, "INVITE ");
	cseq = cseq_of(&one);
	ck_assert_uint_eq(cseq, alice.branch);
	ck_assert_str_eq(phone_header(&one, "Proxy-Authorization"), "");
	answer(&one, "407 Who", CHALLENGE("n1"));
	talk_expect(&one, ack);
	ck_assert_uint_eq(cseq_of(&one), cseq);

	/* again, as section 22.2 wants it */
	talk_expect(&one, "INVITE ");
	ck_assert_uint_eq(cseq_of(&one), cseq + 1);
	expect_credentials(&one, "INVITE", "n1");
	answer(&one, "180 Ringing", "");
	talk_expect(&alice, "SIP/2.0 180 ");
	ck_assert_uint_eq(cseq_of(&alice), cseq);
	answer(&one, "200 OK", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_uint_eq(cseq_of(&alice), cseq);
	keep_route();
}
END_TEST


/* the dialog goes on with numbers one higher on the far side */
static void establish_challenged(unsigned *cseq)
{
	call("0049301");
	talk_expect(&one, "INVITE ");
	*cseq = cseq_of(&one);
	answer(&one, "407 Who", CHALLENGE("n1"));
	talk_expect(&one, "ACK ");
	talk_expect(&one, "INVITE ");
	answer(&one, "200 OK", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	keep_route();
}


static void send_inside(const char *met, unsigned cseq, const char *extra)
{
	++alice.branch;
	phone_send(&alice,
		   "%s sip:trunk@127.0.0.50:%u SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKin%u;rport\r\n"
		   "Route: %s\r\nMax-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>;tag=b\r\n"
		   "Call-ID: trunk-1\r\nCSeq: %u %s\r\n"
		   "%sContent-Length: 0\r\n\r\n",
		   met, one.port, alice.host, alice.port, alice.branch,
		   talk.route, cseq, met, extra);
}


START_TEST(the_dialog_remembers_the_higher_numbers)
{
	unsigned cseq;

	establish_challenged(&cseq);
	send_inside("ACK", cseq, "");
	talk_expect(&one, "ACK ");
	ck_assert_uint_eq(cseq_of(&one), cseq + 1);

	send_inside("PRACK", cseq + 1, "RAck: 77 1 INVITE\r\n");
	talk_expect(&one, "PRACK ");
	ck_assert_uint_eq(cseq_of(&one), cseq + 2);
	ck_assert_str_eq(phone_header(&one, "RAck"), "77 2 INVITE");
	answer(&one, "200 OK", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_uint_eq(cseq_of(&alice), cseq + 1);

	/* what the nonce knows already is answered from the start, and a
	 * stale one again */
	send_inside("BYE", cseq + 2, "");
	talk_expect(&one, "BYE ");
	ck_assert_uint_eq(cseq_of(&one), cseq + 3);
	expect_credentials(&one, "BYE", "n1");
	answer(&one, "407 Stale",
	       "Proxy-Authenticate: Digest realm=\"carrier.net\", "
	       "nonce=\"n2\", stale=true, qop=\"auth\", "
	       "algorithm=SHA-256\r\n");
	talk_expect(&one, "BYE ");
	ck_assert_uint_eq(cseq_of(&one), cseq + 3);
	expect_credentials(&one, "BYE", "n2");
	answer(&one, "200 OK", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_uint_eq(cseq_of(&alice), cseq + 2);
}
END_TEST


START_TEST(and_after_a_restart)
{
	unsigned cseq;

	establish_challenged(&cseq);
	rig_restart(&rig);
	send_inside("BYE", cseq + 1, "");
	talk_expect(&one, "BYE ");
	ck_assert_uint_eq(cseq_of(&one), cseq + 2);
	answer(&one, "407 Who", CHALLENGE("n3"));
	talk_expect(&one, "BYE ");
	expect_credentials(&one, "BYE", "n3");
	answer(&one, "200 OK", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_uint_eq(cseq_of(&alice), cseq + 1);
}
END_TEST


START_TEST(the_far_sides_numbers_are_its_own)
{
	unsigned cseq;

	establish_challenged(&cseq);
	++one.branch;
	phone_send(&one,
		   "BYE sip:alice@192.168.1.10:5060 SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKfar%u\r\n"
		   "Route: %s\r\nFrom: <sip:bob@example.net>;tag=b\r\n"
		   "To: <sip:alice@example.net>;tag=a\r\n"
		   "Call-ID: trunk-1\r\nCSeq: 500 BYE\r\n\r\n",
		   one.host, one.port, one.branch, talk.route);
	talk_expect(&alice, "BYE ");
	ck_assert_uint_eq(cseq_of(&alice), 500);
	talk_reply(&alice, "200 OK", "", "");
	talk_expect(&one, "SIP/2.0 200 ");
	ck_assert_uint_eq(cseq_of(&one), 500);
}
END_TEST


START_TEST(a_wrong_password_goes_on_to_the_next_peer)
{
	call("0049301");
	talk_expect(&one, "INVITE ");
	answer(&one, "407 Who", CHALLENGE("n1"));
	talk_expect(&one, "ACK ");
	talk_expect(&one, "INVITE ");
	answer(&one, "407 Who", CHALLENGE("n2"));
	talk_expect(&one, "ACK ");
	talk_expect(&two, "INVITE ");
	answer(&two, "407 Nor Here", CHALLENGE("n9"));
	talk_expect(&two, "ACK ");

	/* two has no password of ours: his challenge is for the caller */
	talk_expect(&alice, "SIP/2.0 407 ");
}
END_TEST


START_TEST(our_login_is_nothing_to_the_caller)
{
	trunks_find(rig.srv->proxy->trunks, "two")->down = true;
	call("0049301");
	talk_expect(&one, "INVITE ");
	answer(&one, "401 Who",
	       "WWW-Authenticate: Digest realm=\"x\", nonce=\"1\", "
	       "algorithm=SHA-512-256\r\n");
	talk_expect(&one, "ACK ");
	talk_expect(&alice, "SIP/2.0 502 ");
	ck_assert_str_eq(phone_header(&alice, "WWW-Authenticate"), "");
}
END_TEST


static const char *const failv[] = {
	"503 Full", "500 Broken", "502 Bad", "504 Late", "408 Silent",
};


START_TEST(who_cannot_serve_is_passed_over)
{
	call("0049301");
	talk_expect(&one, "INVITE ");
	answer(&one, failv[_i], "");
	talk_expect(&one, "ACK ");
	talk_expect(&two, "INVITE sip:0049301@127.0.0.51");
	answer(&two, "200 OK", "");
	talk_expect(&alice, "SIP/2.0 200 ");
}
END_TEST


START_TEST(who_does_not_answer_is_passed_over)
{
	call("0049301");
	talk_expect(&one, "INVITE ");
	do {
		(void)phone_recv(&one);
	} while (!phone_quiet(&one) && !two.rxl.head);
	talk_expect(&two, "INVITE ");
	answer(&two, "200 OK", "");
	talk_expect(&alice, "SIP/2.0 200 ");

	/* and comes last for a while */
	ck_assert(trunk_rests(trunks_find(rig.srv->proxy->trunks, "one")));
}
END_TEST


START_TEST(who_rings_has_the_call)
{
	call("0049301");
	talk_expect(&one, "INVITE ");
	answer(&one, "183 Listen", "");
	talk_expect(&alice, "SIP/2.0 183 ");
	answer(&one, "503 Sorry", "");
	talk_expect(&one, "ACK ");
	talk_expect(&alice, "SIP/2.0 500 ");
	ck_assert(phone_quiet(&two));
}
END_TEST


START_TEST(a_cancelled_call_is_cancelled_there)
{
	call("0049301");
	talk_expect(&one, "INVITE ");
	answer(&one, "180 Ringing", "");
	talk_expect(&alice, "SIP/2.0 180 ");
	phone_send(&alice,
		   "CANCEL sip:0049301@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKtrunk-1%u;rport\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: trunk-1\r\nCSeq: %u CANCEL\r\n\r\n",
		   alice.host, alice.port, alice.branch, alice.branch);
	talk_expect(&alice, "SIP/2.0 200 ");
	talk_expect(&one, "CANCEL ");
	talk_reply(&one, "200 OK", "", "");
	ck_assert(phone_quiet(&two));
}
END_TEST


static void fill(struct phone *ph, const char *callid)
{
	talk.callid = callid;
	call("0049301");
	talk_expect(ph, "INVITE ");
	answer(ph, "200 OK", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	keep_route();
}


START_TEST(a_full_peer_is_passed_over)
{
	const struct trunk *t = trunks_find(rig.srv->proxy->trunks, "one");

	fill(&one, "full-1");
	fill(&one, "full-2");
	ck_assert_uint_eq(t->calls, 2);
	talk.callid = "full-3";
	call("0049301");
	talk_expect(&two, "INVITE ");
	answer(&two, "486 Busy", "");
	talk_expect(&alice, "SIP/2.0 486 ");

	/* an emergency finds room */
	talk.callid = "full-4";
	call("110");
	talk_expect(&one, "INVITE ");
	ck_assert_uint_eq(t->calls, 3);
	answer(&one, "486 Busy", "");
	talk_expect(&alice, "SIP/2.0 486 ");
	ck_assert_uint_eq(t->calls, 2);
}
END_TEST


START_TEST(a_call_that_ends_makes_room)
{
	const struct trunk *t = trunks_find(rig.srv->proxy->trunks, "one");

	fill(&one, "trunk-1");
	ck_assert_uint_eq(t->calls, 1);
	send_inside("BYE", alice.branch + 5, "");
	talk_expect(&one, "BYE ");
	answer(&one, "200 OK", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_uint_eq(t->calls, 0);
}
END_TEST


START_TEST(calls_of_a_peer_count_as_well)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	fill(&one, "full-1");
	fill(&one, "full-2");
	phone_send(&one,
		   "INVITE sip:+49030712@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKin1\r\n"
		   "From: <sip:+1@carrier.net>;tag=c\r\n"
		   "To: <sip:+49030712@example.net>\r\n"
		   "Call-ID: in-1\r\nCSeq: 1 INVITE\r\n\r\n",
		   one.host, one.port);
	talk_expect(&one, "SIP/2.0 503 ");
	ck_assert(phone_quiet(&bob));
}
END_TEST


static const struct {
	const char *user, *password, *number;
	const char *status; /* NULL: a carrier gets it */
} rightv[] = {
	{"bob", "builder99", "001555", "SIP/2.0 403 "},
	{"bob", "builder99", "(00)1555", "SIP/2.0 403 "},
	{"bob", "builder99", "%30%301555", "SIP/2.0 403 "},
	{"bob", "builder99", "0049301", NULL},
	{"bob", "builder99", "110", NULL}, /* whatever he may */
	{"alice", "wonderland", "001555", NULL},
	{"alice", "wonderland", "0301", "SIP/2.0 404 "}, /* no route */
	{"alice", "wonderland", "carol", "SIP/2.0 404 "},
};


static void send_as(const char *user, const char *password, const char *met,
		    const char *uri, const char *extra)
{
	for (int i = 0; i < 2; i++) {
		++alice.branch;
		phone_send(
			&alice,
			"%s %s SIP/2.0\r\n"
			"Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKas%u;rport\r\n"
			"From: <sip:%s@example.net>;tag=a\r\n"
			"To: <%s>\r\nCall-ID: as-%u\r\nCSeq: %u %s\r\n"
			"Contact: <sip:x@192.168.1.10>\r\n%s%s\r\n",
			met, uri, alice.host, alice.port, alice.branch, user,
			uri, alice.port, alice.branch, met, alice.auth, extra);
		alice.auth[0] = '\0';
		if (i)
			return;
		talk_expect(&alice, "SIP/2.0 407 ");
		phone_answer_challenge(&alice, user, password, met, uri);
	}
}


START_TEST(rights_count_for_the_number_behind_the_writing)
{
	char uri[96];

	(void)snprintf(uri, sizeof(uri), "sip:%s@example.net",
		       rightv[_i].number);
	send_as(rightv[_i].user, rightv[_i].password, "INVITE", uri, "");
	talk_expect(&alice, "SIP/2.0 100 ");
	if (!rightv[_i].status) {
		talk_expect(&one, "INVITE ");
		return;
	}
	talk_expect(&alice, rightv[_i].status);
	ck_assert(phone_quiet(&one));
}
END_TEST


static const struct {
	const char *uri, *extra; /* %u: the first carrier's port */
	const char *status;
} aroundv[] = {
	{"sip:0900@127.0.0.50:%u", "", "SIP/2.0 403 "},
	{"sip:alice@127.0.0.50:%u", "", "SIP/2.0 403 "},
	{"sip:001555@127.0.0.50:%u", "", "SIP/2.0 403 "}, /* bob's rights */
	{"sip:0900@example.net", "Route: <sip:127.0.0.50:%u;lr>\r\n",
	 "SIP/2.0 403 "},
	{"sip:0900@127.0.0.50:%u;maddr=127.0.0.50", "", "SIP/2.0 403 "},
	{"sip:0900@carrier.net;maddr=127.0.0.50", "", "SIP/2.0 403 "},
};


START_TEST(nobody_goes_around_the_dial_plan)
{
	char uri[96], extra[96];

	(void)snprintf(uri, sizeof(uri), aroundv[_i].uri, one.port);
	(void)snprintf(extra, sizeof(extra), aroundv[_i].extra, one.port);
	send_as("bob", "builder99", "INVITE", uri, extra);
	(void)phone_recv(&alice);
	if (phone_status(&alice) == 100)
		(void)phone_recv(&alice);
	ck_assert_msg(!strncmp(alice.msg, aroundv[_i].status,
			       strlen(aroundv[_i].status)),
		      "%s: %s", uri, alice.msg);
	ck_assert(phone_quiet(&one));
}
END_TEST


START_TEST(a_peer_without_transit_calls_users_only)
{
	phone_send(&pbx,
		   "INVITE sip:0049301@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKt1\r\n"
		   "From: <sip:7@pbx>;tag=c\r\nTo: <sip:0049301@x>\r\n"
		   "Call-ID: t-1\r\nCSeq: 1 INVITE\r\n\r\n",
		   pbx.host, pbx.port);
	talk_expect(&pbx, "SIP/2.0 100 ");
	talk_expect(&pbx, "SIP/2.0 403 ");
	ck_assert(phone_quiet(&one));
}
END_TEST


START_TEST(a_peers_numbers_become_ours)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	phone_send(&one,
		   "INVITE sip:+4930712@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKin2\r\n"
		   "From: <sip:+1@carrier.net>;tag=c\r\n"
		   "To: <sip:+4930712@example.net>\r\n"
		   "Call-ID: in-2\r\nCSeq: 1 INVITE\r\n\r\n",
		   one.host, one.port);
	talk_expect(&one, "SIP/2.0 100 ");
	talk_expect(&bob, "INVITE sip:bob@192.168.1.10:5060 ");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&one, "SIP/2.0 200 ");
}
END_TEST


START_TEST(local_users_come_first)
{
	/* a number of bob's that a route would take as well */
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	send_as_alice("INVITE", "sip:030712@example.net", "");
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&bob, "INVITE sip:bob@192.168.1.10:5060 ");
}
END_TEST


static const struct {
	const char *contact;
	bool goes;
} divertv[] = {
	{"sip:0049301@example.net", true},
	{"sip:001555@example.net", false}, /* bob may not call there */
	{"sip:0049301@127.0.0.50", false},
};


START_TEST(a_diversion_has_the_rights_of_whom_it_is)
{
	char line[96];

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	send_as_alice("INVITE", "sip:bob@example.net", "");
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&bob, "INVITE ");
	(void)snprintf(line, sizeof(line), "Contact: <%s>\r\n",
		       divertv[_i].contact);
	(void)talk_reply(&bob, "302 Elsewhere", line, "");
	talk_expect(&bob, "ACK ");
	if (divertv[_i].goes)
		talk_expect(&one, "INVITE sip:+49301@");
	else
		ck_assert(phone_quiet(&one));
}
END_TEST


static const struct {
	const char *refer;
	bool goes;
} referv[] = {
	{"Refer-To: <sip:0049301@example.net>\r\n", true},
	{"r: <sip:0049301@carrier.net>\r\n", true},
	{"Refer-To: <sip:0900@example.net>\r\n", false},
	{"Refer-To: <sip:alice@carrier.net>\r\n", false},
	{"Refer-To: <sip:0049301@x>\r\nRefer-To: <sip:0900@x>\r\n", false},
	{"", false},
};


/* alice is registered, so the way that her REFER takes is hers */
START_TEST(rfc3515_a_refer_to_a_trunk_is_no_bypass)
{
	phone_register(&alice, "alice", "wonderland", "192.168.1.10:5060");
	fill(&one, "trunk-1");
	send_inside("REFER", alice.branch + 5, referv[_i].refer);
	if (referv[_i].goes) {
		talk_expect(&one, "REFER ");
		return;
	}
	talk_expect(&alice, "SIP/2.0 403 ");
	ck_assert(phone_quiet(&one));
}
END_TEST


START_TEST(a_refer_of_nobody_known_goes_nowhere)
{
	fill(&one, "trunk-1");
	send_inside("REFER", alice.branch + 5, referv[0].refer);
	talk_expect(&alice, "SIP/2.0 403 ");
}
END_TEST


Suite *suite_trunk_call(void);
Suite *suite_trunk_call(void)
{
	Suite *s = suite_create("trunk_call");
	TCase *tc = tcase_create("trunk_call");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_number_goes_to_the_routes_first_peer);
	tcase_add_test(tc, a_peer_writes_numbers_in_its_own_way);
	tcase_add_test(tc, rfc3261_22_a_challenge_is_answered_by_us);
	tcase_add_test(tc, the_dialog_remembers_the_higher_numbers);
	tcase_add_test(tc, and_after_a_restart);
	tcase_add_test(tc, the_far_sides_numbers_are_its_own);
	tcase_add_test(tc, a_wrong_password_goes_on_to_the_next_peer);
	tcase_add_test(tc, our_login_is_nothing_to_the_caller);
	test_table(tc, who_cannot_serve_is_passed_over, failv);
	tcase_add_test(tc, who_does_not_answer_is_passed_over);
	tcase_add_test(tc, who_rings_has_the_call);
	tcase_add_test(tc, a_cancelled_call_is_cancelled_there);
	tcase_add_test(tc, a_full_peer_is_passed_over);
	tcase_add_test(tc, a_call_that_ends_makes_room);
	tcase_add_test(tc, calls_of_a_peer_count_as_well);
	test_table(tc, rights_count_for_the_number_behind_the_writing, rightv);
	test_table(tc, nobody_goes_around_the_dial_plan, aroundv);
	tcase_add_test(tc, a_peer_without_transit_calls_users_only);
	tcase_add_test(tc, a_peers_numbers_become_ours);
	tcase_add_test(tc, local_users_come_first);
	test_table(tc, a_diversion_has_the_rights_of_whom_it_is, divertv);
	test_table(tc, rfc3515_a_refer_to_a_trunk_is_no_bypass, referv);
	tcase_add_test(tc, a_refer_of_nobody_known_goes_nowhere);
	suite_add_tcase(s, tc);

	return s;
}
