/**
 * @file scenario/security.c  What strangers, users and callees must not get
 *
 * The names begin with the number of the case in the project's list.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "test/scenario/talk.h"
#include "test/test.h"

enum {
	FLOOD = 20000,
	FLOOD_WARM = 4000,
	FLOOD_BURST = 40,
	FLOOD_PHONES = 8,
};

static struct rig rig;
static struct phone alice, bob, peer, mallory;
static struct talk talk;

static const char conf[] =
	"limit { requests = 0 strangers = 0 failures = 0 }\n"
	"relay { ports = \"22100-22199\"\n"
	"allow_local = yes quarantine = 0 }\n"
	"peer \"other\" { address = { \"127.0.0.40\" } }\n"
	/* soon full: of strangers' messages no more is kept than before */
	"trace { ladder = 1 }\n";


static void setup(void)
{
	rig_start_fast(&rig, conf, 10);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&peer, &rig, "127.0.0.40");
	phone_open(&mallory, &rig, "127.0.0.66");
	talk_begin(&talk, &alice, &bob, "call-1");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&peer);
	phone_close(&mallory);
	rig_stop(&rig);
}


static const char *at_peer(void)
{
	static char uri[64];

	(void)snprintf(uri, sizeof(uri), "sip:x@127.0.0.40:%u", peer.port);

	return uri;
}


/* alice's request, through the challenge */
static void send_as_alice(const char *met, const char *uri, const char *extra,
			  const char *body)
{
	talk_send(&talk, &alice, met, uri, extra, body);
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", met, uri);
	talk_send(&talk, &alice, met, uri, extra, body);
	alice.auth[0] = '\0';
}


static void register_as(struct phone *ph, const char *user,
			const char *password, const char *aor,
			const char *contact)
{
	for (int i = 0; i < 2; i++) {
		++ph->branch;
		phone_send(ph,
			   "REGISTER sip:example.net SIP/2.0\r\n"
			   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKx%u;rport\r\n"
			   "From: <sip:%s@example.net>;tag=r\r\n"
			   "To: <sip:%s@example.net>\r\n"
			   "Call-ID: reg-%u\r\nCSeq: %u REGISTER\r\n"
			   "Contact: %s\r\nExpires: %u\r\n"
			   "%sContent-Length: 0\r\n\r\n",
			   ph->host, ph->port, ph->branch, aor, aor, ph->port,
			   ph->branch, contact, contact[0] == '*' ? 0 : 600,
			   ph->auth);
		ph->auth[0] = '\0';
		(void)phone_recv(ph);
		if (i)
			return;
		ck_assert_uint_eq(phone_status(ph), 401);
		phone_answer_challenge(ph, user, password, "REGISTER",
				       "sip:example.net");
	}
}


static const char *const badcontactv[] = {
	"<sip:bob@169.254.169.254:80>",
	"<sip:bob@224.0.0.1>",
	"<sip:bob@0.0.0.0>",
	"<sip:bob@255.255.255.255>",
	"<sip:bob@[fe80::1]>",
	"<sip:bob@[ff02::1]>",
	"<sip:bob@[::]>",
	"<sip:bob@[::ffff:169.254.1.1]>",
	"<sip:bob@[::ffff:224.0.0.1]:9>",
	"<sip:bob@0.1.2.3>",
};


START_TEST(s5_such_a_contact_is_not_bound)
{
	register_as(&bob, "bob", "builder99", "bob", badcontactv[_i]);
	ck_assert_uint_ge(phone_status(&bob), 400);
	ck_assert_uint_lt(phone_status(&bob), 500);
}
END_TEST


START_TEST(s5_our_own_address_is_no_contact)
{
	char contact[64];

	(void)snprintf(contact, sizeof(contact), "<sip:bob@127.0.0.1:%u>",
		       sa_port(&rig.us));
	register_as(&bob, "bob", "builder99", "bob", contact);
	ck_assert_uint_eq(phone_status(&bob), 403);
}
END_TEST


static const char *const badhostv[] = {
	"169.254.169.254:80",
	"224.0.0.1",
	"0.0.0.0",
	"[fe80::1]",
	"[::ffff:169.254.1.1]",
	"255.255.255.255",
	"10.0.0.1",
	"192.168.1.1",
	"[fd00::1]",
};


