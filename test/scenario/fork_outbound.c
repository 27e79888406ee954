/**
 * @file scenario/fork_outbound.c  A phone with two flows (RFC 5626)
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/crew.h"
#include "test/test.h"

enum { T1_MS = 10, TEXT_MAX = 512 };

static struct crew crew;
static struct member *const alice = &crew.alice, *const bob = crew.bobv;


static void open_with(const char *config, uint32_t t1)
{
	crew_open(&crew, config, t1, 0);
	for (unsigned i = 0; i < 2; i++) {
		char contact[TEXT_MAX];

		(void)snprintf(contact, sizeof(contact),
			       "<sip:bob@%s:%u;ob>;"
			       "+sip.instance=\"<urn:uuid:1>\";reg-id=%u",
			       bob[0].ph.host, bob[0].ph.port, i + 1);
		crew_register_as(&bob[i], "bob", contact);
	}
}


static void setup(void)
{
	open_with("", 0);
}


static void setup_fast(void)
{
	open_with("", T1_MS);
}


static void setup_ring(void)
{
	open_with("proxy { ring = 1 }\n", 0);
	crew_register(&bob[2], ";q=0.1");
}


static void teardown(void)
{
	crew_close(&crew);
}


/* the newest one is asked first */
static void call(void)
{
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
}


START_TEST(two_flows_never_ring_at_once)
{
	call();
	crew_reply(&bob[1], "200 OK", "", crew_sdp("127.0.0.21"));
	crew_expect(alice, "SIP/2.0 200 ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
}
END_TEST


START_TEST(a_flow_that_failed_is_replaced_by_the_next)
{
	call();
	crew_reply(&bob[1], "430 Flow Failed", "", "");
	crew_expect(&bob[0], "INVITE ");
	ck_assert_uint_eq(rig_counter(&crew.rig, "relay_sessions"), 1);
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[0]);
	crew_bye(&crew, &bob[0], alice);
	crew_no_calls(&crew);

	/* and is forgotten: the next call goes straight to the other one */
	crew.callid = "second";
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
}
END_TEST


START_TEST(a_silent_flow_is_replaced_by_the_next)
{
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE ");
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "486 Busy Here", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	crew_idle(&crew);
}
END_TEST


START_TEST(both_flows_failed_is_480)
{
	call();
	crew_reply(&bob[1], "430 Flow Failed", "", "");
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "430 Flow Failed", "", "");
	crew_expect(alice, "SIP/2.0 480 ");
	crew_no_calls(&crew);
}
END_TEST


START_TEST(a_phone_that_says_no_is_not_asked_again)
{
	call();
	crew_reply(&bob[1], "486 Busy Here", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
}
END_TEST


/* another phone of his rings at the same time as one flow of the first */
START_TEST(other_phones_ring_beside_it)
{
	crew_register(&bob[2], "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[2], "INVITE ");
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[2], "486 Busy Here", "", "");
	ck_assert(crew_silent(&bob[0], "INVITE "));
	crew_reply(&bob[1], "430 Flow Failed", "", "");
	crew_expect(&bob[0], "INVITE ");
}
END_TEST


/* the other flow of a phone that was called back is nothing to wait for */
START_TEST(a_phone_that_rang_too_long_gives_way)
{
	call();
	crew_reply(&bob[1], "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_expect(&bob[2], "INVITE ");
	crew_cancelled(&bob[1], "");
	ck_assert(crew_silent(&bob[0], "INVITE "));
	crew_reply(&bob[2], "486 Busy Here", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	crew_no_calls(&crew);
}
END_TEST


START_TEST(a_flow_that_was_silent_too_long_gives_way_to_the_next)
{
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[1], "INVITE ");
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_expect(&bob[2], "INVITE ");
	crew_cancelled(&bob[0], "");
	crew_reply(&bob[2], "200 OK", "", crew_sdp("127.0.0.22"));
	crew_expect(alice, "SIP/2.0 200 ");
}
END_TEST


Suite *suite_fork_outbound(void);
Suite *suite_fork_outbound(void)
{
	Suite *s = suite_create("fork_outbound");
	TCase *tc = tcase_create("flows"), *fast = tcase_create("fast");
	TCase *ring = tcase_create("ring");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, two_flows_never_ring_at_once);
	tcase_add_test(tc, a_flow_that_failed_is_replaced_by_the_next);
	tcase_add_test(tc, both_flows_failed_is_480);
	tcase_add_test(tc, a_phone_that_says_no_is_not_asked_again);
	tcase_add_test(tc, other_phones_ring_beside_it);
	suite_add_tcase(s, tc);

	tcase_set_timeout(fast, 30);
	tcase_add_checked_fixture(fast, setup_fast, teardown);
	tcase_add_test(fast, a_silent_flow_is_replaced_by_the_next);
	suite_add_tcase(s, fast);

	tcase_set_timeout(ring, 30);
	tcase_add_checked_fixture(ring, setup_ring, teardown);
	tcase_add_test(ring, a_phone_that_rang_too_long_gives_way);
	tcase_add_test(ring,
		       a_flow_that_was_silent_too_long_gives_way_to_the_next);
	suite_add_tcase(s, ring);

	return s;
}
