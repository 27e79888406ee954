/**
 * @file scenario/registrar_flow.c  Registrations that outlive the process
 */
#include <string.h>
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob;
static struct talk talk;

static const char conf[] = "relay { ports = \"21000-21099\"\n"
			   "allow_local = yes }\n";


static void setup(void)
{
	rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	talk_begin(&talk, &alice, &bob, "call-1");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	rig_stop(&rig);
}


START_TEST(a_phone_behind_nat_is_reached_after_a_restart)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	ck_assert_uint_eq(rig_counter(&rig, "location_writes_total"), 1);
	rig_restart(&rig);
	ck_assert_uint_eq(rig_counter(&rig, "location_loaded_total"), 1);

	/* it has not said a word since: by the socket that its NAT knows */
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "INVITE sip:bob@192.168.1.10:5060 ");
	ck_assert(sa_cmp(&bob.from, &rig.us, SA_ALL));
	ck_assert_ptr_null(strstr(bob.msg, "c=IN IP4 192.168.1.10"));
}
END_TEST


START_TEST(who_left_before_the_restart_stays_away)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	phone_send(&bob,
		   "REGISTER sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP 127.0.0.20;branch=z9hG4bKq;rport\r\n"
		   "From: <sip:bob@example.net>;tag=r\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: leave\r\nCSeq: 1 REGISTER\r\n"
		   "Contact: *\r\nExpires: 0\r\nContent-Length: 0\r\n\r\n");
	(void)phone_recv(&bob);
	phone_answer_challenge(&bob, "bob", "builder99", "REGISTER",
			       "sip:example.net");
	phone_send(&bob,
		   "REGISTER sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP 127.0.0.20;branch=z9hG4bKp;rport\r\n"
		   "From: <sip:bob@example.net>;tag=r\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: leave\r\nCSeq: 2 REGISTER\r\n"
		   "Contact: *\r\nExpires: 0\r\n%sContent-Length: 0\r\n\r\n",
		   bob.auth);
	(void)phone_recv(&bob);
	ck_assert_uint_eq(phone_status(&bob), 200);
	rig_restart(&rig);
	ck_assert_uint_eq(rig_counter(&rig, "location_loaded_total"), 0);
}
END_TEST


START_TEST(a_phone_on_tcp_is_reached_when_it_has_come_back)
{
	struct phone tcp;

	phone_open_tcp(&tcp, &rig, "127.0.0.20");
	phone_register(&tcp, "bob", "builder99", "192.168.1.10:5060");
	phone_close(&tcp);
	rig_settle(&rig, "location_bindings", 0, 1000);

	/* killed while the phone was there */
	phone_open_tcp(&tcp, &rig, "127.0.0.20");
	phone_register(&tcp, "bob", "builder99", "192.168.1.10:5060");
	rig_restart(&rig);
	phone_close(&tcp);
	ck_assert_uint_eq(rig_counter(&rig, "location_loaded_total"), 1);
	talk_request(&talk, &alice, "INVITE", "", "");
	(void)phone_recv(&alice);
	phone_answer_challenge(&alice, "alice", "wonderland", "INVITE",
			       "sip:bob@example.net");
	talk_request(&talk, &alice, "INVITE", "", "");
	do {
		(void)phone_recv(&alice);
	} while (phone_status(&alice) == 100);
	ck_assert_uint_eq(phone_status(&alice), 480);

	phone_open_tcp(&tcp, &rig, "127.0.0.20");
	phone_register(&tcp, "bob", "builder99", "192.168.1.10:5060");
	ck_assert_uint_eq(rig_counter(&rig, "location_bindings"), 1);
	talk_begin(&talk, &alice, &tcp, "call-2");
	alice.auth[0] = '\0';
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&tcp, "INVITE sip:bob@192.168.1.10:5060 ");
	phone_close(&tcp);
}
END_TEST


Suite *suite_registrar_flow(void);
Suite *suite_registrar_flow(void)
{
	Suite *s = suite_create("registrar_flow");
	TCase *tc = tcase_create("registrar_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_phone_behind_nat_is_reached_after_a_restart);
	tcase_add_test(tc, who_left_before_the_restart_stays_away);
	tcase_add_test(tc, a_phone_on_tcp_is_reached_when_it_has_come_back);
	suite_add_tcase(s, tc);

	return s;
}