/* the Contact of the far end is what it says; we need not go there */
START_TEST(s5_a_dialog_does_not_lead_to_such_a_host)
{
	char uri[64];

	send_as_alice("INVITE", at_peer(), "", talk_sdp("127.0.0.10", ""));
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&peer, "INVITE ");
	talk_reply(&peer, "200 OK", "", talk_sdp("127.0.0.40", ""));
	talk_expect(&alice, "SIP/2.0 200 ");
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&alice, "Record-Route"));

	(void)snprintf(uri, sizeof(uri), "sip:bob@%s", badhostv[_i]);
	phone_send(&alice,
		   "INFO %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKs5;rport\r\n"
		   "Route: %s\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\n"
		   "To: <sip:bob@example.net>;tag=b\r\n"
		   "Call-ID: call-1\r\nCSeq: 20 INFO\r\n\r\n",
		   uri, alice.host, alice.port, talk.route);
	(void)phone_recv(&alice);
	ck_assert_msg(phone_status(&alice) == 403, "%s: %s", uri, alice.msg);
}
END_TEST


static const char *const routev[] = {
	"<sip:169.254.169.254:80;transport=tcp;lr>",
	"<sip:127.0.0.66:5060;lr>",
	"<sip:foreign.invalid;lr>",
	"<sip:[::1];lr>",
};


START_TEST(s5_no_route_leads_to_strangers)
{
	char line[128];

	(void)snprintf(line, sizeof(line), "Route: %s\r\n", routev[_i]);
	talk_request(&talk, &alice, "INVITE", line, "");
	(void)phone_recv(&alice);
	if (phone_status(&alice) == 403)
		return;

	send_as_alice("INVITE", "sip:bob@example.net", line, "");
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&alice, "SIP/2.0 403 ");
}
END_TEST


START_TEST(a_route_that_names_our_domain_is_ours)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	send_as_alice("MESSAGE", "sip:bob@example.net",
		      "Route: <sip:example.net;lr>\r\n", "");
	talk_expect(&bob, "MESSAGE sip:bob@192.168.1.10:5060 ");
	ck_assert_str_eq(phone_header(&bob, "Route"), "");
}
END_TEST


static const struct {
	const char *line;
	size_t len; /* 0: up to the NUL */
} smugglev[] = {
	{"P-Asserted-Identity: <sip:boss@example.net>\r\n", 0},
	{"P-Asserted-Identity : <sip:boss@example.net>\r\n", 0},
	{"P-Asserted-Identity  \t : <sip:boss@example.net>\r\n", 0},
	{"P-Asserted-Identity\t:<sip:boss@example.net>\r\n", 0},
	{"p-asserted-identity:\r\n <sip:boss@example.net>\r\n", 0},
	{"P-ASSERTED-IDENTITY:\r\n\t<sip:boss@example.net>\r\n", 0},
	{"P-Asserted-Identity:<sip:boss@example.net>\n", 0},
	{"P-Asserted-Identity\0: <sip:boss@example.net>\r\n", 46},
	{"P-Asserted-Identity\r\n : <sip:boss@example.net>\r\n", 0},
	{"X: y\rP-Asserted-Identity: <sip:boss@example.net>\r\n", 0},
	{" P-Asserted-Identity: <sip:boss@example.net>\r\n", 0},
	{"Remote-Party-ID : <sip:boss@example.net>\r\n", 0},
	{"remote-party-id: <sip:boss@example.net>;party=calling\r\n", 0},
};


/* the request as a phone would send it, with one line in it that may hold
 * any octets */
static void send_smuggled(int row, const char *auth)
{
	const size_t n = smugglev[row].len ? smugglev[row].len
					   : strlen(smugglev[row].line);
	char buf[4096];
	int head;

	++alice.branch;
	head = snprintf(buf, sizeof(buf),
			"MESSAGE %s SIP/2.0\r\n"
			"Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKs%u;rport\r\n"
			"From: <sip:alice@example.net>;tag=a\r\n"
			"To: <sip:x@example.net>\r\n"
			"Call-ID: s7\r\nCSeq: %u MESSAGE\r\n%s",
			at_peer(), alice.host, alice.port, alice.branch,
			alice.branch, auth);
	memcpy(buf + head, smugglev[row].line, n);
	memcpy(buf + head + n, "\r\n", 2);
	phone_send_octets(&alice, buf, (size_t)head + n + 2);
}


