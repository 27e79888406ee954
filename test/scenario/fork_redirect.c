/**
 * @file scenario/fork_redirect.c  A callee's phone says where else he is
 */
#include <stdio.h>
#include <string.h>
#include "test/mock/nameserver.h"
#include "test/scenario/crew.h"
#include "test/test.h"

enum { TEXT_MAX = 512, MANY = 14 };

static struct crew crew;
static struct nameserver ns;
static struct member *const alice = &crew.alice, *const bob = crew.bobv,
			    *const carol = &crew.bobv[4];


static void start(const char *config)
{
	crew_open(&crew, config, 0, 0);
	carol->user = "carol";
	crew_register(&bob[0], "");
	crew_register(carol, "");
}


static void setup(void)
{
	start("");
}


static void setup_pass(void)
{
	start("proxy { redirects = \"pass\" }\n");
}


static void setup_names(void)
{
	char conf[256];

	nameserver_open(&ns, "127.0.0.53");
	ns.zone.negative_ttl = 60;
	zone_add(&ns.zone, "elsewhere.example.org", 60, "A", "127.0.0.22");
	zone_add(&ns.zone, "inside.example.org", 60, "A", "10.9.9.9");
	zone_add(&ns.zone, "here.example.org", 60, "A", "127.0.0.1");
	(void)re_snprintf(conf, sizeof(conf),
			  "dns { servers = { \"%J\" } timeout = 400 }\n",
			  &ns.addr);
	start(conf);
}


static void teardown(void)
{
	crew_close(&crew);
}


static void teardown_names(void)
{
	crew_close(&crew);
	nameserver_close(&ns);
}


static const char *uri_of(const struct member *m)
{
	static char buf[4][TEXT_MAX];
	static unsigned turns;
	char *out = buf[turns++ & 3];

	(void)snprintf(out, TEXT_MAX, "sip:%s@%s:%u", m->user, m->ph.host,
		       m->ph.port);

	return out;
}


/* bob's phone has the INVITE and answers with these Contacts */
static void redirect(const char *contacts)
{
	char line[4096];

	(void)snprintf(line, sizeof(line), "Contact: %s\r\n", contacts);
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "302 Moved Temporarily", line, "");
	crew_expect(&bob[0], "ACK ");
}


