/**
 * @file test/relay/session_login.c  A phone that speaks ICE, and our login
 *
 * Phone A speaks ICE, its user name is "them"; phone B does not.
 */
#include <errno.h>
#include <string.h>
#include "relay/relay.h"
#include "test/mock/stun.h"
#include "test/relay/rig.h"
#include "test/test.h"

static struct rig rig;
static struct relay_login ours;


static struct relay_terms *terms_of(const char *ufrag)
{
	struct relay_terms *terms;

	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	if (!ufrag)
		return terms;

	terms->ice = mem_zalloc(sizeof(*terms->ice), NULL);
	ck_assert_ptr_nonnull(terms->ice);
	(void)re_snprintf(terms->ice->ufrag, RELAY_LOGIN_TEXT, "%s", ufrag);
	(void)re_snprintf(terms->ice->pwd, RELAY_LOGIN_TEXT, "%s-password",
			  ufrag);

	return terms;
}


/* signalling of A says that it has this login now */
static void signal_a(const char *ufrag, bool answer)
{
	struct relay_terms *terms = terms_of(ufrag);
	struct relay_anchor a = rig_anchor(&rig.a, &rig.a_rtcp);

	a.terms = terms;
	a.answer = answer;
	ck_assert_int_eq(relay_stream_anchor(rig.s, 0, RELAY_A, &a), 0);
	mem_deref(terms);
}


static struct relay_login login_a(void)
{
	struct relay_login login;

	ck_assert_int_eq(relay_session_login(rig.s, RELAY_A, &login), 0);

	return login;
}


static void setup(void)
{
	memset(&rig, 0, sizeof(rig));
	rig_open(&rig, NULL);
	rig_call(&rig);
	signal_a("them", false);
	ours = login_a();
}


static void teardown(void)
{
	rig_close(&rig);
}


static void send_check(const struct media *m, enum relay_comp comp,
		       const struct relay_login *login, const char *theirs)
{
	char name[64];
	struct mbuf *mb;

	(void)re_snprintf(name, sizeof(name), "%s:%s", login->ufrag, theirs);
	mb = stun_probe(&(struct stun_probe){
		.username = name, .pwd = login->pwd, .nominates = true});
	media_send(m, &rig.at[RELAY_A][comp], mb->buf, mb->end);
	mem_deref(mb);
}


/* a success, from the port that was asked */
static void expect_success(const struct media *m, enum relay_comp comp,
			   const struct relay_login *login)
{
	struct mbuf *mb = mbuf_alloc(256);
	const struct stun_attr *a;
	struct stun_msg *msg;
	struct sa src;

	ck_assert_ptr_nonnull(mb);
	mb->end = media_recv(m, mb->buf, mb->size, &src);
	ck_assert(sa_cmp(&src, &rig.at[RELAY_A][comp], SA_ALL));
	ck_assert_int_eq(stun_msg_decode(&msg, mb, NULL), 0);
	ck_assert_uint_eq(stun_msg_class(msg), STUN_CLASS_SUCCESS_RESP);
	ck_assert_int_eq(stun_msg_chk_mi(msg, (const uint8_t *)login->pwd,
					 strlen(login->pwd)),
			 0);
	a = stun_msg_attr(msg, STUN_ATTR_XOR_MAPPED_ADDR);
	ck_assert_ptr_nonnull(a);
	ck_assert(sa_cmp(&a->v.sa, &m->addr, SA_ALL));
	mem_deref(msg);
	mem_deref(mb);
}


static void nominate(const struct media *m, const struct relay_login *login,
		     const char *theirs)
{
	send_check(m, RELAY_RTP, login, theirs);
	expect_success(m, RELAY_RTP, login);
}


static void expect_b_to(const struct media *m)
{
	const uint16_t seq = media_send_rtp(&rig.b, &rig.at[RELAY_B][0]);

	media_expect_rtp(m, rig.b.ssrc, seq, &rig.at[RELAY_A][0]);
}


static void expect_to_b(struct media *m)
{
	const uint16_t seq = media_send_rtp(m, &rig.at[RELAY_A][0]);

	media_expect_rtp(&rig.b, m->ssrc, seq, &rig.at[RELAY_B][0]);
}


