/**
 * @file scenario/registrar_flow.c  Registrations that outlive the process
 */
#include <string.h>
#include <sqlite3.h>
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


/* CSeq counts on from phone_register()'s */
static void refresh(struct phone *ph, const char *contact)
{
	for (int i = 0; i < 2; i++) {
		++ph->cseq;
		phone_send(ph,
			   "REGISTER sip:example.net SIP/2.0\r\n"
			   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKf%u;rport\r\n"
			   "From: <sip:bob@example.net>;tag=r\r\n"
			   "To: <sip:bob@example.net>\r\n"
			   "Call-ID: reg-bob-%u\r\nCSeq: %u REGISTER\r\n"
			   "Contact: <sip:bob@%s>;expires=600\r\n"
			   "%sContent-Length: 0\r\n\r\n",
			   ph->host, ph->port, ph->cseq, ph->port, ph->cseq,
			   contact, ph->auth);
		(void)phone_recv(ph);
		if (!i)
			phone_answer_challenge(ph, "bob", "builder99",
					       "REGISTER", "sip:example.net");
	}
	ph->auth[0] = '\0';
}


static sqlite3 *lock_database(void)
{
	sqlite3 *db = NULL;
	char path[128];

	(void)re_snprintf(path, sizeof(path), "%s/viaduct.db", rig.dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);

	return db;
}


START_TEST(g10_a_database_that_cannot_be_written_is_500)
{
	sqlite3 *db;

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	db = lock_database();
	refresh(&bob, "192.168.1.10:5070");
	ck_assert_uint_eq(phone_status(&bob), 500);
	ck_assert(phone_header(&bob, "Retry-After")[0]);
	ck_assert_uint_eq(rig_counter(&rig, "location_bindings"), 1);
	ck_assert_uint_ge(rig_counter(&rig, "location_write_errors_total"), 1);

	/* calls go on meanwhile, to where he was before */
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "INVITE sip:bob@192.168.1.10:5060 ");
	talk_reply(&bob, "486 Busy Here", "", "");
	talk_expect(&alice, "SIP/2.0 486 ");
	talk_expect(&bob, "ACK ");

	ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL),
			 SQLITE_OK);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
	refresh(&bob, "192.168.1.10:5070");
	ck_assert_uint_eq(phone_status(&bob), 200);
	ck_assert_uint_eq(rig_counter(&rig, "location_bindings"), 2);
}
END_TEST


Suite *suite_registrar_flow(void);
Suite *suite_registrar_flow(void)
{
	Suite *s = suite_create("registrar_flow");
	TCase *tc = tcase_create("registrar_flow");

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_phone_behind_nat_is_reached_after_a_restart);
	tcase_add_test(tc, who_left_before_the_restart_stays_away);
	tcase_add_test(tc, g10_a_database_that_cannot_be_written_is_500);
	tcase_add_test(tc, a_phone_on_tcp_is_reached_when_it_has_come_back);
	suite_add_tcase(s, tc);

	return s;
}
