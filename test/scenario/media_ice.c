/**
 * @file scenario/media_ice.c  Phones that speak ICE find the relay as an agent
 */
#include <stdio.h>
#include <string.h>
#include "test/mock/stun.h"
#include "test/scenario/parley.h"
#include "test/test.h"

enum { NAME_SIZE = 128 };

/** What an SDP says of the relay */
struct agent {
	char ufrag[NAME_SIZE], pwd[NAME_SIZE];
};

static struct parley t;


static void setup(void)
{
	parley_open(&t, "quarantine = 0", NULL);
}


static void setup_removed(void)
{
	parley_open(&t, "quarantine = 0\nice = \"remove\"", NULL);
}


static void teardown(void)
{
	parley_close(&t);
}


/* a phone's SDP whose ICE name is that one; further lines */
static const char *sdp_ice(const struct party *who, const char *ufrag,
			   const char *more)
{
	static char lines[1024];

	(void)snprintf(
		lines, sizeof(lines),
		"a=ice-ufrag:%s\r\na=ice-pwd:%s+password+of+22+chars\r\n"
		"a=candidate:1 1 UDP 2130706431 192.168.1.10 4000 typ "
		"host\r\n%s",
		ufrag, ufrag, more);

	return parley_sdp("192.168.1.10", sa_port(&who->rtp.addr), lines);
}


static bool has_ice(const struct party *who)
{
	return strstr(who->sdp, "a=ice-") || strstr(who->sdp, "a=candidate:");
}


static void read_value(char *dst, const struct party *who, const char *name)
{
	const char *p = strstr(who->sdp, name);

	ck_assert_msg(p != NULL, "no %s in:\n%s", name, who->sdp);
	p += strlen(name);
	(void)snprintf(dst, NAME_SIZE, "%.*s", (int)strcspn(p, "\r\n"), p);
}


/* a lite agent, with one candidate for each component */
static struct agent agent_of(const struct party *who)
{
	struct agent agent = {.ufrag = ""};
	char line[128];

	read_value(agent.ufrag, who, "a=ice-ufrag:");
	read_value(agent.pwd, who, "a=ice-pwd:");
	ck_assert_ptr_nonnull(strstr(who->sdp, "\r\na=ice-lite\r\n"));
	ck_assert_ptr_nonnull(strstr(who->sdp, "\r\na=end-of-candidates\r\n"));
	ck_assert_ptr_null(strstr(who->sdp, "192.168."));
	for (unsigned i = 0; i < 2; i++) {
		(void)re_snprintf(line, sizeof(line),
				  "a=candidate:1 %u UDP %u %j %u typ host\r\n",
				  i + 1, 2130706431 - i, &who->to[i],
				  sa_port(&who->to[i]));
		ck_assert_msg(strstr(who->sdp, line) != NULL, "%s\n%s", line,
			      who->sdp);
	}

	return agent;
}


static void check(const struct media *m, const struct sa *to,
		  const struct agent *agent, const char *ufrag)
{
	struct mbuf *mb = mbuf_alloc(512), *probe;
	char name[2 * NAME_SIZE];
	struct stun_msg *msg;
	struct sa src;

	ck_assert_ptr_nonnull(mb);
	(void)snprintf(name, sizeof(name), "%s:%s", agent->ufrag, ufrag);
	probe = stun_probe(&(struct stun_probe){
		.username = name, .pwd = agent->pwd, .nominates = true});
	media_send(m, to, probe->buf, probe->end);
	mb->end = media_recv(m, mb->buf, mb->size, &src);
	ck_assert(sa_cmp(&src, to, SA_ALL));
	ck_assert_int_eq(stun_msg_decode(&msg, mb, NULL), 0);
	ck_assert_uint_eq(stun_msg_class(msg), STUN_CLASS_SUCCESS_RESP);
	mem_deref(msg);
	mem_deref(probe);
	mem_deref(mb);
}


static void call(const char *offer, const char *(*answer)(void))
{
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, offer, "");
	parley_expect(&t.bob, "INVITE ");
	parley_learn(&t.bob, 0);
	parley_answer(&t.bob, "200 OK", answer());
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	(void)snprintf(t.route, sizeof(t.route), "%s",
		       phone_header(&t.alice.ph, "Record-Route"));
	parley_ack(&t, &t.alice, NULL);
}


static const char *plain_answer(void)
{
	return parley_nat_sdp(&t.bob);
}


static const char *ice_answer(void)
{
	return sdp_ice(&t.bob, "bobs", "");
}


START_TEST(each_side_finds_the_relay_under_a_name_of_its_own)
{
	struct agent a, b;

	call(sdp_ice(&t.alice, "alis", "a=ice-options:trickle\r\n"),
	     ice_answer);
	a = agent_of(&t.alice);
	b = agent_of(&t.bob);
	ck_assert_str_ne(a.ufrag, b.ufrag);
	ck_assert_str_ne(a.pwd, b.pwd);
	ck_assert_ptr_null(strstr(t.bob.sdp, "trickle"));

	check(&t.alice.rtp, &t.alice.to[0], &a, "alis");
	check(&t.bob.rtp, &t.bob.to[0], &b, "bobs");
	parley_hears(&t.alice, &t.bob);
	parley_hears(&t.bob, &t.alice);
	ck_assert(media_is_silent(&t.stranger));
}
END_TEST


