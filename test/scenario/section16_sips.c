/**
 * @file scenario/section16_sips.c  A promise of TLS on each hop
 *
 * RFC 3261 section 26.2.2, RFC 5630.
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/rig_tls.h"
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob;
static struct talk talk;


static void setup(void)
{
	rig_start_tls(&rig, "",
		      "relay { ports = \"21500-21599\" allow_local = yes }");
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	talk_begin(&talk, &alice, &bob, "sips");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	rig_stop(&rig);
}


/* alice's INVITE to sips:bob@example.net, with her credentials */
static void invite(void)
{
	static const char uri[] = "sips:bob@example.net";

	talk_send(&talk, &alice, "INVITE", uri, "", "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", "INVITE", uri);
	talk_send(&talk, &alice, "INVITE", uri, "", "");
	alice.auth[0] = '\0';
	talk_expect(&alice, "SIP/2.0 100 ");
}


START_TEST(p16_record_route_of_a_sips_request_is_a_sips_uri)
{
	char want[64];

	phone_open_tls(&alice, &rig, "127.0.0.10");
	phone_open_tls(&bob, &rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	invite();
	talk_expect(&bob, "INVITE sip:bob@192.168.1.10:5060 ");
	(void)snprintf(want, sizeof(want),
		       "<sips:127.0.0.1:%u;lr;vd=", sa_port(&rig.us_tls));
	ck_assert_msg(!strncmp(phone_header(&bob, "Record-Route"), want,
			       strlen(want)),
		      "%s", bob.msg);
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&alice, "Record-Route"));
	talk_inside(&talk, &alice, "ACK", talk.invite, "", "");
	talk_expect(&bob, "ACK ");
	talk_inside(&talk, &bob, "BYE", 71, "", "");
	talk_expect(&alice, "BYE ");
}
END_TEST


START_TEST(a_phone_without_tls_is_not_reached_by_sips)
{
	phone_open_tls(&alice, &rig, "127.0.0.10");
	if (_i)
		phone_open_tcp(&bob, &rig, "127.0.0.20");
	else
		phone_open(&bob, &rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	invite();
	talk_expect(&alice, "SIP/2.0 480 ");
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(p3_sips_by_an_open_way_is_416)
{
	if (_i)
		phone_open_tcp(&alice, &rig, "127.0.0.10");
	else
		phone_open(&alice, &rig, "127.0.0.10");
	phone_open_tls(&bob, &rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_send(&talk, &alice, "INVITE", "sips:bob@example.net", "", "");
	talk_expect(&alice, "SIP/2.0 416 ");
}
END_TEST


Suite *suite_section16_sips(void);
Suite *suite_section16_sips(void)
{
	Suite *s = suite_create("section16_sips");
	TCase *tc = tcase_create("sips");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, p16_record_route_of_a_sips_request_is_a_sips_uri);
	tcase_add_loop_test(tc, a_phone_without_tls_is_not_reached_by_sips, 0,
			    2);
	tcase_add_loop_test(tc, p3_sips_by_an_open_way_is_416, 0, 2);
	suite_add_tcase(s, tc);

	return s;
}
