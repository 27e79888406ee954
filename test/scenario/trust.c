/**
 * @file scenario/trust.c  Whose word counts: methods, names, peers
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/mock/decoded.h"
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob, trusted, other, login, stranger;
static struct talk talk;

static const char conf[] =
	"relay { ports = \"22500-22599\" allow_local = yes quarantine = 0 }\n"
	"limit { requests = 0 strangers = 0 failures = 0 }\n"
	"private_headers = { \"X-Own-*\" }\n"
	"tel_identity = yes\n"
	"peer trusted { address = \"127.0.0.40\" trust = yes }\n"
	"peer other { address = \"127.0.0.41\" }\n"
	"peer login { address = \"127.0.0.42\" auth_user = \"pbx\"\n"
	"  auth_password = \"s3cret99\" trust = yes }\n";


static void setup(void)
{
	const struct account_settings set = {.name = "Alice"};

	rig_start(&rig, conf);
	rig_account_with(&rig, "alice@example.net", "wonderland", &set,
			 "+4930711@example.net");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&trusted, &rig, "127.0.0.40");
	phone_open(&other, &rig, "127.0.0.41");
	phone_open(&login, &rig, "127.0.0.42");
	phone_open(&stranger, &rig, "127.0.0.66");
	talk_begin(&talk, &alice, &bob, "trust-1");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&trusted);
	phone_close(&other);
	phone_close(&login);
	phone_close(&stranger);
	rig_stop(&rig);
}


static const char *const methodv[] = {
	"INVITE",  "MESSAGE", "SUBSCRIBE", "NOTIFY", "PUBLISH", "REFER",
	"OPTIONS", "INFO",    "UPDATE",    "PRACK",  "BYE",     "NEWMETHOD",
};


/* of nobody, to a user of ours who is there */
START_TEST(s12_every_method_asks_who_it_is)
{
	talk_send(&talk, &stranger, methodv[_i], "sip:bob@example.net",
		  "Event: presence\r\nRefer-To: <sip:0900@example.net>\r\n",
		  "");
	talk_expect(&stranger, "SIP/2.0 407 ");
	ck_assert(phone_quiet(&bob));
}
END_TEST