START_TEST(s7_no_spelling_of_a_trust_header_passes)
{
	send_smuggled(_i, "");
	(void)phone_recv(&alice);
	if (phone_status(&alice) == 400)
		return;

	ck_assert_uint_eq(phone_status(&alice), 407);
	phone_answer_challenge(&alice, "alice", "wonderland", "MESSAGE",
			       at_peer());
	send_smuggled(_i, alice.auth);
	talk_expect(&peer, "MESSAGE ");
	ck_assert_msg(!strcasestr(peer.msg, "boss"), "%s", peer.msg);
}
END_TEST


/* nor in an answer of a phone, on its way to a peer */
START_TEST(s7_a_callees_identity_is_not_believed)
{
	char uri[64];

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	(void)snprintf(uri, sizeof(uri), "sip:bob@example.net");
	talk_send(&talk, &peer, "INVITE", uri, "", "");
	talk_expect(&peer, "SIP/2.0 100 ");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "180 Ringing",
		   "P-Asserted-Identity : <sip:boss@example.net>\r\n", "");
	talk_expect(&peer, "SIP/2.0 180 ");
	ck_assert_ptr_null(strcasestr(peer.msg, "boss"));
}
END_TEST


static size_t heap(void)
{
	return mallinfo2().uordblks;
}


static void flood_one(struct phone *ph, unsigned n)
{
	const char *met = n % 2 ? "REGISTER" : "INVITE";

	phone_send(ph,
		   "%s sip:%sexample.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKf%u;rport\r\n"
		   "From: <sip:alice@example.net>;tag=f%u\r\n"
		   "To: <sip:%s@example.net>\r\n"
		   "Call-ID: flood%u\r\nCSeq: 1 %s\r\n"
		   "Contact: <sip:x@127.0.0.66>\r\n\r\n",
		   met, n % 2 ? "" : "bob@", ph->host, ph->port, n, n,
		   n % 2 ? "alice" : "bob", n, met);
}


static void flood(struct phone *ph, unsigned first, unsigned count)
{
	for (unsigned n = first; n < first + count; n += FLOOD_BURST) {
		for (unsigned i = 0; i < FLOOD_BURST; i++)
			flood_one(&ph[i % FLOOD_PHONES], n + i);
		for (unsigned i = 0; i < FLOOD_BURST; i++) {
			struct phone *at = &ph[i % FLOOD_PHONES];

			(void)phone_recv(at);
			ck_assert_uint_eq(phone_status(at) & ~6U, 401 & ~6U);
		}
	}
}


START_TEST(s11_a_flood_of_strangers_leaves_nothing_behind)
{
	static struct phone phonev[FLOOD_PHONES];
	size_t before;
	char host[32];

	for (int i = 0; i < FLOOD_PHONES; i++) {
		(void)snprintf(host, sizeof(host), "127.0.6.%d", i + 1);
		phone_open(&phonev[i], &rig, host);
	}
	flood(phonev, 0, FLOOD_WARM);
	before = heap();
	flood(phonev, FLOOD_WARM, FLOOD);
	ck_assert_uint_lt(heap(), before + 64 * 1024);
	ck_assert_uint_eq(rig_counter(&rig, "sip_server_transactions_total"),
			  0);
	ck_assert_uint_eq(rig_counter(&rig, "calls_started_total"), 0);

	for (int i = 0; i < FLOOD_PHONES; i++)
		phone_close(&phonev[i]);
}
END_TEST


/* and his credentials go no further */
START_TEST(a_user_may_call_without_his_name)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	for (int i = 0; i < 2; i++) {
		phone_send(
			&alice,
			"MESSAGE sip:bob@example.net SIP/2.0\r\n"
			"Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKan%d;rport\r\n"
			"From: \"Anonymous\" "
			"<sip:anonymous@anonymous.invalid>;tag=a\r\n"
			"To: <sip:bob@example.net>\r\n"
			"Call-ID: anon\r\nCSeq: %d MESSAGE\r\n"
			"Privacy: id\r\n%s\r\n",
			alice.host, alice.port, i, i + 1, alice.auth);
		if (i)
			break;
		talk_expect(&alice, "SIP/2.0 407 ");
		phone_answer_challenge(&alice, "alice", "wonderland",
				       "MESSAGE", "sip:bob@example.net");
	}
	talk_expect(&bob, "MESSAGE ");
	ck_assert_ptr_null(strstr(bob.msg, "alice"));
}
END_TEST


