/**
 * @file scenario/media_move.c  Mobiles that move while they talk
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/parley.h"
#include "test/test.h"

static struct parley t;

static void setup(void)
{
	parley_open(&t, "quarantine = 0", NULL);
}


static void teardown(void)
{
	parley_close(&t);
}


/* the same telephone, on another network: no SDP says so */
static void move(struct party *who)
{
	phone_close(&who->ph);
	phone_open(&who->ph, &t.rig, "127.0.0.11");
	media_close(&who->rtp);
	media_open(&who->rtp, "127.0.0.11");
}


static void expect_still_talking(void)
{
	const struct sa a = t.alice.to[0], b = t.bob.to[0];

	parley_audio(&t);
	ck_assert(sa_cmp(&a, &t.alice.to[0], SA_ALL));
	ck_assert(sa_cmp(&b, &t.bob.to[0], SA_ALL));
}


START_TEST(a_new_registration_takes_the_call_along)
{
	phone_register(&t.alice.ph, "alice", "wonderland",
		       "192.168.1.10:5060");
	parley_establish(&t);
	parley_audio(&t);
	move(&t.alice);
	phone_register(&t.alice.ph, "alice", "wonderland",
		       "192.168.1.10:5060");
	expect_still_talking();

	/* and requests for it go there */
	parley_bye(&t, &t.bob);
}
END_TEST


/* a Contact of its new network replaces the old one in one REGISTER */
START_TEST(a_new_contact_takes_the_call_along)
{
	phone_register(&t.alice.ph, "alice", "wonderland",
		       "192.168.1.10:5060");
	parley_establish(&t);
	parley_audio(&t);
	move(&t.alice);
	phone_register(&t.alice.ph, "alice", "wonderland",
		       "10.0.0.5:5060>,<sip:alice@192.168.1.10:5060>;"
		       "expires=0,<sip:alice@10.0.0.5:5060");
	expect_still_talking();
}
END_TEST


START_TEST(a_request_in_the_dialog_takes_the_call_along)
{
	parley_establish(&t);
	parley_audio(&t);
	move(&t.alice);
	parley_request(&t, &t.alice, "INFO", NULL);
	parley_answer(&t.bob, "200 OK", "");
	parley_expect(&t.alice, "SIP/2.0 200");
	expect_still_talking();
	parley_bye(&t, &t.bob);
}
END_TEST


START_TEST(the_callee_moves_as_well)
{
	parley_establish(&t);
	parley_audio(&t);
	move(&t.bob);
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	expect_still_talking();
}
END_TEST


/* somebody who registers has calls of his own only */
START_TEST(the_registration_of_another_moves_nothing)
{
	phone_register(&t.alice.ph, "alice", "wonderland",
		       "192.168.1.10:5060");
	parley_establish(&t);
	parley_audio(&t);
	move(&t.alice);
	phone_register(&t.alice.ph, "bob", "builder99", "192.168.1.77:5060");
	for (int i = 0; i < 10; i++)
		(void)media_send_rtp(&t.alice.rtp, &t.alice.to[0]);
	ck_assert(media_is_silent(&t.bob.rtp));
}
END_TEST


Suite *suite_media_move(void);
Suite *suite_media_move(void)
{
	Suite *s = suite_create("media_move");
	TCase *tc = tcase_create("media_move");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_new_registration_takes_the_call_along);
	tcase_add_test(tc, a_new_contact_takes_the_call_along);
	tcase_add_test(tc, a_request_in_the_dialog_takes_the_call_along);
	tcase_add_test(tc, the_callee_moves_as_well);
	tcase_add_test(tc, the_registration_of_another_moves_nothing);
	suite_add_tcase(s, tc);

	return s;
}
