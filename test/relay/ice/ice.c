/**
 * @file test/relay/ice/ice.c  Checks that are answered, refused and ignored
 *
 * Our login is "OURSOURS", the phone's "them"; its addresses are 198.51.100.7
 * and, from another network, 203.0.113.77.
 */
#include <string.h>
#include "relay/ice/check.h"
#include "relay/ice/ice.h"
#include "test/mock/stun.h"
#include "test/test.h"

#define NAME  "OURSOURS:them"
#define PWD   "ours-and-nobody-elses-pw"
#define HERE  "198.51.100.7:61000"
#define THERE "203.0.113.77:5000"

static struct ice *ice;
static uint64_t now;


static struct ice_login login_of(const char *ufrag, const char *pwd)
{
	struct ice_login login = {.ufrag = ""};

	memcpy(login.ufrag, ufrag, ICE_UFRAG);
	memcpy(login.pwd, pwd, ICE_PWD);

	return login;
}


static void tell(const char *ufrag)
{
	struct relay_login theirs;

	memset(&theirs, 0, sizeof(theirs));
	(void)re_snprintf(theirs.ufrag, sizeof(theirs.ufrag), "%s", ufrag);
	(void)re_snprintf(theirs.pwd, sizeof(theirs.pwd), "their-password");
	ice_tell(ice, &theirs);
}


static void setup(void)
{
	const struct ice_login ours = login_of("OURSOURS", PWD);

	now = 5000;
	ck_assert_int_eq(ice_alloc(&ice, &ours), 0);
	tell("them");
}


static void teardown(void)
{
	ice = mem_deref(ice);
}


static struct sa sa_of(const char *text)
{
	struct sa sa;

	ck_assert_int_eq(sa_decode(&sa, text, strlen(text)), 0);

	return sa;
}


static enum ice_verdict hear(const char *src, const struct mbuf *mb,
			     struct mbuf **reply)
{
	const struct sa sa = sa_of(src);
	const struct ice_datagram dg = {
		.comp = RELAY_RTP,
		.src = &sa,
		.p = mb->buf,
		.len = mb->end,
		.now_ms = now,
	};

	return ice_hear(ice, reply, &dg);
}


/* what becomes of it; code: of the error, 0: a success, -1: no answer */
static enum ice_verdict probe(const char *src, const struct stun_probe *p,
			      int *code)
{
	struct mbuf *mb = stun_probe(p), *reply;
	const enum ice_verdict verdict = hear(src, mb, &reply);
	struct stun_msg *msg = NULL;
	const struct stun_attr *a;

	*code = -1;
	if (reply) {
		ck_assert_uint_le(reply->end, mb->end);
		ck_assert_int_eq(stun_msg_decode(&msg, reply, NULL), 0);
		ck_assert_int_eq(stun_msg_chk_fingerprint(msg), 0);
		ck_assert_mem_eq(stun_msg_tid(msg), mb->buf + 8,
				 STUN_TID_SIZE);
		a = stun_msg_attr(msg, STUN_ATTR_ERR_CODE);
		*code = a ? a->v.err_code.code : 0;
	}

	mem_deref(msg);
	mem_deref(reply);
	mem_deref(mb);

	return verdict;
}


static enum ice_verdict check_from(const char *src, bool nominates,
				   uint32_t priority)
{
	int code;

	return probe(src,
		     &(struct stun_probe){.username = NAME,
					  .pwd = PWD,
					  .nominates = nominates,
					  .priority = priority},
		     &code);
}


static bool knows(const char *src)
{
	const struct sa sa = sa_of(src);

	return ice_knows(ice, RELAY_RTP, &sa);
}


static void expect_target(const char *src)
{
	const struct sa *sa = ice_target(ice, RELAY_RTP);
	struct sa want;

	if (!src) {
		ck_assert_ptr_null(sa);
		return;
	}

	want = sa_of(src);
	ck_assert_ptr_nonnull(sa);
	ck_assert_msg(sa_cmp(sa, &want, SA_ALL), "not %s", src);
}


