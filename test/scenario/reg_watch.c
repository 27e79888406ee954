/**
 * @file scenario/reg_watch.c  Who is registered? Asked of a whole server
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/talk.h"
#include "test/test.h"


static struct rig rig;
static struct phone alice, bob, peer;
static char to_tag[64];   /* ours, of the dialog */
static char contact[128]; /* ours */
static unsigned cseq;


static void setup(void)
{
	rig_start(&rig, "relay { ports = \"22500-22599\"\n"
			"allow_local = yes quarantine = 0 }\n"
			"peer \"other\" { address = { \"127.0.0.40\" } }\n");
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&peer, &rig, "127.0.0.40");
	to_tag[0] = contact[0] = '\0';
	cseq = 0;
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&peer);
	rig_stop(&rig);
}


static void send_subscribe(struct phone *ph, const char *uri,
			   const char *callid, const char *lines)
{
	++ph->branch;
	phone_send(ph,
		   "SUBSCRIBE %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKs%s%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=w\r\n"
		   "To: <sip:alice@example.net>%s%s\r\n"
		   "Call-ID: %s\r\nCSeq: %u SUBSCRIBE\r\n"
		   "Contact: <sip:w@%s:%u>\r\n"
		   "%s%sContent-Length: 0\r\n\r\n",
		   uri, ph->host, ph->port, callid, ph->branch,
		   to_tag[0] ? ";tag=" : "", to_tag, callid, ++cseq, ph->host,
		   ph->port, lines, ph->auth);
	ph->auth[0] = '\0';
}


static void subscribe_as(struct phone *ph, const char *user,
			 const char *password, const char *callid,
			 const char *lines)
{
	const char *uri = contact[0] ? contact : "sip:alice@example.net";

	send_subscribe(ph, uri, callid, lines);
	if (!user)
		return;

	talk_expect(ph, "SIP/2.0 401 ");
	phone_answer_challenge(ph, user, password, "SUBSCRIBE", uri);
	send_subscribe(ph, uri, callid, lines);
}


static void learn_dialog(const struct phone *ph)
{
	const char *tag = strstr(phone_header(ph, "To"), ";tag=");
	const char *uri;

	ck_assert_ptr_nonnull(tag);
	(void)str_ncpy(to_tag, tag + 5, sizeof(to_tag));
	uri = strchr(phone_header(ph, "Contact"), '<');
	ck_assert_ptr_nonnull(uri);
	(void)str_ncpy(contact, uri + 1, sizeof(contact));
	contact[strcspn(contact, ">")] = '\0';
}


static void subscribe(const char *lines)
{
	subscribe_as(&alice, "alice", "wonderland", "watch-1", lines);
	talk_expect(&alice, "SIP/2.0 200 ");
	if (!to_tag[0])
		learn_dialog(&alice);
}


static void must_have(const char *part)
{
	ck_assert_msg(strstr(alice.msg, part) != NULL, "no %s in %s", part,
		      alice.msg);
}


static void expect_notify(const char *state, const char *part)
{
	talk_expect(&alice, "NOTIFY sip:w@127.0.0.10");
	must_have("\r\nEvent: reg\r\n");
	must_have("\r\nContent-Type: application/reginfo+xml\r\n");
	ck_assert_msg(!strncmp(phone_header(&alice, "Subscription-State"),
			       state, strlen(state)),
		      "%s", alice.msg);
	must_have(part);
	talk_reply(&alice, "200 OK", "", "");
}


static void register_alice(struct phone *ph, const char *at)
{
	phone_register(ph, "alice", "wonderland", at);
}


START_TEST(rfc3680_each_change_is_told)
{
	subscribe("Event: reg\r\nExpires: 600\r\n");
	ck_assert_str_eq(phone_header(&alice, "Expires"), "600");
	expect_notify("active;expires=", "state=\"init\"");

	register_alice(&bob, "192.168.1.10:5060");
	expect_notify("active;expires=", "192.168.1.10:5060");
	must_have("version=\"1\"");
	must_have("state=\"active\"");

	/* and refreshed before it has run out */
	subscribe("Event: reg\r\nExpires: 300\r\n");
	ck_assert_str_eq(phone_header(&alice, "Expires"), "300");
	expect_notify("active;expires=", "version=\"2\"");
	ck_assert_uint_eq(rig_counter(&rig, "reg_event_subscriptions"), 1);

	/* and given up */
	subscribe("Event: reg\r\nExpires: 0\r\n");
	expect_notify("terminated;reason=timeout", "version=\"3\"");
	rig_settle(&rig, "reg_event_subscriptions", 0, 1000);
	register_alice(&bob, "192.168.1.11:5060");
	ck_assert(phone_quiet(&alice));
}
END_TEST


START_TEST(a_question_is_answered_once)
{
	register_alice(&bob, "192.168.1.10:5060");
	subscribe("Event: reg\r\nExpires: 0\r\n");
	expect_notify("terminated;reason=timeout", "192.168.1.10:5060");
	rig_settle(&rig, "reg_event_subscriptions", 0, 1000);
}
END_TEST