START_TEST(a_phone_is_heard_after_its_check_and_not_before)
{
	(void)media_send_rtp(&rig.a, &rig.at[RELAY_A][0]);
	rig_wait_seen(&rig, RELAY_A, 1);
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).rx_packets, 0);

	nominate(&rig.a, &ours, "them");
	expect_to_b(&rig.a);
	expect_b_to(&rig.a);
	rig_wait_events(&rig, 1);
	ck_assert(rig_has_event(&rig, RELAY_LATCHED, RELAY_A, RELAY_RTP));
	ck_assert(media_is_silent(&rig.b));
}
END_TEST


START_TEST(nothing_is_sent_to_the_sdp_address_of_a_phone_that_checks)
{
	(void)media_send_rtp(&rig.b, &rig.at[RELAY_B][0]);
	rig_wait_seen(&rig, RELAY_B, 1);
	ck_assert(media_is_silent(&rig.a));
	ck_assert_uint_eq(rig_stats(&rig, RELAY_A).tx_packets, 0);
}
END_TEST


/* from another network, where neither signalling nor SDP have been */
START_TEST(a_phone_that_moves_nominates_its_new_way)
{
	struct media there;

	media_open(&there, "127.0.0.9");
	nominate(&rig.a, &ours, "them");
	expect_b_to(&rig.a);

	nominate(&there, &ours, "them");
	expect_b_to(&there);
	expect_to_b(&there);
	expect_to_b(&rig.a);
	media_close(&there);
}
END_TEST


START_TEST(a_stranger_at_the_phones_own_host_is_refused)
{
	struct media stranger;
	uint64_t seen;

	media_open(&stranger, "127.0.0.2");
	nominate(&rig.a, &ours, "them");
	seen = rig_stats(&rig, RELAY_A).refused;
	for (int i = 0; i < 10; i++)
		(void)media_send_rtp(&stranger, &rig.at[RELAY_A][0]);
	rig_wait_seen(&rig, RELAY_A, seen + 10);

	expect_b_to(&rig.a);
	ck_assert(media_is_silent(&rig.b));
	ck_assert(media_is_silent(&stranger));
	media_close(&stranger);
}
END_TEST


START_TEST(components_are_checked_apart)
{
	nominate(&rig.a, &ours, "them");
	send_check(&rig.a_rtcp, RELAY_RTCP, &ours, "them");
	expect_success(&rig.a_rtcp, RELAY_RTCP, &ours);
	media_settle(&rig.b_rtcp, &rig.at[RELAY_B][1], &rig.a_rtcp);
	media_settle(&rig.a_rtcp, &rig.at[RELAY_A][1], &rig.b_rtcp);
}
END_TEST


START_TEST(checks_never_reach_the_other_side)
{
	const struct relay_login wrong = {.ufrag = "SOMEBODY",
					  .pwd = "whoever he may be"};

	nominate(&rig.a, &ours, "them");
	send_check(&rig.a, RELAY_RTP, &wrong, "them");
	send_check(&rig.a, RELAY_RTP, &ours, "them");
	expect_success(&rig.a, RELAY_RTP, &ours);
	expect_to_b(&rig.a);
	ck_assert(media_is_silent(&rig.b));
}
END_TEST


START_TEST(the_login_stays_until_the_side_restarts)
{
	struct relay_login again = login_a();

	ck_assert_str_eq(again.ufrag, ours.ufrag);
	ck_assert_str_eq(again.pwd, ours.pwd);

	signal_a("them", false);
	again = login_a();
	ck_assert_str_eq(again.ufrag, ours.ufrag);

	signal_a("they", false);
	again = login_a();
	ck_assert_str_ne(again.ufrag, ours.ufrag);
	ck_assert_str_ne(again.pwd, ours.pwd);
}
END_TEST


START_TEST(an_answer_with_another_login_is_no_restart)
{
	struct relay_login again;

	signal_a("they", true);
	again = login_a();
	ck_assert_str_eq(again.ufrag, ours.ufrag);
	nominate(&rig.a, &ours, "they");
	expect_to_b(&rig.a);
}
END_TEST


START_TEST(a_restart_that_is_refused_costs_no_login)
{
	struct relay_login again;

	nominate(&rig.a, &ours, "them");
	signal_a("they", false);
	signal_a("them", false);
	again = login_a();
	ck_assert_str_eq(again.ufrag, ours.ufrag);
	nominate(&rig.a, &ours, "them");
}
END_TEST


