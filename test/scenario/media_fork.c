/**
 * @file scenario/media_fork.c  Several answer one branch, each with its media
 *
 * Bob's socket is a proxy's that has forked: what it says under several To
 * tags comes from several phones, each with a media port of its own.
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/parley.h"
#include "test/test.h"

enum { ALL_PORTS = PARLEY_PORTS, CALL_PORTS = 4, FORK_PORTS = 2 };

static struct parley t;
static struct media twin; /* of the second phone */
static char invite[RIG_TEXT_MAX];


static void setup(void)
{
	parley_open(&t, "quarantine = 0", NULL);
	media_open(&twin, "127.0.0.20");
}


static void teardown(void)
{
	media_close(&twin);
	parley_close(&t);
}


static uint64_t free_ports(void)
{
	return server_counter(t.rig.srv, "relay_ports_free");
}


static void call(const char *extra, const char *body)
{
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, body, extra);
	parley_expect(&t.bob, "INVITE ");
	if (body[0])
		parley_learn(&t.bob, 0);
	(void)snprintf(invite, sizeof(invite), "%s", t.bob.ph.msg);
}


/* the phone of that tag answers the INVITE; alice hears it */
static void answer(const char *tag, const char *status, const char *body)
{
	char head[32];

	(void)snprintf(t.bob.ph.msg, sizeof(t.bob.ph.msg), "%s", invite);
	t.bob.tag = tag;
	parley_answer(&t.bob, status, body);
	(void)snprintf(head, sizeof(head), "SIP/2.0 %.3s", status);
	parley_expect(&t.alice, head);
	if (body[0])
		parley_learn(&t.alice, 0);
}


static const char *sdp_of(const struct media *m)
{
	return parley_sdp("192.168.1.10", sa_port(&m->addr), "");
}


static void expect_from(struct media *from, const struct sa *ours)
{
	bool heard = false;

	for (int i = 0; i < 50 && !heard; i++) {
		const uint16_t seq = media_send_rtp(from, &t.bob.to[0]);

		heard = media_gets_rtp(&t.alice.rtp, from->ssrc, seq, 20);
	}
	ck_assert(heard);
	media_expect_rtp(&t.alice.rtp, from->ssrc,
			 media_send_rtp(from, &t.bob.to[0]), ours);
}


/* alice's further requests go to the phone of that tag */
static void choose(const char *tag)
{
	t.bob.tag = t.alice.other_tag = tag;
	(void)snprintf(t.route, sizeof(t.route), "%s",
		       phone_header(&t.alice.ph, "Record-Route"));
}


static void talk_with(struct media *m)
{
	const struct media own = t.bob.rtp;

	t.bob.rtp = *m;
	parley_audio(&t);
	*m = t.bob.rtp;
	t.bob.rtp = own;
}


START_TEST(each_plays_to_the_caller_and_one_keeps_him)
{
	struct sa one, two;

	call("", parley_nat_sdp(&t.alice));
	ck_assert_uint_eq(free_ports(), ALL_PORTS - CALL_PORTS);
	answer("one", "183 Session Progress", sdp_of(&t.bob.rtp));
	one = t.alice.to[0];
	answer("two", "183 Session Progress", sdp_of(&twin));
	two = t.alice.to[0];
	ck_assert(!sa_cmp(&one, &two, SA_ALL));
	ck_assert_uint_eq(free_ports(), ALL_PORTS - CALL_PORTS - FORK_PORTS);
	expect_from(&t.bob.rtp, &one);
	expect_from(&twin, &two);
	expect_from(&t.bob.rtp, &one);

	answer("two", "200 OK", sdp_of(&twin));
	ck_assert(sa_cmp(&t.alice.to[0], &two, SA_ALL));
	choose("two");
	parley_ack(&t, &t.alice, NULL);
	parley_wait_ports(&t, ALL_PORTS - CALL_PORTS);
	talk_with(&twin);
	parley_bye(&t, &t.alice);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


START_TEST(the_first_one_answers_and_the_other_goes)
{
	struct sa one;

	call("", parley_nat_sdp(&t.alice));
	answer("one", "183 Session Progress", sdp_of(&t.bob.rtp));
	one = t.alice.to[0];
	answer("two", "183 Session Progress", sdp_of(&twin));
	answer("one", "200 OK", sdp_of(&t.bob.rtp));
	ck_assert(sa_cmp(&t.alice.to[0], &one, SA_ALL));
	choose("one");
	parley_ack(&t, &t.alice, NULL);
	parley_wait_ports(&t, ALL_PORTS - CALL_PORTS);
	parley_audio(&t);
	parley_bye(&t, &t.bob);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


/* both accept: the caller hangs up on the second, and talks on */
START_TEST(who_accepts_too_late_is_hung_up_on_alone)
{
	struct sa one, two;

	call("", parley_nat_sdp(&t.alice));
	answer("one", "200 OK", sdp_of(&t.bob.rtp));
	one = t.alice.to[0];
	choose("one");
	parley_ack(&t, &t.alice, NULL);
	parley_audio(&t);

	answer("two", "200 OK", sdp_of(&twin));
	two = t.alice.to[0];
	ck_assert(!sa_cmp(&one, &two, SA_ALL));
	ck_assert_uint_eq(free_ports(), ALL_PORTS - CALL_PORTS - FORK_PORTS);
	choose("two");
	parley_ack(&t, &t.alice, NULL);
	parley_bye(&t, &t.alice);
	parley_wait_ports(&t, ALL_PORTS - CALL_PORTS);
	t.alice.to[0] = one;
	parley_hears(&t.alice, &t.bob);
	parley_hears(&t.bob, &t.alice);
}
END_TEST


/* a hostile callee does not get more than its share */
START_TEST(tags_are_bounded)
{
	char tagv[12][8];

	call("", parley_nat_sdp(&t.alice));
	for (int i = 0; i < 12; i++) {
		(void)snprintf(tagv[i], sizeof(tagv[i]), "t%d", i);
		(void)snprintf(t.bob.ph.msg, sizeof(t.bob.ph.msg), "%s",
			       invite);
		t.bob.tag = tagv[i];
		parley_answer(&t.bob, "183 Session Progress",
			      sdp_of(&t.bob.rtp));
	}
	answer("t9", "200 OK", sdp_of(&twin));
	choose("t9");
	parley_ack(&t, &t.alice, NULL);
	parley_wait_ports(&t, ALL_PORTS - CALL_PORTS);
	talk_with(&twin);
	parley_bye(&t, &t.alice);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


Suite *suite_media_fork(void);
Suite *suite_media_fork(void)
{
	Suite *s = suite_create("media_fork");
	TCase *tc = tcase_create("media_fork");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_plays_to_the_caller_and_one_keeps_him);
	tcase_add_test(tc, the_first_one_answers_and_the_other_goes);
	tcase_add_test(tc, who_accepts_too_late_is_hung_up_on_alone);
	tcase_add_test(tc, tags_are_bounded);
	suite_add_tcase(s, tc);

	return s;
}
