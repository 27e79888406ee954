/**
 * @file scenario/flows.c  What keeps the way to a phone open, and its end
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/talk.h"
#include "test/test.h"


#define STUN_HEAD          \
	"\x21\x12\xa4\x42" \
	"0123456789ab"

static struct rig rig;
static struct phone alice, bob, mallory;
static struct talk talk;

/* the shortest, and one as long as its answer */
static const char asks[] = "\x00\x01\x00\x00" STUN_HEAD;
static const char long_asks[] = "\x00\x01\x00\x0c" STUN_HEAD
				"\x80\x22\x00\x08viaduct?";


static void setup(void)
{
	rig_start_fast(&rig,
		       "relay { ports = \"22400-22499\"\n"
		       "allow_local = yes quarantine = 0 }\n",
		       10);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&mallory, &rig, "127.0.0.66");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&mallory);
	rig_stop(&rig);
}


static void expect_mapped(struct phone *ph)
{
	const char *m = phone_recv(ph);
	struct sa sa;

	ck_assert_mem_eq(m, "\x01\x01\x00\x0c" STUN_HEAD, 20);
	sa_set_in(&sa,
		  ((uint32_t)(uint8_t)m[28] << 24 | (uint8_t)m[29] << 16 |
		   (uint8_t)m[30] << 8 | (uint8_t)m[31]) ^
			  0x2112a442,
		  (uint16_t)(((uint8_t)m[26] << 8 | (uint8_t)m[27]) ^ 0x2112));
	ck_assert(sa_cmp(&sa, &ph->addr, SA_ALL));
}


START_TEST(rfc5626_8_a_registered_phone_learns_where_it_is_seen)
{
	phone_register(&alice, "alice", "wonderland", "192.168.1.10:5060");
	phone_send_octets(&alice, asks, sizeof(asks) - 1);
	expect_mapped(&alice);
	ck_assert_uint_eq(rig_counter(&rig, "sip_stun_answered_total"), 1);
}
END_TEST


START_TEST(a_stranger_gets_no_more_octets_than_it_sent)
{
	phone_send_octets(&mallory, asks, sizeof(asks) - 1);
	ck_assert(phone_quiet(&mallory));
	phone_send_octets(&mallory, long_asks, sizeof(long_asks) - 1);
	expect_mapped(&mallory);
}
END_TEST


static void register_bob(const char *contact)
{
	phone_register(&bob, "bob", "builder99", contact);
}


START_TEST(rfc5626_4_4_1_a_double_line_end_is_answered_with_one)
{
	phone_open_tcp(&bob, &rig, "127.0.0.20");
	phone_send_octets(&bob, "\r\n\r\n", 4);
	ck_assert_str_eq(phone_recv(&bob), "\r\n");

	/* one in two pieces, and one before a message */
	phone_send_octets(&bob, "\r\n", 2);
	ck_assert(phone_quiet(&bob));
	phone_send_octets(&bob, "\r\n", 2);
	ck_assert_str_eq(phone_recv(&bob), "\r\n");
	phone_close(&bob);
}
END_TEST


static void message_to_bob(const char *callid)
{
	talk_begin(&talk, &alice, &bob, callid);
	talk_request(&talk, &alice, "MESSAGE", "", "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", "MESSAGE",
			       "sip:bob@example.net");
	talk_request(&talk, &alice, "MESSAGE", "", "");
	alice.auth[0] = '\0';
}


START_TEST(a_contact_ends_with_its_connection)
{
	phone_open_tcp(&bob, &rig, "127.0.0.20");
	register_bob("192.168.1.10:5060;transport=tcp");
	message_to_bob("call-1");
	talk_expect(&bob, "MESSAGE ");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");

	phone_close(&bob);
	ck_assert(phone_quiet(&alice));
	message_to_bob("call-2");
	talk_expect(&alice, "SIP/2.0 480 ");
}
END_TEST


Suite *suite_flows(void);
Suite *suite_flows(void)
{
	Suite *s = suite_create("flows");
	TCase *tc = tcase_create("flows");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc,
		       rfc5626_8_a_registered_phone_learns_where_it_is_seen);
	tcase_add_test(tc, a_stranger_gets_no_more_octets_than_it_sent);
	tcase_add_test(tc,
		       rfc5626_4_4_1_a_double_line_end_is_answered_with_one);
	tcase_add_test(tc, a_contact_ends_with_its_connection);
	suite_add_tcase(s, tc);

	return s;
}