START_TEST(media_flows_through_a_restart)
{
	struct relay_login renewed;
	struct media there;

	media_open(&there, "127.0.0.9");
	nominate(&rig.a, &ours, "them");
	signal_a("they", false);
	expect_to_b(&rig.a);
	renewed = login_a();

	/* its consent goes on with the old one */
	nominate(&rig.a, &ours, "them");
	expect_to_b(&rig.a);
	expect_b_to(&rig.a);

	nominate(&there, &renewed, "they");
	expect_b_to(&there);
	expect_to_b(&there);

	/* which is now good for nothing */
	send_check(&rig.a, RELAY_RTP, &ours, "them");
	(void)media_send_rtp(&rig.a, &rig.at[RELAY_A][0]);
	expect_to_b(&there);
	expect_b_to(&there);
	ck_assert(media_is_silent(&rig.a));
	media_close(&there);
}
END_TEST


START_TEST(streams_that_are_opened_later_have_the_login)
{
	ck_assert_int_eq(relay_stream_open(rig.s, 1, AF_INET, AF_INET), 0);
	ck_assert_int_eq(relay_stream_addr(rig.s, 1, RELAY_A, RELAY_RTP,
					   &rig.at[RELAY_A][0]),
			 0);
	nominate(&rig.a, &ours, "them");
}
END_TEST


START_TEST(a_check_before_the_answer_is_answered_and_remembered)
{
	struct relay_login b;

	/* an offer went to A, as it were: it is not known what A says */
	rig_close(&rig);
	memset(&rig, 0, sizeof(rig));
	rig_open(&rig, NULL);
	rig_call(&rig);
	ck_assert_int_eq(relay_session_login(rig.s, RELAY_A, &b), 0);
	nominate(&rig.a, &b, "them");

	signal_a("them", true);
	expect_b_to(&rig.a);
	expect_to_b(&rig.a);
}
END_TEST


START_TEST(sides_have_logins_of_their_own)
{
	struct relay_login b;

	ck_assert_int_eq(relay_session_login(rig.s, RELAY_B, &b), 0);
	ck_assert_str_ne(b.ufrag, ours.ufrag);
	ck_assert_str_ne(b.pwd, ours.pwd);
}
END_TEST


/* its new SDP has no ICE: it is learned as any phone */
START_TEST(a_phone_without_ice_may_take_over)
{
	nominate(&rig.a, &ours, "them");
	signal_a(NULL, false);
	rig_latch(&rig);
}
END_TEST


START_TEST(memory_runs_out_and_the_login_stays_as_it_was)
{
	struct relay_login login;
	int err, i = 0;

	signal_a("they", false);
	do {
		oom_after(i++);
		err = relay_session_login(rig.s, RELAY_A, &login);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
	} while (err);
	ck_assert_int_ge(i, 3);
	nominate(&rig.a, &login, "they");

	ck_assert_int_eq(relay_session_login(NULL, RELAY_A, &login), EINVAL);
	ck_assert_int_eq(relay_session_login(rig.s, RELAY_A, NULL), EINVAL);
	ck_assert_int_eq(
		relay_session_login(rig.s, (enum relay_side)2, &login),
		EINVAL);
}
END_TEST


Suite *suite_session_login(void);
Suite *suite_session_login(void)
{
	Suite *s = suite_create("session_login");
	TCase *tc = tcase_create("checks");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_phone_is_heard_after_its_check_and_not_before);
	tcase_add_test(
		tc, nothing_is_sent_to_the_sdp_address_of_a_phone_that_checks);
	tcase_add_test(tc, a_phone_that_moves_nominates_its_new_way);
	tcase_add_test(tc, a_stranger_at_the_phones_own_host_is_refused);
	tcase_add_test(tc, components_are_checked_apart);
	tcase_add_test(tc, checks_never_reach_the_other_side);
	tcase_add_test(tc, media_flows_through_a_restart);
	tcase_add_test(tc,
		       a_check_before_the_answer_is_answered_and_remembered);
	tcase_add_test(tc, a_phone_without_ice_may_take_over);
	suite_add_tcase(s, tc);

	tc = tcase_create("logins");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_login_stays_until_the_side_restarts);
	tcase_add_test(tc, an_answer_with_another_login_is_no_restart);
	tcase_add_test(tc, a_restart_that_is_refused_costs_no_login);
	tcase_add_test(tc, streams_that_are_opened_later_have_the_login);
	tcase_add_test(tc, sides_have_logins_of_their_own);
	tcase_add_test(tc, memory_runs_out_and_the_login_stays_as_it_was);
	suite_add_tcase(s, tc);

	return s;
}