START_TEST(s13_a_cookie_begins_no_call)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	phone_send(&bob,
		   "INVITE %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKs13;rport\r\n"
		   "Route: %s\r\n"
		   "From: <sip:bob@example.net>;tag=a\r\n"
		   "To: <sip:x@example.net>\r\n"
		   "Call-ID: call-1\r\nCSeq: 20 INVITE\r\n\r\n",
		   at_peer(), bob.host, bob.port, talk.route);
	talk_expect(&bob, "SIP/2.0 407 ");
	ck_assert(phone_quiet(&peer));
}
END_TEST


static const char *const harvestv[] = {
	"Digest realm=\"example.net\", nonce=\"x\"",
	"Digest realm=example.net, nonce=x",
	"dIGEST nonce=\"x\" , REALM = \"EXAMPLE.net\"",
	"Digest realm=\"example.net\", nonce=\"x\", algorithm=MD5-sess",
	"Digest realm=\"example.net\", nonce=\"x\", qop=\"auth-int\"",
	"Digest realm=\"example\\.net\", nonce=\"x\"",
	"Digest realm=\"a\", realm=\"example.net\", nonce=\"x\"",
	"Basic realm=\"example.net\"",
};


START_TEST(s14_a_callee_gets_no_digest_for_our_realm)
{
	char line[256];

	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	(void)snprintf(line, sizeof(line), "%s-Authenticate: %s\r\n",
		       _i % 2 ? "WWW" : "Proxy", harvestv[_i]);
	talk_inside(&talk, &alice, "BYE", 20, "", "");
	talk_expect(&bob, "BYE ");
	talk_reply(&bob, _i % 2 ? "401 No" : "407 No", line, "");
	(void)phone_recv(&alice);
	ck_assert_msg(phone_status(&alice) == 403, "%s", alice.msg);
	ck_assert_ptr_null(strcasestr(alice.msg, "Authenticate"));
}
END_TEST


START_TEST(s14_a_foreign_realm_may_ask)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	talk_inside(&talk, &alice, "BYE", 20, "", "");
	talk_expect(&bob, "BYE ");
	talk_reply(&bob, "401 Who",
		   "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"x\"\r\n",
		   "");
	talk_expect(&alice, "SIP/2.0 401 ");
	ck_assert_uint_eq(rig_counter(&rig, "relay_sessions"), 1);
	talk_inside(&talk, &alice, "BYE", 21,
		    "Authorization: Digest username=\"alice\", realm=\"pbx\", "
		    "nonce=\"x\", uri=\"sip:b\", response=\"0\"\r\n"
		    "Authorization: Digest username=\"alice\", "
		    "realm=\"example.net\", nonce=\"x\", uri=\"sip:b\", "
		    "response=\"0\"\r\n",
		    "");
	talk_expect(&bob, "BYE ");
	ck_assert_ptr_nonnull(strstr(bob.msg, "realm=\"pbx\""));
	ck_assert_ptr_null(strstr(bob.msg, "realm=\"example.net\""));
}
END_TEST


/* without what differs from one answer to the next */
static void normalize(char *buf, size_t size, const char *msg)
{
	static const char *const variedv[] = {"nonce=\"", "tag="};
	size_t pos = 0;

	while (*msg && pos + 1 < size) {
		size_t skip = 0;

		for (size_t i = 0; i < ARRAY_SIZE(variedv); i++) {
			const size_t n = strlen(variedv[i]);

			if (!strncmp(msg, variedv[i], n))
				skip = n + strspn(msg + n, "0123456789abcdef");
		}
		msg += skip;
		buf[pos++] = *msg++;
	}
	buf[pos] = '\0';
}


static void ask(char *buf, size_t size, const char *user, const char *auth)
{
	phone_send(&mallory,
		   "REGISTER sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKenum;rport\r\n"
		   "From: <sip:x@example.net>;tag=e\r\n"
		   "To: <sip:%s@example.net>\r\n"
		   "Call-ID: enum\r\nCSeq: 1 REGISTER\r\n%s\r\n",
		   mallory.host, mallory.port, user, auth);
	normalize(buf, size, phone_recv(&mallory));
}