static const struct {
	const char *what;
	struct stun_probe probe;
	enum ice_verdict verdict;
	int code;
} casev[] = {
	{"a check", {.username = NAME, .pwd = PWD}, ICE_MOVED, 0},
	{"a nomination",
	 {.username = NAME, .pwd = PWD, .nominates = true},
	 ICE_MOVED,
	 0},
	{"a wrong password",
	 {.username = NAME, .pwd = "their-password"},
	 ICE_REFUSED,
	 401},
	{"no password", {.username = NAME}, ICE_REFUSED, 400},
	{"an error that is longer",
	 {.username = "OURSOURS:t", .plain = true},
	 ICE_DROPPED,
	 -1},
	{"no fingerprint",
	 {.username = NAME, .pwd = PWD, .bare = true},
	 ICE_DROPPED,
	 -1},
	{"somebody else's name",
	 {.username = "OTHERONE:them", .pwd = PWD},
	 ICE_FOREIGN,
	 -1},
	{"somebody else who knows ours",
	 {.username = "OURSOURS:they", .pwd = PWD},
	 ICE_DROPPED,
	 -1},
	{"the names the other way round",
	 {.username = "them:OURSOURS", .pwd = PWD},
	 ICE_FOREIGN,
	 -1},
	{"our name alone",
	 {.username = "OURSOURS", .pwd = PWD},
	 ICE_FOREIGN,
	 -1},
	{"our name and none of theirs",
	 {.username = "OURSOURS:", .pwd = PWD},
	 ICE_FOREIGN,
	 -1},
	{"no name", {.pwd = PWD}, ICE_FOREIGN, -1},
	{"an old keepalive", {.plain = true, .bare = true}, ICE_FOREIGN, -1},
	{"an attribute that is to be known",
	 {.username = NAME, .pwd = PWD, .unknown = 0x7f01},
	 ICE_REFUSED,
	 420},
	{"one that need not be",
	 {.username = NAME, .pwd = PWD, .unknown = 0xff01},
	 ICE_MOVED,
	 0},
	{"an agent that is controlled as well",
	 {.username = NAME, .pwd = PWD, .controlled = true},
	 ICE_REFUSED,
	 487},
	{"an indication",
	 {.username = NAME, .pwd = PWD, .class = STUN_CLASS_INDICATION},
	 ICE_FOREIGN,
	 -1},
	{"an answer",
	 {.username = NAME, .pwd = PWD, .class = STUN_CLASS_SUCCESS_RESP},
	 ICE_FOREIGN,
	 -1},
};


START_TEST(each_request_has_its_answer)
{
	int code;

	ck_assert_msg(probe(HERE, &casev[_i].probe, &code) ==
			      casev[_i].verdict,
		      "%s: verdict", casev[_i].what);
	ck_assert_msg(code == casev[_i].code, "%s: code %d", casev[_i].what,
		      code);
	ck_assert(knows(HERE) == (casev[_i].verdict == ICE_MOVED));
	expect_target(casev[_i].verdict == ICE_MOVED ? HERE : NULL);
}
END_TEST


START_TEST(the_answer_says_where_it_came_from)
{
	static const char *const srcv[] = {HERE, "[2001:db8::7]:61000"};

	for (size_t i = 0; i < ARRAY_SIZE(srcv); i++) {
		struct mbuf *mb = stun_probe(
			&(struct stun_probe){.username = NAME, .pwd = PWD});
		const struct sa want = sa_of(srcv[i]);
		const struct stun_attr *a;
		struct stun_msg *msg;
		struct mbuf *reply;

		(void)hear(srcv[i], mb, &reply);
		ck_assert_ptr_nonnull(reply);
		ck_assert_int_eq(stun_msg_decode(&msg, reply, NULL), 0);
		ck_assert_int_eq(stun_msg_chk_mi(msg, (const uint8_t *)PWD,
						 strlen(PWD)),
				 0);
		a = stun_msg_attr(msg, STUN_ATTR_XOR_MAPPED_ADDR);
		ck_assert_ptr_nonnull(a);
		ck_assert(sa_cmp(&a->v.sa, &want, SA_ALL));
		mem_deref(msg);
		mem_deref(reply);
		mem_deref(mb);
	}
}
END_TEST


