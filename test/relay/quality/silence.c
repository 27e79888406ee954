/**
 * @file test/relay/quality/silence.c  Whether a side that should speak is heard
 */
#include <string.h>
#include "relay/quality/silence.h"
#include "test/test.h"

enum { MUTE_MS = 5000, START_MS = 1000000 };

struct room {
	struct silence s;
	struct silence_facts f;
	uint64_t now_ms;
};


static void open_room(struct room *r)
{
	memset(r, 0, sizeof(*r));
	r->f.expected = true;
	r->now_ms = START_MS;
}


static enum silence_change look(struct room *r)
{
	enum silence_change change;

	change = silence_look(&r->s, &r->f, MUTE_MS, r->now_ms);
	r->now_ms += 1000;

	return change;
}


/* looks, once a second, until something changes; 0 s: nothing for an hour */
static unsigned seconds(struct room *r, bool reports,
			enum silence_change *change)
{
	for (unsigned i = 0; i < 3600; i++) {
		r->f.reports += reports && i % 5 == 4;
		*change = look(r);
		if (*change != SILENCE_SAME)
			return i;
	}

	return 0;
}


static void speak(struct room *r, unsigned s, bool reports)
{
	for (unsigned i = 0; i < s; i++) {
		r->f.heard += 50;
		r->f.reports += reports && i % 5 == 0;
		ck_assert_int_eq(look(r), SILENCE_SAME);
	}
}


START_TEST(who_has_never_spoken_is_mute_after_five_seconds)
{
	enum silence_change change;
	struct room r;

	open_room(&r);
	ck_assert_uint_eq(silence_ms(&r.s, r.now_ms), UINT64_MAX);
	ck_assert_uint_eq(seconds(&r, false, &change), 5);
	ck_assert_int_eq(change, SILENCE_MUTE);

	/* said once, until it speaks */
	ck_assert_uint_eq(seconds(&r, false, &change), 0);
	++r.f.heard;
	ck_assert_int_eq(look(&r), SILENCE_BROKE);
	ck_assert_uint_eq(seconds(&r, false, &change), 4);
	ck_assert_int_eq(change, SILENCE_MUTE);
}
END_TEST


static const struct {
	const char *name;
	bool reported; /* its RTCP came as long as it spoke */
	bool reports;  /* ... and still comes */
	bool noise;
	uint32_t astray;
	unsigned min_s, max_s; /* mute after */
} casev[] = {
	{"no RTCP at all", false, false, false, 0, 4, 5},
	{"RTCP ended with it", true, false, false, 0, 7, 8},
	{"RTCP still comes", true, true, false, 0, 58, 60},
	{"RTCP still comes and says that it sends", true, true, false, 250, 4,
	 6},
	{"RTCP is something new", false, true, false, 0, 58, 60},
	{"it has sent comfort noise", false, false, true, 0, 58, 60},
	{"comfort noise and RTCP", true, true, true, 0, 58, 60},
	{"comfort noise, but packets are astray", true, true, true, 250, 4, 6},
	{"astray without RTCP since is old", true, false, false, 250, 7, 8},
};


START_TEST(who_falls_silent_may_have_a_reason)
{
	enum silence_change change;
	struct room r;
	unsigned s;

	open_room(&r);
	speak(&r, 18, casev[_i].reported);
	r.f.noise = casev[_i].noise;
	r.f.astray = casev[_i].astray;
	r.f.reports += casev[_i].reports && !casev[_i].reported;
	s = seconds(&r, casev[_i].reports, &change);
	ck_assert_int_eq(change, SILENCE_MUTE);
	ck_assert_msg(s >= casev[_i].min_s && s <= casev[_i].max_s, "%s: %u",
		      casev[_i].name, s);
}
END_TEST


START_TEST(on_hold_nobody_need_speak)
{
	enum silence_change change;
	struct room r;

	open_room(&r);
	speak(&r, 10, false);
	r.f.expected = false;
	ck_assert_uint_eq(seconds(&r, false, &change), 0);

	/* off hold: from now */
	r.f.expected = true;
	ck_assert_uint_eq(seconds(&r, false, &change), 5);
	ck_assert_int_eq(change, SILENCE_MUTE);

	/* on hold while it is mute: not any more */
	r.f.expected = false;
	ck_assert_int_eq(look(&r), SILENCE_BROKE);
	ck_assert_uint_eq(seconds(&r, false, &change), 0);
}
END_TEST


START_TEST(zero_asks_nothing)
{
	struct room r;

	open_room(&r);
	for (uint64_t i = 0; i < 100; i++)
		ck_assert_int_eq(
			silence_look(&r.s, &r.f, 0, START_MS + i * 100000),
			SILENCE_SAME);
}
END_TEST


START_TEST(the_last_packet_has_its_time)
{
	struct room r;

	open_room(&r);
	speak(&r, 3, false);
	ck_assert_uint_eq(silence_ms(&r.s, r.now_ms), 1000);
	(void)look(&r);
	ck_assert_uint_eq(silence_ms(&r.s, r.now_ms), 2000);
}
END_TEST


Suite *suite_silence(void);
Suite *suite_silence(void)
{
	Suite *s = suite_create("silence");
	TCase *tc = tcase_create("silence");

	tcase_add_test(tc, who_has_never_spoken_is_mute_after_five_seconds);
	test_table(tc, who_falls_silent_may_have_a_reason, casev);
	tcase_add_test(tc, on_hold_nobody_need_speak);
	tcase_add_test(tc, zero_asks_nothing);
	tcase_add_test(tc, the_last_packet_has_its_time);
	suite_add_tcase(s, tc);

	return s;
}