START_TEST(nobody_else_is_told)
{
	/* without a password, and with another's */
	send_subscribe(&bob, "sip:alice@example.net", "watch-2",
		       "Event: reg\r\n");
	talk_expect(&bob, "SIP/2.0 401 ");
	phone_answer_challenge(&bob, "bob", "builder99", "SUBSCRIBE",
			       "sip:alice@example.net");
	send_subscribe(&bob, "sip:alice@example.net", "watch-2",
		       "Event: reg\r\n");
	talk_expect(&bob, "SIP/2.0 403 ");
	ck_assert(phone_quiet(&bob));
	ck_assert_uint_eq(rig_counter(&rig, "reg_event_subscriptions"), 0);
}
END_TEST


START_TEST(a_peer_is_told)
{
	subscribe_as(&peer, NULL, NULL, "watch-3", "Event: reg;id=7\r\n");
	talk_expect(&peer, "SIP/2.0 200 ");
	ck_assert_str_eq(phone_header(&peer, "Expires"), "3600");
	talk_expect(&peer, "NOTIFY ");
	ck_assert_str_eq(phone_header(&peer, "Event"), "reg;id=7");
	talk_reply(&peer, "200 OK", "", "");
}
END_TEST


START_TEST(a_dialog_that_the_other_side_does_not_know_ends)
{
	subscribe("Event: reg\r\n");
	talk_expect(&alice, "NOTIFY ");
	talk_reply(&alice, "481 Subscription Does Not Exist", "", "");
	rig_settle(&rig, "reg_event_subscriptions", 0, 1000);

	/* and is not there when it is refreshed */
	send_subscribe(&alice, contact, "watch-1", "Event: reg\r\n");
	talk_expect(&alice, "SIP/2.0 481 ");
}
END_TEST


static const struct {
	const char *uri;
	const char *lines;
	const char *status, *header, *value;
} refusalv[] = {
	{"sip:alice@example.net", "Event: reg\r\nExpires: 59\r\n", "423 ",
	 "Min-Expires", "60"},
	{"sip:alice@example.net", "Event: reg\r\nAccept: text/plain\r\n",
	 "406 ", "Accept", "application/reginfo+xml"},
	{"sip:example.net", "Event: presence\r\n", "489 ", "Allow-Events",
	 "reg"},
	{"sip:example.net", "", "489 ", "Allow-Events", "reg"},
	{"sip:example.net", "Event: reg\r\n", "404 ", "Allow-Events", ""},
	{"sip:alice@example.net", "Event: regular\r\n", "480 ", "Allow-Events",
	 ""},
};


START_TEST(what_is_refused)
{
	send_subscribe(&peer, refusalv[_i].uri, "watch-4", refusalv[_i].lines);
	ck_assert_msg(!strncmp(phone_recv(&peer) + 8, refusalv[_i].status, 4),
		      "%s", peer.msg);
	ck_assert_str_eq(phone_header(&peer, refusalv[_i].header),
			 refusalv[_i].value);
	ck_assert_uint_eq(rig_counter(&rig, "reg_event_subscriptions"), 0);
}
END_TEST


START_TEST(other_packages_go_to_the_phone)
{
	register_alice(&bob, "192.168.1.10:5060");
	send_subscribe(&peer, "sip:alice@example.net", "watch-5",
		       "Event: dialog\r\n");
	talk_expect(&bob, "SUBSCRIBE ");
	talk_reply(&bob, "489 Bad Event", "", "");
	talk_expect(&peer, "SIP/2.0 489 ");
}
END_TEST


START_TEST(there_are_ten_for_an_account_at_most)
{
	char callid[32];

	for (int i = 0; i < 11; i++) {
		(void)snprintf(callid, sizeof(callid), "many-%d", i);
		send_subscribe(&peer, "sip:alice@example.net", callid,
			       "Event: reg\r\n");
		if (i == 10)
			break;
		talk_expect(&peer, "SIP/2.0 200 ");
		talk_expect(&peer, "NOTIFY ");
		talk_reply(&peer, "200 OK", "", "");
	}
	talk_expect(&peer, "SIP/2.0 403 ");
	ck_assert_uint_eq(rig_counter(&rig, "reg_event_subscriptions"), 10);
}
END_TEST


START_TEST(many_changes_are_told_together)
{
	char at[64];
	unsigned notifies = 0;

	subscribe("Event: reg\r\n");
	expect_notify("active", "init");
	for (int i = 0; i < 8; i++) {
		(void)snprintf(at, sizeof(at), "192.168.1.%d:5060", i + 10);
		register_alice(&bob, at);
	}
	while (phone_take(&alice) || !phone_quiet(&alice)) {
		if (strncmp(alice.msg, "NOTIFY ", 7))
			continue;
		++notifies;
		talk_reply(&alice, "200 OK", "", "");
	}
	/* two at once are left of three, the third waits for 5 s */
	ck_assert_uint_le(notifies, 3);
}
END_TEST


Suite *suite_reg_watch(void);
Suite *suite_reg_watch(void)
{
	Suite *s = suite_create("reg_watch");
	TCase *tc = tcase_create("reg_watch");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, rfc3680_each_change_is_told);
	tcase_add_test(tc, a_question_is_answered_once);
	tcase_add_test(tc, nobody_else_is_told);
	tcase_add_test(tc, a_peer_is_told);
	tcase_add_test(tc, a_dialog_that_the_other_side_does_not_know_ends);
	test_table(tc, what_is_refused, refusalv);
	tcase_add_test(tc, other_packages_go_to_the_phone);
	tcase_add_test(tc, there_are_ten_for_an_account_at_most);
	tcase_add_test(tc, many_changes_are_told_together);
	suite_add_tcase(s, tc);

	return s;
}
