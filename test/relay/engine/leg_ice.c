/**
 * @file test/relay/engine/leg_ice.c  A port whose side speaks ICE
 *
 * Three phones have one offer, with one login of ours; they are "one", "two"
 * and "tre", all behind one NAT at 198.51.100.7. The other side is silent.
 */
#include <string.h>
#include "common/timer.h"
#include "relay/ice/ice.h"
#include "relay/engine/leg_ice.h"
#include "relay/engine/path.h"
#include "relay/engine/port.h"
#include "test/mock/stun.h"
#include "test/relay/rig.h"
#include "test/test.h"

enum { PHONES = 3 };

#define PWD "ours-and-nobody-elses-pw"

static const char *const namev[PHONES] = {"one", "two", "tre"};
static struct relay_conf conf;
static struct timers *timers;
static struct path *pathv[PHONES];
static struct relay_terms *termsv[PHONES];
static struct port shared;
static bool passed;


static struct leg *leg(int i)
{
	return &pathv[i]->legv[RELAY_B][RELAY_RTP];
}


static void setup(void)
{
	struct ice_login ours = {.ufrag = "OURSOURS", .pwd = ""};
	struct ice *ice;

	memset(&shared, 0, sizeof(shared));
	memcpy(ours.pwd, PWD, sizeof(PWD));
	conf = rig_conf();
	(void)sa_set_str(&shared.local, "203.0.113.1", 17000);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);

	for (int i = 0; i < PHONES; i++) {
		ck_assert_int_eq(path_alloc(&pathv[i], &conf, timers), 0);
		leg_attach(leg(i), &shared);
		leg_listen(leg(i));
		ck_assert_int_eq(ice_alloc(&ice, &ours), 0);
		path_ice(pathv[i], RELAY_B, ice);
		ck_assert_int_eq(relay_terms_alloc(&termsv[i]), 0);
	}
}


static void teardown(void)
{
	for (int i = 0; i < PHONES; i++) {
		pathv[i] = mem_deref(pathv[i]);
		termsv[i] = mem_deref(termsv[i]);
	}
	timers = mem_deref(timers);
}


/* its answer is here; NULL: it has no ICE */
static void answer(int i, const char *name)
{
	struct anchor a = {.any = false};

	(void)sa_set_str(&a.sdp, "198.51.100.7", (uint16_t)(4000 + 2 * i));
	(void)sa_set_str(&a.signalling, "198.51.100.7", 5060);
	if (name) {
		termsv[i]->ice = mem_zalloc(sizeof(*termsv[i]->ice), NULL);
		ck_assert_ptr_nonnull(termsv[i]->ice);
		(void)re_snprintf(termsv[i]->ice->ufrag, RELAY_LOGIN_TEXT,
				  "%s", name);
	}
	leg_anchor(leg(i), &a, termsv[i]);
}


/* comes to the port; which phone's leg gets it, and what it makes of it */
static int arrive(struct arrival *arr, const char *host, uint16_t port)
{
	static struct sa src;
	struct leg *l;

	(void)sa_set_str(&src, host, port);
	arr->src = &src;
	l = port_leg(&shared, &src, arr->p, arr->len);
	passed = leg_hear(l, arr);
	for (int i = 0; i < PHONES; i++) {
		if (l == leg(i))
			return i;
	}

	return -1;
}


static int check_from(const char *host, uint16_t port, const char *theirs,
		      bool *answered, int *event)
{
	struct arrival arr = {.now_us = 5000000};
	struct mbuf *mb;
	char name[64];
	int i;

	(void)re_snprintf(name, sizeof(name), "OURSOURS:%s", theirs);
	mb = stun_probe(&(struct stun_probe){
		.username = name, .pwd = PWD, .nominates = true});
	arr.p = mb->buf;
	arr.len = mb->end;
	i = arrive(&arr, host, port);
	ck_assert(!passed);
	*answered = arr.reply != NULL;
	*event = arr.event;
	mem_deref(arr.reply);
	mem_deref(mb);

	return i;
}


static int rtp_from(const char *host, uint16_t port, int *event)
{
	static uint16_t seq;
	uint8_t buf[MEDIA_RTP_LEN];
	struct arrival arr = {.p = buf};
	int i;

	arr.len = media_make_rtp(buf, 7, ++seq);
	i = arrive(&arr, host, port);
	*event = arr.event;

	return i;
}


static void expect_target(int i, const char *host, uint16_t port)
{
	struct sa want, dst;

	ck_assert_int_eq(latch_target(&leg(i)->latch, &dst), host != NULL);
	if (!host)
		return;

	(void)sa_set_str(&want, host, port);
	ck_assert(sa_cmp(&dst, &want, SA_ALL));
}


START_TEST(a_check_is_for_the_phone_whose_login_it_names)
{
	bool answered;
	int event;

	for (int i = 0; i < PHONES; i++)
		answer(i, namev[i]);

	for (int i = PHONES - 1; i >= 0; i--) {
		const uint16_t port = (uint16_t)(61000 + i);

		ck_assert_int_eq(check_from("198.51.100.7", port, namev[i],
					    &answered, &event),
				 i);
		ck_assert(answered);
		ck_assert_int_eq(event, RELAY_LATCHED);
		expect_target(i, "198.51.100.7", port);
		ck_assert_int_eq(rtp_from("198.51.100.7", port, &event), i);
		ck_assert(passed);
	}

	/* two of them come from one port, as a media server's do */
	ck_assert_int_eq(
		check_from("198.51.100.7", 61000, "tre", &answered, &event),
		2);
	ck_assert(answered);
}
END_TEST