START_TEST(keepalives_of_the_known_are_for_us_and_those_of_others_are_not)
{
	const struct stun_probe keepalive = {.plain = true,
					     .class = STUN_CLASS_INDICATION};
	int code;

	ck_assert_int_eq(check_from(HERE, true, 0), ICE_MOVED);
	ck_assert_int_eq(probe(HERE, &keepalive, &code), ICE_DROPPED);
	ck_assert_int_eq(code, -1);
	ck_assert_int_eq(probe(THERE, &keepalive, &code), ICE_FOREIGN);
	ck_assert(!knows(THERE));
}
END_TEST


START_TEST(consent_is_given_for_ever)
{
	ck_assert_int_eq(check_from(HERE, true, 0), ICE_MOVED);
	for (int i = 0; i < 1000; i++) {
		now += 5000;
		ck_assert_int_eq(check_from(HERE, false, 0), ICE_CHECKED);
	}
	expect_target(HERE);
}
END_TEST


START_TEST(a_check_makes_heard_and_a_nomination_makes_sent_to)
{
	ck_assert_int_eq(check_from(HERE, false, 0), ICE_MOVED);
	ck_assert_int_eq(check_from(THERE, false, 0), ICE_CHECKED);
	ck_assert(knows(HERE) && knows(THERE));
	expect_target(HERE);

	ck_assert_int_eq(check_from(THERE, true, 0), ICE_MOVED);
	expect_target(THERE);
	ck_assert_int_eq(check_from(THERE, true, 0), ICE_CHECKED);
	ck_assert(knows(HERE));
}
END_TEST


START_TEST(a_later_nomination_moves_the_phone)
{
	(void)check_from(HERE, true, 100);
	now += 30000;
	ck_assert_int_eq(check_from(THERE, true, 50), ICE_MOVED);
	expect_target(THERE);
}
END_TEST


/* RFC 5245: all ways are nominated at once, the best one counts */
START_TEST(of_many_nominations_the_best_one_counts)
{
	(void)check_from(HERE, true, 100);
	ck_assert_int_eq(check_from(THERE, true, 50), ICE_CHECKED);
	expect_target(HERE);
	ck_assert_int_eq(check_from(THERE, true, 200), ICE_MOVED);
	expect_target(THERE);

	/* the better one is no more meant */
	now += 3000;
	ck_assert_int_eq(check_from(HERE, true, 100), ICE_MOVED);
	expect_target(HERE);
}
END_TEST


/* overheard, and sent again by somebody else: to the other port as well */
START_TEST(a_copy_of_a_check_shows_nobody)
{
	const struct stun_probe p = {
		.username = NAME, .pwd = PWD, .nominates = true};
	struct mbuf *mb = stun_probe(&p), *reply;

	for (int i = 0; i < 2; i++) {
		(void)hear(HERE, mb, &reply);
		ck_assert_ptr_nonnull(reply);
		reply = mem_deref(reply);
	}

	now += 30000;
	ck_assert_int_eq(hear(THERE, mb, &reply), ICE_DROPPED);
	ck_assert_ptr_null(reply);
	ck_assert(!knows(THERE));
	expect_target(HERE);
	for (int i = 0; i < 1000; i++)
		(void)check_from(HERE, false, 0);
	expect_target(HERE);

	mem_deref(mb);
}
END_TEST