START_TEST(s15_known_and_unknown_users_are_answered_alike)
{
	char known[4096], unknown[4096];

	ask(known, sizeof(known), "alice", "");
	ask(unknown, sizeof(unknown), "nobdy", "");
	memcpy(strstr(unknown, "nobdy"), "alice", 5);
	ck_assert_str_eq(known, unknown);

	(void)phone_header(&mallory, "WWW-Authenticate");
	phone_answer_challenge(&mallory, "alice", "wrong", "REGISTER",
			       "sip:example.net");
	ask(known, sizeof(known), "alice", mallory.auth);
	phone_answer_challenge(&mallory, "nobdy", "wrong", "REGISTER",
			       "sip:example.net");
	ask(unknown, sizeof(unknown), "nobdy", mallory.auth);
	memcpy(strstr(unknown, "nobdy"), "alice", 5);
	ck_assert_str_eq(known, unknown);
	ck_assert_ptr_nonnull(strstr(known, "SIP/2.0 401 "));
}
END_TEST


START_TEST(s16_a_captured_register_is_of_no_use)
{
	char auth[sizeof(bob.auth)], buf[4096];

	/* as bob sent it: nobody registers with the Contact of another */
	register_as(&bob, "bob", "builder99", "bob", "<sip:bob@127.0.0.20>");
	ck_assert_uint_eq(phone_status(&bob), 200);

	ask(buf, sizeof(buf), "bob", "");
	phone_answer_challenge(&mallory, "bob", "builder99", "REGISTER",
			       "sip:example.net");
	memcpy(auth, mallory.auth, sizeof(auth));
	ask(buf, sizeof(buf), "bob", auth);
	ck_assert_uint_eq(phone_status(&mallory), 200);

	/* another branch: no retransmission */
	mallory.branch = 77;
	phone_send(&mallory,
		   "REGISTER sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKreplay;rport\r\n"
		   "From: <sip:x@example.net>;tag=e\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: enum\r\nCSeq: 2 REGISTER\r\n%s"
		   "Contact: <sip:bob@127.0.0.66>\r\n\r\n",
		   mallory.host, mallory.port, auth);
	talk_expect(&mallory, "SIP/2.0 401 ");
	ck_assert_ptr_nonnull(strstr(mallory.msg, "stale=true"));
	ck_assert_uint_eq(rig_counter(&rig, "location_bindings"), 1);
}
END_TEST


/* T1 is 10 ms here: a Timer G would have fired ten times by the end */
START_TEST(s17_a_spoofed_invite_is_answered_once_and_not_louder)
{
	talk_request(&talk, &mallory, "INVITE",
		     "User-Agent: Softphone 1.0\r\n"
		     "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO\r\n"
		     "Supported: replaces, norefersub, outbound\r\n",
		     talk_sdp("192.168.1.10",
			      "a=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"
			      "a=ptime:20\r\n"));
	talk_expect(&mallory, "SIP/2.0 407 ");
	ck_assert_uint_le(strlen(mallory.msg) * 2, mallory.sent * 3);
	ck_assert(phone_quiet(&mallory));
}
END_TEST


static const char *const viav[] = {
	"SIP/2.0/UDP 127.0.0.20:%u;branch=z9hG4bK1",
	"SIP/2.0/UDP 127.0.0.66;maddr=127.0.0.20;rport=%u;branch=z9hG4bK1",
	"SIP/2.0/UDP 10.0.0.1;received=127.0.0.20;rport=%u;branch=z9hG4bK1",
};


START_TEST(s17_a_reply_goes_to_the_source_alone)
{
	char via[256];

	(void)snprintf(via, sizeof(via), viav[_i], bob.port);
	for (int i = 0; i < 2; i++) {
		phone_send(&mallory,
			   "%s sip:bob@example.net SIP/2.0\r\nVia: %s\r\n"
			   "From: <sip:alice@example.net>;tag=a\r\n"
			   "To: <sip:bob@example.net>\r\n"
			   "Call-ID: r%d\r\nCSeq: 1 MESSAGE\r\n\r\n",
			   i ? "MESSAGE" : "BROKEN", via, i);
		(void)phone_recv(&mallory);
		ck_assert_uint_eq(phone_status(&mallory), i ? 407 : 400);
	}
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(s18_a_user_reaches_no_stranger)
{
	char uri[64];

	(void)snprintf(uri, sizeof(uri), "sip:x@127.0.0.66:%u", mallory.port);
	send_as_alice("INVITE", uri, "", "");
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&alice, "SIP/2.0 404 ");
	ck_assert(phone_quiet(&mallory));
}
END_TEST


