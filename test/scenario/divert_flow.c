/**
 * @file scenario/divert_flow.c  Calls that their callees have others take
 */
#include <stdio.h>
#include <string.h>
#include "proxy/user/account.h"
#include "test/scenario/talk.h"
#include "test/test.h"


static struct rig rig;
static struct phone alice, bob, carol, peer, pbx;
static struct talk talk;
static struct account_settings set;

static const char conf[] = "relay { ports = \"23100-23199\"\n"
			   "allow_local = yes quarantine = 0 }\n"
			   "peer \"other\" { address = { \"127.0.0.40\" } }\n"
			   "peer \"pbx\" { address = { \"127.0.0.41\" } }\n"
			   "route world { match = \"0*\" peers = other }\n";


static void setup(void)
{
	rig_start_fast(&rig, conf, 100);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	rig_account(&rig, "carol@example.net", "christmas");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&carol, &rig, "127.0.0.30");
	phone_open(&peer, &rig, "127.0.0.40");
	phone_open(&pbx, &rig, "127.0.0.41");
	talk_begin(&talk, &alice, &bob, "call-1");
	memset(&set, 0, sizeof(set));
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&carol);
	phone_close(&peer);
	phone_close(&pbx);
	rig_stop(&rig);
}


static void register_all(void)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	phone_register(&carol, "carol", "christmas", "192.168.1.11:5060");
}


static void bobs(void)
{
	rig_settings(&rig, "bob@example.net", &set);
}


/* at carol's, by bob's wish; and taken there */
static void expect_carol(const char *why)
{
	char want[128];

	(void)snprintf(want, sizeof(want), "<sip:bob@example.net>;reason=%s",
		       why);
	talk_expect(&alice, "SIP/2.0 181 ");
	talk_expect(&carol, "INVITE sip:carol@192.168.1.11:5060 ");
	ck_assert_msg(!strncmp(phone_header(&carol, "Diversion"), want,
			       strlen(want)),
		      "%s", carol.msg);
	ck_assert_ptr_nonnull(strstr(phone_header(&carol, "From"), "alice"));
	ck_assert_ptr_nonnull(strstr(phone_header(&carol, "To"), "bob"));
	talk_reply(&carol, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");
}


START_TEST(all_calls_go_elsewhere)
{
	register_all();
	(void)str_ncpy(set.forward_all, "sip:carol@example.net",
		       sizeof(set.forward_all));
	bobs();
	talk_invite(&talk, "", "");
	expect_carol("unconditional");
	ck_assert(phone_quiet(&bob));
}
END_TEST


static const char *const busyv[] = {"486 Busy Here", "600 Busy Everywhere"};


START_TEST(a_busy_one_is_stood_in_for)
{
	register_all();
	(void)str_ncpy(set.forward_busy, "sip:carol@example.net",
		       sizeof(set.forward_busy));
	bobs();
	talk_invite(&talk, "", "");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, busyv[_i], "", "");
	talk_expect(&bob, "ACK ");
	expect_carol("user-busy");
}
END_TEST


START_TEST(who_does_not_answer_rings_no_longer)
{
	register_all();
	(void)str_ncpy(set.forward_noanswer, "sip:carol@example.net",
		       sizeof(set.forward_noanswer));
	set.noanswer_s = 1;
	bobs();
	talk_invite(&talk, "", "");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "180 Ringing", "", "");
	talk_expect(&alice, "SIP/2.0 180 ");
	talk_expect(&bob, "CANCEL ");
	expect_carol("no-answer");
}
END_TEST


START_TEST(who_is_nowhere_is_stood_in_for)
{
	phone_register(&carol, "carol", "christmas", "192.168.1.11:5060");
	(void)str_ncpy(set.forward_offline, "sip:carol@example.net",
		       sizeof(set.forward_offline));
	bobs();
	talk_invite(&talk, "", "");
	expect_carol("unavailable");
}
END_TEST