/* an error would be the end of its way to us */
START_TEST(a_phone_whose_answer_is_under_way_hears_nothing_yet)
{
	bool answered;
	int event;

	for (int i = 0; i < PHONES - 1; i++)
		answer(i, namev[i]);
	for (int i = 0; i < PHONES - 1; i++)
		(void)check_from("198.51.100.7", (uint16_t)(61000 + i),
				 namev[i], &answered, &event);
	leg_anchor(leg(2), &(struct anchor){.any = false}, NULL);
	ck_assert_int_eq(
		check_from("198.51.100.7", 62000, "tre", &answered, &event),
		2);
	expect_target(2, NULL, 0);
	answer(2, "tre");
	expect_target(2, "198.51.100.7", 62000);
	ck_assert_int_eq(rtp_from("198.51.100.7", 62000, &event), 2);
	ck_assert(passed);
}
END_TEST


START_TEST(before_its_check_a_phone_is_not_heard_and_after_it_nobody_else)
{
	bool answered;
	int event;

	answer(0, "one");
	expect_target(0, NULL, 0);
	ck_assert_int_eq(rtp_from("198.51.100.7", 4000, &event), 0);
	ck_assert(!passed);
	ck_assert_int_eq(event, -1);

	(void)check_from("198.51.100.7", 61000, "one", &answered, &event);
	ck_assert_int_eq(rtp_from("198.51.100.7", 4000, &event), 0);
	ck_assert(!passed);
	ck_assert_int_eq(event, RELAY_REFUSED);
}
END_TEST


/* what is never sent to is not learned, whatever it knows */
START_TEST(nobody_shows_himself_from_where_nothing_is_sent)
{
	static const struct {
		const char *host;
		uint16_t port;
	} srcv[] = {
		{"203.0.113.1", 17000}, /* our own */
		{"169.254.1.1", 4000},  {"224.0.0.1", 4000},
		{"0.0.0.0", 4000},      {"198.51.100.7", 53},
	};
	bool answered;
	int event;

	conf.addrc = 1;
	conf.addrv[0] = shared.local;
	conf.port_min = 16384;
	conf.port_max = 32767;
	answer(0, "one");
	for (size_t i = 0; i < ARRAY_SIZE(srcv); i++) {
		(void)check_from(srcv[i].host, srcv[i].port, "one", &answered,
				 &event);
		ck_assert_msg(!answered, "%s", srcv[i].host);
		expect_target(0, NULL, 0);
	}
}
END_TEST


static const uint8_t keepalive[] = {0,    1, 0, 0,  0x21, 0x12, 0xa4,
				    0x42, 1, 2, 3,  4,    5,    6,
				    7,    8, 9, 10, 11,   12};


/* of RFC 3489, or for whatever the two phones use it */
START_TEST(stun_between_two_without_ice_is_left_to_them)
{
	struct arrival arr = {.p = keepalive, .len = sizeof(keepalive)};
	int event;

	answer(0, NULL);
	for (int i = 0; i < 3; i++)
		(void)rtp_from("198.51.100.7", 4000, &event);
	ck_assert(passed);

	(void)arrive(&arr, "198.51.100.7", 4000);
	ck_assert(passed);
	ck_assert_ptr_null(arr.reply);
	(void)arrive(&arr, "198.51.100.66", 4000);
	ck_assert(!passed);
}
END_TEST


START_TEST(no_stun_passes_to_or_from_a_side_that_speaks_ice)
{
	struct arrival arr = {.p = keepalive, .len = sizeof(keepalive)};
	bool answered;
	int event;

	/* to the other side */
	answer(0, "one");
	(void)check_from("198.51.100.7", 4000, "one", &answered, &event);
	(void)arrive(&arr, "198.51.100.7", 4000);
	ck_assert(!passed);
	ck_assert_ptr_null(arr.reply);

	/* from the other side */
	answer(1, NULL);
	for (int i = 0; i < 3; i++)
		(void)rtp_from("198.51.100.7", 4002, &event);
	ck_assert(passed);
	latch_ice(&leg(1)->across->latch, true);
	(void)arrive(&arr, "198.51.100.7", 4002);
	ck_assert(!passed);
}
END_TEST


Suite *suite_leg_ice(void);
Suite *suite_leg_ice(void)
{
	Suite *s = suite_create("leg_ice");
	TCase *tc = tcase_create("lite");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_check_is_for_the_phone_whose_login_it_names);
	tcase_add_test(tc,
		       a_phone_whose_answer_is_under_way_hears_nothing_yet);
	tcase_add_test(
		tc,
		before_its_check_a_phone_is_not_heard_and_after_it_nobody_else);
	tcase_add_test(tc, nobody_shows_himself_from_where_nothing_is_sent);
	tcase_add_test(tc, stun_between_two_without_ice_is_left_to_them);
	tcase_add_test(tc, no_stun_passes_to_or_from_a_side_that_speaks_ice);
	suite_add_tcase(s, tc);

	return s;
}
