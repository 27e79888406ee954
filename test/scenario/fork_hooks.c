/**
 * @file scenario/fork_hooks.c  Who knows of other places is asked in time
 *
 * What call forwarding stands on: the hooks of forwarding.h.
 */
#include <string.h>
#include "proxy/core/context.h"
#include "proxy/core/destination.h"
#include "proxy/core/phones.h"
#include "proxy/server_state.h"
#include "test/scenario/crew.h"
#include "test/test.h"

enum { RING_MS = 200 };

static struct crew crew;
static struct member *const alice = &crew.alice, *const bob = crew.bobv,
			    *const carol = &crew.bobv[4];
static uint16_t failed_with;
static unsigned began, failed;
static uint32_t ring_ms;


static bool begin_handler(struct forwarding *fw)
{
	++began;
	if (ring_ms)
		context_ring_limit(fw, ring_ms);

	return false;
}


static bool to_carol(struct forwarding *fw)
{
	struct pl aor = PL("carol@example.net");

	return !phones_add(fw, &aor);
}


static bool failed_handler(struct forwarding *fw, uint16_t scode)
{
	failed_with = scode;
	++failed;

	return to_carol(fw);
}


static const struct forwarding_hooks hooks = {begin_handler, to_carol,
					      failed_handler};


static void setup(void)
{
	crew_open(&crew, "", 0, 0);
	carol->user = "carol";
	crew_register(carol, "");
	crew.rig.srv->proxy->hooks = &hooks;
	began = failed = ring_ms = 0;
	failed_with = 0;
}


static void teardown(void)
{
	crew_close(&crew);
}


START_TEST(a_user_who_is_nowhere_may_be_elsewhere)
{
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(carol, "INVITE ");
	crew_reply(carol, "200 OK", "", crew_sdp("127.0.0.24"));
	crew_expect(alice, "SIP/2.0 200 ");
	ck_assert_uint_eq(began, 1);
	ck_assert_uint_eq(failed, 0);
}
END_TEST


START_TEST(a_user_who_is_busy_may_be_elsewhere)
{
	crew_register(&bob[0], "");
	crew_register(&bob[1], ";q=0.5");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "486 Busy Here", "", "");
	crew_expect(&bob[1], "INVITE ");
	ck_assert_uint_eq(failed, 0);
	crew_reply(&bob[1], "480 Not Now", "", "");
	crew_expect(carol, "INVITE ");
	ck_assert_uint_eq(failed_with, 486);
	ck_assert_uint_eq(began, 1);

	/* she is busy as well: nobody new is known then */
	crew_reply(carol, "480 Not Now", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	ck_assert_uint_eq(failed, 2);
	crew_no_calls(&crew);
}
END_TEST


START_TEST(a_user_who_does_not_answer_may_be_elsewhere)
{
	ring_ms = RING_MS;
	crew_register(&bob[0], "");
	crew_register(&bob[1], "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[0], "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_cancelled(&bob[0], "");
	crew_expect(carol, "INVITE ");
	ck_assert_uint_eq(failed_with, 408);

	/* who has said nothing yet is called back when he does */
	crew_reply(&bob[1], "180 Ringing", "", "");
	crew_cancelled(&bob[1], "");
	crew_reply(carol, "486 Busy Here", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	crew_no_calls(&crew);
}
END_TEST


START_TEST(the_time_to_answer_is_that_of_all_his_phones)
{
	ring_ms = RING_MS;
	crew_register(&bob[0], "");
	crew_register(&bob[1], ";q=0.5");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_cancelled(&bob[0], "");
	crew_expect(carol, "INVITE ");
	ck_assert(crew_silent(&bob[1], "INVITE "));
	ck_assert_uint_eq(failed_with, 408);
	crew_reply(carol, "486 Busy Here", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	crew_no_calls(&crew);
}
END_TEST


START_TEST(nobody_is_asked_after_a_cancel)
{
	crew_register(&bob[0], "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "180 Ringing", "", "");
	crew_cancel(&crew, "");
	crew_cancelled(&bob[0], "");
	crew_expect(alice, "SIP/2.0 487 ");
	ck_assert_uint_eq(failed, 0);
	ck_assert(crew_silent(carol, "INVITE "));
}
END_TEST


START_TEST(nobody_is_asked_in_a_dialog)
{
	crew_register(&bob[0], "");
	crew_invite(&crew, "", crew_sdp("192.168.1.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[0]);
	crew_inside(&crew, alice, &bob[0], "INFO", 50);
	crew_expect(&bob[0], "INFO ");
	crew_reply(&bob[0], "486 Busy Here", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	ck_assert_uint_eq(failed, 0);
}
END_TEST


Suite *suite_fork_hooks(void);
Suite *suite_fork_hooks(void)
{
	Suite *s = suite_create("fork_hooks");
	TCase *tc = tcase_create("hooks");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_user_who_is_nowhere_may_be_elsewhere);
	tcase_add_test(tc, a_user_who_is_busy_may_be_elsewhere);
	tcase_add_test(tc, a_user_who_does_not_answer_may_be_elsewhere);
	tcase_add_test(tc, the_time_to_answer_is_that_of_all_his_phones);
	tcase_add_test(tc, nobody_is_asked_after_a_cancel);
	tcase_add_test(tc, nobody_is_asked_in_a_dialog);
	suite_add_tcase(s, tc);

	return s;
}