START_TEST(a_stand_in_may_have_one_himself)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	(void)str_ncpy(set.forward_all, "sip:carol@example.net",
		       sizeof(set.forward_all));
	bobs();
	memset(&set, 0, sizeof(set));
	(void)re_snprintf(set.forward_offline, sizeof(set.forward_offline),
			  "sip:x@127.0.0.41:%u", pbx.port);
	rig_settings(&rig, "carol@example.net", &set);

	talk_invite(&talk, "", "");
	talk_expect(&alice, "SIP/2.0 181 ");
	talk_expect(&pbx, "INVITE sip:x@127.0.0.41");
	ck_assert_ptr_nonnull(strstr(pbx.msg,
				     "Diversion: <sip:carol@example.net>;"
				     "reason=unavailable;counter=1\r\n"
				     "Diversion: <sip:bob@example.net>;"
				     "reason=unconditional;counter=1\r\n"));
	ck_assert(phone_quiet(&bob));
}
END_TEST


/* bob has carol take his calls, carol bob: nobody takes them */
START_TEST(calls_do_not_go_round_and_round)
{
	(void)str_ncpy(set.forward_offline, "sip:carol@example.net",
		       sizeof(set.forward_offline));
	bobs();
	(void)str_ncpy(set.forward_offline, "sip:bob@example.net",
		       sizeof(set.forward_offline));
	rig_settings(&rig, "carol@example.net", &set);
	talk_invite(&talk, "", "");
	ck_assert_uint_eq(phone_status(&alice), 100);
	talk_expect(&alice, "SIP/2.0 480 ");
}
END_TEST


START_TEST(what_was_forwarded_often_enough_is_not_again)
{
	register_all();
	(void)str_ncpy(set.forward_busy, "sip:carol@example.net",
		       sizeof(set.forward_busy));
	bobs();
	talk_invite(&talk, "Diversion: <sip:z@x>;counter=5\r\n", "");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "486 Busy Here", "", "");
	talk_expect(&alice, "SIP/2.0 486 ");
	ck_assert(phone_quiet(&carol));
}
END_TEST


START_TEST(a_stand_in_who_is_busy_is_busy)
{
	register_all();
	(void)str_ncpy(set.forward_busy, "sip:carol@example.net",
		       sizeof(set.forward_busy));
	bobs();
	talk_invite(&talk, "", "");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "486 Busy Here", "", "");
	talk_expect(&alice, "SIP/2.0 181 ");
	talk_expect(&carol, "INVITE ");
	talk_reply(&carol, "486 Busy Here", "", "");
	talk_expect(&alice, "SIP/2.0 486 ");
}
END_TEST


START_TEST(a_stand_in_who_is_nowhere_is_no_help)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	(void)str_ncpy(set.forward_busy, "sip:carol@example.net",
		       sizeof(set.forward_busy));
	bobs();
	talk_invite(&talk, "", "");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "486 Busy Here", "", "");
	talk_expect(&alice, "SIP/2.0 486 ");
}
END_TEST


START_TEST(messages_stay_where_they_are_sent_to)
{
	register_all();
	(void)str_ncpy(set.forward_all, "sip:carol@example.net",
		       sizeof(set.forward_all));
	bobs();
	talk_request(&talk, &alice, "MESSAGE", "", "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", "MESSAGE",
			       "sip:bob@example.net");
	talk_request(&talk, &alice, "MESSAGE", "", "");
	talk_expect(&bob, "MESSAGE ");
	ck_assert(phone_quiet(&carol));
}
END_TEST


START_TEST(a_caller_who_hangs_up_is_not_forwarded)
{
	register_all();
	(void)str_ncpy(set.forward_noanswer, "sip:carol@example.net",
		       sizeof(set.forward_noanswer));
	bobs();
	talk_invite(&talk, "", "");
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "180 Ringing", "", "");
	talk_expect(&alice, "SIP/2.0 180 ");
	talk_cancel(&talk);
	talk_expect(&alice, "SIP/2.0 200 ");
	talk_expect(&bob, "CANCEL ");
	talk_reply(&bob, "200 OK", "", "");
	ck_assert(phone_quiet(&carol));
}
END_TEST


/** What bob may call, and where the call for him ends */
static const struct {
	const char *allow;
	bool gone_on;
} rightv[] = {{"", true}, {"0049 0033", true}, {"0033", false}};