START_TEST(another_user_of_ours_is_called_at_his_phones)
{
	redirect("<sip:carol@example.net>");
	crew_expect(carol, "INVITE sip:carol@127.0.0.24:");
	crew_reply(carol, "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_reply(carol, "200 OK", "", crew_sdp("127.0.0.24"));
	crew_expect(alice, "SIP/2.0 200 ");
	ck_assert(!strncmp(crew_media(alice), "127.0.0.1 ", 10));
	rig_settle(&crew.rig, "relay_sessions", 1, 1000);
	crew_ack(&crew, carol);
	crew_bye(&crew, carol, alice);
	crew_no_calls(&crew);
}
END_TEST


START_TEST(an_address_that_may_be_reached_is_called)
{
	char contact[TEXT_MAX], want[TEXT_MAX];

	(void)snprintf(contact, sizeof(contact), "<%s;x=y?Subject=a>",
		       uri_of(&bob[1]));
	(void)snprintf(want, sizeof(want), "INVITE %s;x=y SIP/2.0",
		       uri_of(&bob[1]));
	redirect(contact);
	crew_expect(&bob[1], want);
	crew_reply(&bob[1], "200 OK", "", crew_sdp("127.0.0.21"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[1]);
	crew_bye(&crew, alice, &bob[1]);
	crew_no_calls(&crew);
}
END_TEST


START_TEST(its_failure_is_the_answer)
{
	redirect("<sip:carol@example.net>");
	crew_expect(carol, "INVITE ");
	crew_reply(carol, "486 Busy Here", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	crew_no_calls(&crew);
}
END_TEST


START_TEST(q_says_in_which_order)
{
	char contacts[2 * TEXT_MAX];

	(void)snprintf(contacts, sizeof(contacts),
		       "<%s>;q=0.3, <%s>;q=0.9, <%s>", uri_of(&bob[1]),
		       uri_of(&bob[2]), uri_of(&bob[3]));
	redirect(contacts);
	crew_expect(&bob[3], "INVITE ");
	ck_assert(crew_silent(&bob[2], "INVITE "));
	crew_reply(&bob[3], "486 Busy Here", "", "");
	crew_expect(&bob[2], "INVITE ");
	ck_assert(crew_silent(&bob[1], "INVITE "));
	crew_reply(&bob[2], "486 Busy Here", "", "");
	crew_expect(&bob[1], "INVITE ");
}
END_TEST


/* while one phone rings the other says where else: that rings as well */
START_TEST(others_ring_on_meanwhile)
{
	crew_register(&bob[1], "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[1], "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "302 Moved Temporarily",
		   "Contact: <sip:carol@example.net>\r\n", "");
	crew_expect(carol, "INVITE ");
	crew_reply(carol, "200 OK", "", crew_sdp("127.0.0.24"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_cancelled(&bob[1], "SIP;cause=200;text=\"Call completed "
				"elsewhere\"");
}
END_TEST


START_TEST(a_message_is_redirected_as_well)
{
	crew_send(&crew, "MESSAGE", "sip:bob@example.net", "", "");
	crew_expect(&bob[0], "MESSAGE ");
	crew_reply(&bob[0], "301 Moved Permanently",
		   "Contact: <sip:carol@example.net>\r\n", "");
	crew_expect(carol, "MESSAGE ");
	crew_reply(carol, "202 Accepted", "", "");
	crew_expect(alice, "SIP/2.0 202 ");
}
END_TEST


static const char *const uselessv[] = {
	"<sip:x@10.1.2.3>",
	"<sip:x@169.254.1.1>",
	"<sip:x@0.0.0.0>",
	"<sip:x@[fe80::1]>",
	"<sip:x@224.0.0.1>",
	"<tel:+4930123>",
	"<mailto:bob@h>",
	"<sip:alice@example.net>",
	"<sip:nobody@example.net>",
	"<sip:bob@example.net>",
	"<sip:x@127.0.0.1:9>",
	"<sip:x@127.0.0.1:9;transport=tcp>",
	"<sip:x@h.example;maddr=10.1.2.3>",
	"<sip:x@example.net>;q=7",
	"<sip:",
	"<sip:x@[::ffff:10.1.2.3]>",
};


/* nothing of it may be called, or is there: the caller hears of it */
START_TEST(what_is_of_no_use_is_passed_on)
{
	redirect(uselessv[_i]);
	crew_expect(alice, "SIP/2.0 302 ");
	ck_assert_str_eq(crew_header(alice, "Contact", 0), uselessv[_i]);
	ck_assert(crew_silent(&bob[0], "INVITE "));
	crew_no_calls(&crew);
}
END_TEST


START_TEST(set_to_pass_the_caller_gets_it)
{
	redirect("<sip:carol@example.net>");
	crew_expect(alice, "SIP/2.0 302 ");
	ck_assert(crew_silent(carol, "INVITE "));
}
END_TEST


START_TEST(two_who_name_each_other_do_not_go_round)
{
	redirect("<sip:carol@example.net>");
	crew_expect(carol, "INVITE ");
	crew_reply(carol, "302 Moved Temporarily",
		   "Contact: <sip:bob@example.net>\r\n", "");
	crew_expect(alice, "SIP/2.0 302 ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
	crew_no_calls(&crew);
}
END_TEST


/* twelve branches, whoever names them */
START_TEST(redirections_count_as_branches)
{
	char contacts[2048] = "";
	size_t pos = 0;

	for (unsigned i = 0; i < MANY; i++)
		pos += (size_t)snprintf(contacts + pos, sizeof(contacts) - pos,
					"%s<sip:u%u@%s:%u>", i ? ", " : "", i,
					bob[1].ph.host, bob[1].ph.port);
	redirect(contacts);
	ck_assert_uint_eq(crew_count(&bob[1], "INVITE "), 11);
}
END_TEST


START_TEST(names_are_resolved_and_checked)
{
	char contacts[TEXT_MAX];

	(void)snprintf(contacts, sizeof(contacts),
		       "<sip:x@inside.example.org>, "
		       "<sip:y@nothing.example.org>, "
		       "<sip:w@here.example.org:9>, "
		       "<sip:z@elsewhere.example.org:%u>",
		       bob[2].ph.port);
	redirect(contacts);
	crew_expect(&bob[2], "INVITE sip:z@elsewhere.example.org:");
	crew_reply(&bob[2], "480 Not Now", "", "");
	crew_expect(alice, "SIP/2.0 4");
	crew_no_calls(&crew);
}
END_TEST


/* a re-INVITE is for the other end alone */
START_TEST(in_a_dialog_a_redirection_is_the_callers_affair)
{
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[0]);
	crew_inside(&crew, alice, &bob[0], "INFO", 50);
	crew_expect(&bob[0], "INFO ");
	crew_reply(&bob[0], "302 Moved Temporarily",
		   "Contact: <sip:carol@example.net>\r\n", "");
	crew_expect(alice, "SIP/2.0 302 ");
	ck_assert(crew_silent(carol, "INFO "));
}
END_TEST


Suite *suite_fork_redirect(void);
Suite *suite_fork_redirect(void)
{
	Suite *s = suite_create("fork_redirect");
	TCase *tc = tcase_create("follow"), *pass = tcase_create("pass");
	TCase *names = tcase_create("names");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, another_user_of_ours_is_called_at_his_phones);
	tcase_add_test(tc, an_address_that_may_be_reached_is_called);
	tcase_add_test(tc, its_failure_is_the_answer);
	tcase_add_test(tc, q_says_in_which_order);
	tcase_add_test(tc, others_ring_on_meanwhile);
	tcase_add_test(tc, a_message_is_redirected_as_well);
	test_table(tc, what_is_of_no_use_is_passed_on, uselessv);
	tcase_add_test(tc, two_who_name_each_other_do_not_go_round);
	tcase_add_test(tc, redirections_count_as_branches);
	tcase_add_test(tc, in_a_dialog_a_redirection_is_the_callers_affair);
	suite_add_tcase(s, tc);

	tcase_add_checked_fixture(pass, setup_pass, teardown);
	tcase_add_test(pass, set_to_pass_the_caller_gets_it);
	suite_add_tcase(s, pass);

	tcase_add_checked_fixture(names, setup_names, teardown_names);
	tcase_add_test(names, names_are_resolved_and_checked);
	suite_add_tcase(s, names);

	return s;
}