START_TEST(sources_are_bounded_and_the_target_stays)
{
	char text[32];

	(void)check_from(HERE, true, 0);
	for (unsigned i = 1; i < 200; i++) {
		(void)re_snprintf(text, sizeof(text), "203.0.113.%u:4000", i);
		(void)check_from(text, false, 0);
		ck_assert(knows(text));
		now += 10;
	}

	expect_target(HERE);
	ck_assert_uint_eq(ice->partv[RELAY_RTP].sources.n, ICE_SOURCES);
	ck_assert(!knows("203.0.113.1:4000"));
}
END_TEST


START_TEST(components_are_apart)
{
	(void)check_from(HERE, true, 0);
	ck_assert_ptr_null(ice_target(ice, RELAY_RTCP));
}
END_TEST


static enum ice_verdict check_as(const char *src, const char *name,
				 const char *pwd, int *code)
{
	return probe(src,
		     &(struct stun_probe){
			     .username = name, .pwd = pwd, .nominates = true},
		     code);
}


#define NEW_PWD "a-new-one-of-24-letters!"

START_TEST(after_a_restart_the_old_login_is_good_until_the_new_one_is_used)
{
	const struct ice_login ours = login_of("NEWOURS+", NEW_PWD);
	int code;

	(void)check_from(HERE, true, 0);
	tell("they");
	ck_assert_int_eq(check_from(HERE, false, 0), ICE_CHECKED);
	ice_renew(ice, &ours);
	ck_assert_int_eq(check_from(HERE, false, 0), ICE_CHECKED);
	ck_assert(knows(HERE));
	expect_target(HERE);

	ck_assert_int_eq(check_as(THERE, "NEWOURS+:they", NEW_PWD, &code),
			 ICE_MOVED);
	ck_assert_int_eq(code, 0);
	expect_target(THERE);
	ck_assert(!knows(HERE));
	ck_assert_int_eq(check_from(HERE, true, 0), ICE_FOREIGN);
	expect_target(THERE);
}
END_TEST


START_TEST(a_restart_that_is_refused_changes_nothing)
{
	(void)check_from(HERE, true, 0);
	tell("they");
	tell("them");
	ck_assert_int_eq(check_from(HERE, false, 0), ICE_CHECKED);
	expect_target(HERE);
}
END_TEST


START_TEST(before_the_answer_whoever_knows_the_offer_is_believed_and_then_told)
{
	const struct ice_login ours = login_of("OURSOURS", PWD);
	int code;

	teardown();
	ck_assert_int_eq(ice_alloc(&ice, &ours), 0);
	ck_assert_int_eq(check_as(HERE, "OURSOURS:fork", PWD, &code),
			 ICE_MOVED);
	ck_assert_int_eq(code, 0);
	ck_assert_int_eq(check_as(THERE, NAME, PWD, &code), ICE_MOVED);
	ck_assert(knows(HERE) && knows(THERE));

	tell("them");
	ck_assert(!knows(HERE) && knows(THERE));
	expect_target(THERE);
}
END_TEST


START_TEST(a_side_that_answers_without_ice_has_no_sources)
{
	(void)check_from(HERE, true, 0);
	ice_tell(ice, NULL);
	ck_assert(!ice->speaks && !knows(HERE));
	expect_target(NULL);
}
END_TEST


START_TEST(answers_and_errors_are_bounded)
{
	const struct stun_probe wrong = {.username = NAME, .pwd = "wrong"};
	const struct stun_probe right = {.username = NAME, .pwd = PWD};
	int code, answers = 0, errors = 0;

	for (int i = 0; i < 1000; i++) {
		(void)probe(THERE, &wrong, &code);
		errors += code == 401;
	}
	ck_assert_int_eq(errors, 10);

	/* a flood of the one kind is none of the other */
	for (int i = 0; i < 1000; i++) {
		(void)probe(HERE, &right, &code);
		answers += code == 0;
	}
	ck_assert_int_eq(answers, 100);
	ck_assert(knows(HERE));

	now += 1000;
	ck_assert_int_eq(probe(HERE, &right, &code), ICE_CHECKED);
	ck_assert_int_eq(code, 0);
}
END_TEST