/* alice may call anything: it is bob who sends it there */
START_TEST(a_number_is_called_by_the_rights_of_whose_wish_it_is)
{
	sa_set_port(&rig.cfg->peerv[0].addrv[0], peer.port);
	(void)str_ncpy(set.forward_offline, "004930123",
		       sizeof(set.forward_offline));
	(void)str_ncpy(set.allow, rightv[_i].allow, sizeof(set.allow));
	bobs();
	talk_invite(&talk, "", "");
	if (rightv[_i].gone_on) {
		talk_expect(&alice, "SIP/2.0 181 ");
		talk_expect(&peer, "INVITE sip:004930123@127.0.0.40");
		ck_assert_ptr_nonnull(
			strstr(peer.msg, "Diversion: <sip:bob@example.net>"));
	}
	else {
		talk_expect(&alice, "SIP/2.0 480 ");
		ck_assert(phone_quiet(&peer));
	}
}
END_TEST


/* two at once: the third is refused, whoever it is for; then one ends */
START_TEST(an_account_has_so_many_calls_at_once)
{
	static const char *const idv[] = {"call-1", "call-2", "call-3"};

	register_all();
	set.calls_max = 2;
	rig_settings(&rig, "alice@example.net", &set);
	for (int i = 0; i < 3; i++) {
		talk_begin(&talk, &alice, &bob, idv[i]);
		talk_invite(&talk, "", "");
		if (i == 2)
			break;
		ck_assert_uint_eq(phone_status(&alice), 100);
		talk_expect(&bob, "INVITE ");
		talk_reply(&bob, "180 Ringing", "", "");
		talk_expect(&alice, "SIP/2.0 180 ");
	}
	ck_assert_uint_eq(phone_status(&alice), 486);

	talk_reply(&bob, "486 Busy Here", "", "");
	talk_expect(&alice, "SIP/2.0 486 ");
	talk_expect(&bob, "ACK ");
	talk_begin(&talk, &alice, &bob, "call-4");
	talk_invite(&talk, "", "");
	ck_assert_uint_eq(phone_status(&alice), 100);
}
END_TEST


START_TEST(an_account_begins_so_many_calls_a_minute)
{
	set.calls_per_minute = 1;
	rig_settings(&rig, "alice@example.net", &set);
	talk_invite(&talk, "", "");
	ck_assert_uint_eq(phone_status(&alice), 100);
	talk_expect(&alice, "SIP/2.0 480 ");
	talk_begin(&talk, &alice, &bob, "call-2");
	talk_invite(&talk, "", "");
	while (phone_status(&alice) == 480)
		(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 503);
	ck_assert_str_ne(phone_header(&alice, "Retry-After"), "");
}
END_TEST


Suite *suite_divert_flow(void);
Suite *suite_divert_flow(void)
{
	Suite *s = suite_create("divert_flow");
	TCase *tc = tcase_create("divert_flow");

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, all_calls_go_elsewhere);
	test_table(tc, a_busy_one_is_stood_in_for, busyv);
	tcase_add_test(tc, who_does_not_answer_rings_no_longer);
	tcase_add_test(tc, who_is_nowhere_is_stood_in_for);
	tcase_add_test(tc, a_stand_in_may_have_one_himself);
	tcase_add_test(tc, calls_do_not_go_round_and_round);
	tcase_add_test(tc, what_was_forwarded_often_enough_is_not_again);
	tcase_add_test(tc, a_stand_in_who_is_busy_is_busy);
	tcase_add_test(tc, a_stand_in_who_is_nowhere_is_no_help);
	tcase_add_test(tc, messages_stay_where_they_are_sent_to);
	tcase_add_test(tc, a_caller_who_hangs_up_is_not_forwarded);
	test_table(tc, a_number_is_called_by_the_rights_of_whose_wish_it_is,
		   rightv);
	tcase_add_test(tc, an_account_has_so_many_calls_at_once);
	tcase_add_test(tc, an_account_begins_so_many_calls_a_minute);
	suite_add_tcase(s, tc);

	return s;
}