/* and with a To tag, as if there were a dialog */
START_TEST(s12_nor_does_a_tag_help)
{
	(void)snprintf(talk.route, sizeof(talk.route),
		       "<sip:127.0.0.1:%u;lr;vd=AAAAAAAAAAAAAAAAAAAAAAAA>",
		       sa_port(&rig.us));
	talk_inside(&talk, &stranger, methodv[_i], 7, "", "");
	(void)phone_recv(&stranger);
	ck_assert_uint_ge(phone_status(&stranger), 400);
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(s12_an_authenticated_one_passes)
{
	talk_send(&talk, &alice, methodv[_i], "sip:bob@example.net", "", "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", methodv[_i],
			       "sip:bob@example.net");
	talk_send(&talk, &alice, methodv[_i], "sip:bob@example.net", "", "");
	talk_expect(&bob, methodv[_i]);
}
END_TEST


/* what a phone sends as alice, From and all */
static void send_from(struct phone *ph, const char *uri, const char *from,
		      const char *lines)
{
	for (int i = 0; i < 2; i++) {
		++ph->branch;
		phone_send(ph,
			   "INVITE %s SIP/2.0\r\n"
			   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKf%u;rport\r\n"
			   "From: %s;tag=f\r\nTo: <%s>\r\n"
			   "Call-ID: from-%u\r\nCSeq: %u INVITE\r\n"
			   "Contact: <sip:x@192.168.1.10>\r\n%s%s\r\n",
			   uri, ph->host, ph->port, ph->branch, from, uri,
			   ph->port, ph->branch, ph->auth, lines);
		ph->auth[0] = '\0';
		if (i)
			break;
		(void)phone_recv(ph);
		if (phone_status(ph) != 407)
			return;
		phone_answer_challenge(ph, "alice", "wonderland", "INVITE",
				       uri);
	}
	(void)phone_recv(ph);
}


static const char *uri_of(const struct phone *ph)
{
	static char uri[64];

	(void)snprintf(uri, sizeof(uri), "sip:x@%s:%u", ph->host, ph->port);

	return uri;
}


#define ALICE  "<sip:alice@example.net>"
#define NUMBER "<sip:+4930711@example.net>"
#define NOBODY "\"Anonymous\" <sip:anonymous@anonymous.invalid>"
#define PPI    "P-Preferred-Identity: "

static const struct {
	const char *from, *lines, *pai, *privacy;
} assertv[] = {
	{ALICE, "", "\"Alice\" <sip:alice@example.net>", ""},
	{NUMBER, "", "\"Alice\" <sip:+4930711@example.net>", ""},
	{ALICE, PPI NUMBER "\r\n", "\"Alice\" <sip:+4930711@example.net>", ""},
	{ALICE, PPI "<tel:+49-30-711>\r\n",
	 "\"Alice\" <sip:+4930711@example.net>", ""},
	{NUMBER, PPI ALICE "\r\n", "\"Alice\" <sip:alice@example.net>", ""},
	{ALICE, PPI "<sip:bob@example.net>\r\n",
	 "\"Alice\" <sip:alice@example.net>", ""},
	{ALICE, PPI "<tel:+4930712>\r\n", "\"Alice\" <sip:alice@example.net>",
	 ""},
	{NOBODY, "", "\"Alice\" <sip:alice@example.net>", "id"},
	{NOBODY, "Privacy: id\r\n", "\"Alice\" <sip:alice@example.net>", "id"},
	{NOBODY, PPI NUMBER "\r\n", "\"Alice\" <sip:+4930711@example.net>",
	 "id"},
};


START_TEST(rfc3325_a_trusted_peer_hears_from_us_who_it_is)
{
	const char *second;

	send_from(&alice, uri_of(&trusted), assertv[_i].from,
		  assertv[_i].lines);
	talk_expect(&trusted, "INVITE ");
	ck_assert_str_eq(phone_header(&trusted, "P-Asserted-Identity"),
			 assertv[_i].pai);
	ck_assert_str_eq(phone_header(&trusted, "Privacy"),
			 assertv[_i].privacy);
	ck_assert_str_eq(phone_header(&trusted, "P-Preferred-Identity"), "");

	/* a number is one in the telephone network as well */
	second = strstr(trusted.msg, "<tel:+4930711>");
	ck_assert(!second == !strstr(assertv[_i].pai, "+49"));
}
END_TEST


static const struct {
	const char *from, *lines, *pai;
} phonev[] = {
	{ALICE, "", "\"Alice\" <sip:alice@example.net>"},
	{ALICE, "Privacy: id\r\n", ""},
	{ALICE, "Privacy: none\r\n", "\"Alice\" <sip:alice@example.net>"},
	{NOBODY, "", ""},
	{NOBODY, "Privacy: id;critical\r\n", ""},
	{ALICE, "P-Asserted-Identity: <sip:boss@example.net>\r\n",
	 "\"Alice\" <sip:alice@example.net>"},
};


START_TEST(rfc3325_a_phone_hears_who_it_is_if_it_may)
{
	send_from(&alice, "sip:bob@example.net", phonev[_i].from,
		  phonev[_i].lines);
	talk_expect(&bob, "INVITE ");
	ck_assert_str_eq(phone_header(&bob, "P-Asserted-Identity"),
			 phonev[_i].pai);
	ck_assert_ptr_null(strstr(bob.msg, "boss"));
}
END_TEST


START_TEST(rfc3325_a_peer_that_is_not_trusted_hears_nothing)
{
	send_from(&alice, uri_of(&other), ALICE, PPI ALICE "\r\n");
	talk_expect(&other, "INVITE ");
	ck_assert_ptr_null(strstr(other.msg, "Identity"));
}
END_TEST


static const struct {
	const char *from;
	unsigned status;
} namev[] = {
	{"<sip:alice@example.net>", 100},
	{"<sip:+4930711@example.net>", 100},
	{"<sip:+49(30)711@example.net>", 100},
	{"<sip:4930711@example.net>", 100},
	{"<sip:ALICE@example.net>", 403},
	{"<sip:bob@example.net>", 403},
	{"<sip:+4930712@example.net>", 403},
	{"<sip:alice@example.com>", 403},
	{"<sip:example.net>", 403},
	{"<tel:+4930711>", 403},
};


START_TEST(a_from_is_of_the_account_or_an_alias_of_it)
{
	send_from(&alice, "sip:bob@example.net", namev[_i].from, "");
	ck_assert_msg(phone_status(&alice) == namev[_i].status, "%s: %s",
		      namev[_i].from, alice.msg);
}
END_TEST


static const struct {
	const char *privacy;
	unsigned status;
} criticalv[] = {
	{"id;critical", 100},
	{"none;critical", 100},
	{"user", 100},
	{"header;session", 100},
	{"user;critical", 500},
	{"header;critical", 500},
	{"session;critical", 500},
	{"newthing;critical", 500},
};


START_TEST(rfc3323_what_is_critical_and_not_possible_is_refused)
{
	char line[64];

	(void)snprintf(line, sizeof(line), "Privacy: %s\r\n",
		       criticalv[_i].privacy);
	send_from(&alice, "sip:bob@example.net", ALICE, line);
	ck_assert_uint_eq(phone_status(&alice), criticalv[_i].status);
}
END_TEST


static void peer_calls_bob(struct phone *ph, const char *lines)
{
	++ph->branch;
	phone_send(ph,
		   "INVITE sip:bob@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKp%u\r\n"
		   "From: <sip:+1555@carrier.net>;tag=p\r\n"
		   "To: <sip:bob@example.net>\r\nCall-ID: p-%u\r\n"
		   "CSeq: %u INVITE\r\n%s%s\r\n",
		   ph->host, ph->port, ph->branch, ph->port, ph->branch,
		   ph->auth, lines);
}


#define THEIRS "P-Asserted-Identity: <sip:+1555@carrier.net>\r\n"


START_TEST(rfc3325_a_trusted_peers_word_is_passed_on)
{
	peer_calls_bob(&trusted, THEIRS "X-Internal: 1\r\n");
	talk_expect(&bob, "INVITE ");
	ck_assert_str_eq(phone_header(&bob, "P-Asserted-Identity"),
			 "<sip:+1555@carrier.net>");
	ck_assert_str_eq(phone_header(&bob, "X-Internal"), "1");

	peer_calls_bob(&trusted, THEIRS "Privacy: id\r\n");
	talk_expect(&bob, "INVITE ");
	ck_assert_str_eq(phone_header(&bob, "P-Asserted-Identity"), "");
}
END_TEST


START_TEST(rfc3325_another_peers_word_is_not)
{
	peer_calls_bob(&other, THEIRS "X-Internal: 1\r\nx-own-thing : 2\r\n");
	talk_expect(&bob, "INVITE ");
	ck_assert_str_eq(phone_header(&bob, "P-Asserted-Identity"), "");
	ck_assert_ptr_null(strcasestr(bob.msg, "x-internal"));
	ck_assert_ptr_null(strcasestr(bob.msg, "x-own"));
}
END_TEST


/* RFC 3325 section 5: a response has its identities as well */
START_TEST(rfc3325_a_response_is_judged_by_whom_it_is_of)
{
	struct phone *const fromv[] = {&trusted, &other};

	send_from(&alice, uri_of(fromv[_i]), ALICE, "");
	talk_expect(fromv[_i], "INVITE ");
	talk_reply(fromv[_i], "180 Ringing", THEIRS, "");
	talk_expect(&alice, "SIP/2.0 180 ");
	ck_assert(!strstr(alice.msg, "P-Asserted-Identity") == (_i == 1));
}
END_TEST


START_TEST(a_peer_with_a_password_has_to_show_it)
{
	peer_calls_bob(&login, "");
	talk_expect(&login, "SIP/2.0 407 ");
	ck_assert(phone_quiet(&bob));

	phone_answer_challenge(&login, "pbx", "s3cret99", "INVITE",
			       "sip:bob@example.net");
	peer_calls_bob(&login, THEIRS);
	talk_expect(&bob, "INVITE ");
	ck_assert_str_eq(phone_header(&bob, "P-Asserted-Identity"),
			 "<sip:+1555@carrier.net>");
	ck_assert_str_eq(phone_header(&bob, "Proxy-Authorization"), "");
}
END_TEST


START_TEST(a_peers_password_works_from_its_addresses_only)
{
	peer_calls_bob(&stranger, "");
	talk_expect(&stranger, "SIP/2.0 407 ");
	phone_answer_challenge(&stranger, "pbx", "s3cret99", "INVITE",
			       "sip:bob@example.net");
	peer_calls_bob(&stranger, "");
	talk_expect(&stranger, "SIP/2.0 407 ");
	ck_assert(phone_quiet(&bob));
}
END_TEST


static const char *const spellingv[] = {
	"00", "02", "04", "06", "08",
};

static const char *const smugglev[] = {
	"X-Internal: boss",  "x-internal: boss",     "X-INTERNAL\t:boss",
	"X-Internal :boss",  "X-Internal \t : boss", "X-Internal:\r\n boss",
	"X-Own-Thing: boss", "x-own-: boss",         "X-Own-X :\r\n\tboss",
	"X-InTeRnAl:boss",
};


static void expect_nothing_of_it(const char *line)
{
	char lines[256];

	(void)snprintf(lines, sizeof(lines), "%s\r\n", line);
	send_from(&alice, uri_of(&trusted), ALICE, lines);
	if (phone_status(&alice) == 400)
		return;

	ck_assert_uint_eq(phone_status(&alice), 100);
	talk_expect(&trusted, "INVITE ");
	ck_assert_msg(!strcasestr(trusted.msg, "boss"), "%s", trusted.msg);
	ck_assert_ptr_null(strcasestr(trusted.msg, "x-internal"));
	ck_assert_ptr_null(strcasestr(trusted.msg, "x-own-"));
}


START_TEST(s7_no_spelling_of_a_private_header_passes)
{
	expect_nothing_of_it(smugglev[_i]);
}
END_TEST


/* the line in front of the last one, as it stands in the file */
START_TEST(s7_nor_do_those_of_the_field)
{
	uint8_t buf[DECODED_FILE_MAX];
	char name[64], *line, *end, text[4096];
	size_t len;

	(void)snprintf(name, sizeof(name), "cve-2020-28361-hdr-smuggle-%s.sip",
		       spellingv[_i]);
	len = decoded_file(buf, "cve-shapes", name);
	ck_assert_uint_lt(len, sizeof(text));
	memcpy(text, buf, len);
	text[len] = '\0';

	/* a NUL in a name ends in a 400, and in nothing else */
	if (strlen(text) < len) {
		phone_send_octets(&stranger, buf, len);
		talk_expect(&stranger, "SIP/2.0 400 ");
		return;
	}

	line = strstr(text, "5060>\r\n");
	ck_assert_ptr_nonnull(line);
	line += 7;
	end = strstr(line, "\r\nContent-Length");
	ck_assert_ptr_nonnull(end);
	*end = '\0';
	expect_nothing_of_it(line);
}
END_TEST


/* more of them than any list of ours is long */
START_TEST(s7_nor_do_many)
{
	char lines[4096] = "";
	size_t n = 0;

	for (int i = 0; i < 100; i++)
		n += (size_t)snprintf(lines + n, sizeof(lines) - n,
				      "%sX-Internal: boss", i ? "\r\n" : "");
	send_from(&alice, uri_of(&trusted), ALICE, strcat(lines, "\r\n"));
	ck_assert_uint_eq(phone_status(&alice), 100);
	talk_expect(&trusted, "INVITE ");
	ck_assert_ptr_null(strcasestr(trusted.msg, "boss"));
}
END_TEST


Suite *suite_trust(void);
Suite *suite_trust(void)
{
	Suite *s = suite_create("trust");
	TCase *tc = tcase_create("trust");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, s12_every_method_asks_who_it_is, methodv);
	test_table(tc, s12_nor_does_a_tag_help, methodv);
	test_table(tc, s12_an_authenticated_one_passes, methodv);
	test_table(tc, rfc3325_a_trusted_peer_hears_from_us_who_it_is,
		   assertv);
	test_table(tc, rfc3325_a_phone_hears_who_it_is_if_it_may, phonev);
	tcase_add_test(tc, rfc3325_a_peer_that_is_not_trusted_hears_nothing);
	test_table(tc, a_from_is_of_the_account_or_an_alias_of_it, namev);
	test_table(tc, rfc3323_what_is_critical_and_not_possible_is_refused,
		   criticalv);
	tcase_add_test(tc, rfc3325_a_trusted_peers_word_is_passed_on);
	tcase_add_test(tc, rfc3325_another_peers_word_is_not);
	tcase_add_loop_test(tc, rfc3325_a_response_is_judged_by_whom_it_is_of,
			    0, 2);
	tcase_add_test(tc, a_peer_with_a_password_has_to_show_it);
	tcase_add_test(tc, a_peers_password_works_from_its_addresses_only);
	test_table(tc, s7_no_spelling_of_a_private_header_passes, smugglev);
	test_table(tc, s7_nor_do_those_of_the_field, spellingv);
	tcase_add_test(tc, s7_nor_do_many);
	suite_add_tcase(s, tc);

	return s;
}