START_TEST(a_check_fits_the_side_whose_login_it_names)
{
	struct mbuf *mb = stun_probe(
		&(struct stun_probe){.username = NAME, .pwd = PWD});

	ck_assert_uint_eq(ice_fits(ice, mb->buf, mb->end), 2);
	tell("they");
	ck_assert_uint_eq(ice_fits(ice, mb->buf, mb->end), 2);
	tell("others");
	ck_assert_uint_eq(ice_fits(ice, mb->buf, mb->end), 0);
	ice_tell(ice, NULL);
	ck_assert_uint_eq(ice_fits(ice, mb->buf, mb->end), 1);
	ck_assert_uint_eq(ice_fits(NULL, mb->buf, mb->end), 0);
	mem_deref(mb);
}
END_TEST


START_TEST(logins_are_of_the_alphabet_and_never_the_same)
{
	struct ice_login a, b;

	ice_login_make(&a);
	ice_login_make(&b);
	ck_assert_uint_eq(strlen(a.ufrag), ICE_UFRAG);
	ck_assert_uint_eq(strlen(a.pwd), ICE_PWD);
	ck_assert_str_ne(a.ufrag, b.ufrag);
	ck_assert_str_ne(a.pwd, b.pwd);
	ck_assert_uint_eq(strspn(a.pwd, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"abcdefghijklmnopqrstuvwxyz"
					"0123456789+/"),
			  ICE_PWD);
}
END_TEST


START_TEST(a_lack_of_memory_is_no_answer)
{
	const struct stun_probe right = {.username = NAME, .pwd = PWD};
	struct mbuf *mb = stun_probe(&right), *reply;

	for (int n = 0; n < 40; n++) {
		oom_after(n);
		(void)hear(HERE, mb, &reply);
		mem_deref(reply);
	}
	oom_after(-1);
	ck_assert(knows(HERE));

	oom_after(0);
	ck_assert_int_ne(ice_alloc(&(struct ice *){NULL}, &ice->ours), 0);
	oom_after(-1);
	mem_deref(mb);
}
END_TEST


Suite *suite_ice(void);
Suite *suite_ice(void)
{
	Suite *s = suite_create("ice");
	TCase *tc = tcase_create("lite");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, each_request_has_its_answer, casev);
	tcase_add_test(tc, the_answer_says_where_it_came_from);
	tcase_add_test(
		tc,
		keepalives_of_the_known_are_for_us_and_those_of_others_are_not);
	tcase_add_test(tc, consent_is_given_for_ever);
	tcase_add_test(tc, a_check_makes_heard_and_a_nomination_makes_sent_to);
	tcase_add_test(tc, a_later_nomination_moves_the_phone);
	tcase_add_test(tc, of_many_nominations_the_best_one_counts);
	tcase_add_test(tc, a_copy_of_a_check_shows_nobody);
	tcase_add_test(tc, sources_are_bounded_and_the_target_stays);
	tcase_add_test(tc, components_are_apart);
	tcase_add_test(
		tc,
		after_a_restart_the_old_login_is_good_until_the_new_one_is_used);
	tcase_add_test(tc, a_restart_that_is_refused_changes_nothing);
	tcase_add_test(
		tc,
		before_the_answer_whoever_knows_the_offer_is_believed_and_then_told);
	tcase_add_test(tc, a_side_that_answers_without_ice_has_no_sources);
	tcase_add_test(tc, answers_and_errors_are_bounded);
	tcase_add_test(tc, a_check_fits_the_side_whose_login_it_names);
	tcase_add_test(tc, logins_are_of_the_alphabet_and_never_the_same);
	tcase_add_test(tc, a_lack_of_memory_is_no_answer);
	suite_add_tcase(s, tc);

	return s;
}