START_TEST(a_phone_with_ice_talks_to_one_without)
{
	struct agent a;

	call(sdp_ice(&t.alice, "alis", ""), plain_answer);
	a = agent_of(&t.alice);
	check(&t.alice.rtp, &t.alice.to[0], &a, "alis");
	check(&t.alice.rtcp, &t.alice.to[1], &a, "alis");
	for (int i = 0; i < 3; i++)
		(void)media_send_rtp(&t.bob.rtp, &t.bob.to[0]);
	parley_hears(&t.alice, &t.bob);
	ck_assert(!media_is_silent(&t.alice.rtp));
}
END_TEST


START_TEST(where_nobody_offers_ice_there_is_none)
{
	call(parley_nat_sdp(&t.alice), ice_answer);
	ck_assert(!has_ice(&t.bob));
	ck_assert(!has_ice(&t.alice));
	parley_audio(&t);
}
END_TEST


/* another relay is before us: it does not check, and neither do we */
START_TEST(a_lite_agent_gets_no_ice_and_who_is_behind_it_does)
{
	call(sdp_ice(&t.alice, "alis", "a=ice-lite\r\n"), ice_answer);
	(void)agent_of(&t.bob);
	ck_assert(!has_ice(&t.alice));
}
END_TEST


START_TEST(muxed_rtcp_has_no_candidate_once_it_is_agreed)
{
	call(sdp_ice(&t.alice, "alis", "a=rtcp-mux\r\n"), plain_answer);
	(void)agent_of(&t.bob);
	ck_assert_ptr_nonnull(strstr(t.alice.sdp, "a=candidate:1 2 "));
	teardown();

	setup();
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, sdp_ice(&t.alice, "alis", "a=rtcp-mux\r\n"), "");
	parley_expect(&t.bob, "INVITE ");
	parley_answer(&t.bob, "200 OK",
		      sdp_ice(&t.bob, "bobs", "a=rtcp-mux\r\n"));
	parley_expect(&t.alice, "SIP/2.0 200");
	ck_assert_ptr_nonnull(strstr(t.alice.sdp, "a=candidate:1 1 "));
	ck_assert_ptr_null(strstr(t.alice.sdp, "a=candidate:1 2 "));
}
END_TEST


START_TEST(a_restart_has_a_new_login_and_the_other_side_keeps_its_own)
{
	struct agent a, b, again;

	call(sdp_ice(&t.alice, "alis", ""), ice_answer);
	a = agent_of(&t.alice);
	b = agent_of(&t.bob);
	check(&t.alice.rtp, &t.alice.to[0], &a, "alis");
	check(&t.bob.rtp, &t.bob.to[0], &b, "bobs");

	/* it is only on hold, and back */
	parley_reinvite(&t, &t.alice,
			sdp_ice(&t.alice, "alis", "a=sendonly\r\n"),
			sdp_ice(&t.bob, "bobs", "a=recvonly\r\n"));
	again = agent_of(&t.alice);
	ck_assert_str_eq(again.ufrag, a.ufrag);

	parley_reinvite(&t, &t.alice, sdp_ice(&t.alice, "next", ""),
			sdp_ice(&t.bob, "bobs", ""));
	again = agent_of(&t.alice);
	ck_assert_str_ne(again.ufrag, a.ufrag);
	ck_assert_str_ne(again.pwd, a.pwd);
	check(&t.alice.rtp, &t.alice.to[0], &again, "next");

	again = agent_of(&t.bob);
	ck_assert_str_eq(again.ufrag, b.ufrag);
	parley_hears(&t.alice, &t.bob);
	parley_hears(&t.bob, &t.alice);
}
END_TEST


START_TEST(ice_is_removed_where_it_is_not_wanted)
{
	call(sdp_ice(&t.alice, "alis", ""), ice_answer);
	ck_assert(!has_ice(&t.bob));
	ck_assert(!has_ice(&t.alice));
	parley_audio(&t);
}
END_TEST


Suite *suite_media_ice(void);
Suite *suite_media_ice(void)
{
	Suite *s = suite_create("media_ice");
	TCase *tc = tcase_create("lite");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_side_finds_the_relay_under_a_name_of_its_own);
	tcase_add_test(tc, a_phone_with_ice_talks_to_one_without);
	tcase_add_test(tc, where_nobody_offers_ice_there_is_none);
	tcase_add_test(tc, a_lite_agent_gets_no_ice_and_who_is_behind_it_does);
	tcase_add_test(tc, muxed_rtcp_has_no_candidate_once_it_is_agreed);
	tcase_add_test(
		tc,
		a_restart_has_a_new_login_and_the_other_side_keeps_its_own);
	suite_add_tcase(s, tc);

	tc = tcase_create("remove");
	tcase_add_checked_fixture(tc, setup_removed, teardown);
	tcase_add_test(tc, ice_is_removed_where_it_is_not_wanted);
	suite_add_tcase(s, tc);

	return s;
}