static void expect_sane_lines(FILE *f)
{
	char line[8192];
	size_t n = 0;

	rewind(f);
	while (fgets(line, sizeof(line), f)) {
		const size_t len = strlen(line);

		++n;
		ck_assert_msg(len > 24 && isdigit((uint8_t)line[0]) &&
				      line[10] == 'T',
			      "%s", line);
		for (size_t i = 0; i + 1 < len; i++)
			ck_assert_msg((uint8_t)line[i] >= 0x20 &&
					      (uint8_t)line[i] < 0x7f,
				      "%s", line);
		ck_assert_msg(!strstr(line, "builder99") &&
				      !strstr(line, "response="),
			      "%s", line);
	}
	ck_assert_uint_gt(n, 5);
}


/* and S26: no credentials in it */
START_TEST(s24_each_event_is_one_line)
{
	FILE *f = tmpfile();
	const int keep = dup(STDERR_FILENO);

	ck_assert_ptr_nonnull(f);
	(void)str_ncpy(rig.cfg->log_level, "debug",
		       sizeof(rig.cfg->log_level));
	ck_assert_int_ge(dup2(fileno(f), STDERR_FILENO), 0);
	rig_restart(&rig);

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	phone_send(&mallory,
		   "MESSAGE sip:bob@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP x;branch=z9hG4bK1\r\n"
		   "From: \"\x1b[31m';--%%n%%s\" <sip:a%%0A@example.net>;"
		   "tag=a\r\n"
		   "To: <sip:bob%%0d%%0a@example.net>\r\n"
		   "User-Agent: a\x1b]0;x\x07\x7f%%s%%n\r\n fold\r\n"
		   "Call-ID: a\"b=c\xff%%n@x\r\nCSeq: 1 MESSAGE\r\n\r\n");
	(void)phone_recv(&mallory);
	phone_send(&mallory, "BAD\x1b[2J\n\nsip.refused status=200\n\n");
	phone_send(&mallory, "MESS\x01 sip:bob@example.net SIP/2.0\r\n"
			     "Via: SIP/2.0/UDP x\x1b;branch=z9hG4bK1\r\n\r\n");
	ck_assert(phone_quiet(&mallory));

	rig.srv = mem_deref(rig.srv);
	ck_assert_int_ge(dup2(keep, STDERR_FILENO), 0);
	(void)close(keep);
	expect_sane_lines(f);
	(void)fclose(f);
}
END_TEST


START_TEST(s25_nobody_takes_anothers_bindings_away)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	register_as(&mallory, "alice", "wonderland", "bob", "*");
	ck_assert_uint_eq(phone_status(&mallory), 403);
	ck_assert_uint_eq(rig_counter(&rig, "location_bindings"), 1);
}
END_TEST


Suite *suite_security(void);
Suite *suite_security(void)
{
	Suite *s = suite_create("security");
	TCase *tc = tcase_create("security");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, s5_such_a_contact_is_not_bound, badcontactv);
	tcase_add_test(tc, s5_our_own_address_is_no_contact);
	test_table(tc, s5_a_dialog_does_not_lead_to_such_a_host, badhostv);
	test_table(tc, s5_no_route_leads_to_strangers, routev);
	tcase_add_test(tc, a_route_that_names_our_domain_is_ours);
	test_table(tc, s7_no_spelling_of_a_trust_header_passes, smugglev);
	tcase_add_test(tc, s7_a_callees_identity_is_not_believed);
	tcase_add_test(tc, s11_a_flood_of_strangers_leaves_nothing_behind);
	tcase_add_test(tc, a_user_may_call_without_his_name);
	tcase_add_test(tc, s13_a_cookie_begins_no_call);
	test_table(tc, s14_a_callee_gets_no_digest_for_our_realm, harvestv);
	tcase_add_test(tc, s14_a_foreign_realm_may_ask);
	tcase_add_test(tc, s15_known_and_unknown_users_are_answered_alike);
	tcase_add_test(tc, s16_a_captured_register_is_of_no_use);
	tcase_add_test(tc,
		       s17_a_spoofed_invite_is_answered_once_and_not_louder);
	test_table(tc, s17_a_reply_goes_to_the_source_alone, viav);
	tcase_add_test(tc, s18_a_user_reaches_no_stranger);
	tcase_add_test(tc, s24_each_event_is_one_line);
	tcase_add_test(tc, s25_nobody_takes_anothers_bindings_away);
	suite_add_tcase(s, tc);

	return s;
}
