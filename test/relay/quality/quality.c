/**
 * @file test/relay/quality/quality.c  How a stream of RTP comes in
 */
#include <string.h>
#include "relay/latch/packet.h"
#include "relay/quality/quality.h"
#include "relay/relay.h"
#include "test/test.h"

enum { MS = 1000, TICKS = 160, STEP = 20 * MS, SSRC = 7 };

/** A phone that speaks G.711, each 20 ms */
struct talk {
	struct quality q;
	struct packet pkt; /* the last one */
	uint64_t now_us;
};


static void begin(struct talk *t, uint8_t pt)
{
	memset(t, 0, sizeof(*t));
	t->pkt.type = PACKET_RTP;
	t->pkt.ssrc = SSRC;
	t->pkt.pt = pt;
	t->pkt.payload = TICKS;
	t->now_us = 1000 * STEP;
}


static void say(struct talk *t)
{
	quality_add(&t->q, &t->pkt, t->now_us);
	++t->pkt.seq;
	t->pkt.ts += TICKS;
	t->pkt.marker = false;
	t->now_us += STEP;
}


static void say_n(struct talk *t, int n)
{
	for (int i = 0; i < n; i++)
		say(t);
}


static struct relay_quality show(const struct talk *t)
{
	struct relay_quality show;

	memset(&show, 0, sizeof(show));
	quality_show(&t->q, &show);

	return show;
}


START_TEST(an_even_stream_has_no_jitter)
{
	struct relay_quality s;
	struct talk t;

	begin(&t, 8);
	say_n(&t, 100);
	s = show(&t);
	ck_assert_uint_eq(s.expected, 100);
	ck_assert_uint_eq(s.lost, 0);
	ck_assert_uint_eq(s.jitter_us, 0);
	ck_assert_uint_eq(s.ptime_us, 20000);
	ck_assert_uint_eq(s.ssrc, SSRC);
	ck_assert_uint_eq(s.pt, 8);
	ck_assert_uint_eq(s.clock, 8000);
	ck_assert_str_eq(s.codec, "PCMA");

	quality_close(&t.q);
}
END_TEST


/* each second packet 5 ms late: |D| is 5 ms, and so is J in the end */
START_TEST(jitter_is_that_of_rfc_3550)
{
	struct relay_quality s;
	struct talk t;

	begin(&t, 0);
	for (int i = 0; i < 400; i++) {
		t.now_us += i & 1 ? 5 * MS : 0;
		say(&t);
		t.now_us -= i & 1 ? 5 * MS : 0;
	}
	s = show(&t);
	ck_assert_uint_ge(s.jitter_us, 4900);
	ck_assert_uint_le(s.jitter_us, 5000);
	ck_assert_uint_ge(s.jitter_max_us, s.jitter_us);

	quality_close(&t.q);
}
END_TEST


/* one packet 16 ms late: J is D/16, and then again, less what has faded */
START_TEST(one_late_packet_counts_a_sixteenth)
{
	struct talk t;

	begin(&t, 0);
	say_n(&t, 10);
	t.now_us += 16 * MS;
	say(&t);
	ck_assert_uint_eq(show(&t).jitter_us, 1000);
	t.now_us -= 16 * MS;
	say(&t);
	ck_assert_uint_ge(show(&t).jitter_us, 1900);
	ck_assert_uint_le(show(&t).jitter_us, 1950);

	quality_close(&t.q);
}
END_TEST


START_TEST(a_lost_packet_is_no_jitter)
{
	struct talk t;

	begin(&t, 0);
	for (int i = 0; i < 50; i++) {
		say_n(&t, 3);
		++t.pkt.seq;
		t.pkt.ts += TICKS;
		t.now_us += STEP;
	}
	ck_assert_uint_eq(show(&t).jitter_us, 0);
	ck_assert_uint_eq(show(&t).lost, 49);
	ck_assert_uint_eq(show(&t).ptime_us, 20000);

	quality_close(&t.q);
}
END_TEST


START_TEST(a_pause_is_no_jitter)
{
	struct talk t;

	/* as RFC 3551 section 4.1 has it: time goes on */
	begin(&t, 0);
	say_n(&t, 50);
	t.now_us += 3000 * MS;
	t.pkt.ts += 3000 * 8;
	t.pkt.marker = true;
	say_n(&t, 50);
	ck_assert_uint_eq(show(&t).jitter_us, 0);

	/* a phone whose clock does not know of the pause, or leaps */
	t.now_us += 900 * MS;
	t.pkt.marker = true;
	say_n(&t, 50);
	ck_assert_uint_eq(show(&t).jitter_us, 0);
	t.pkt.ts += 1000000;
	t.pkt.marker = true;
	say_n(&t, 50);
	ck_assert_uint_eq(show(&t).jitter_us, 0);
	t.pkt.ts -= 123456;
	say_n(&t, 50);
	ck_assert_uint_eq(show(&t).jitter_us, 0);
	ck_assert_uint_eq(show(&t).jitter_max_us, 0);
	ck_assert_uint_eq(show(&t).lost, 0);

	quality_close(&t.q);
}
END_TEST


START_TEST(a_phone_that_marks_each_packet_has_jitter)
{
	struct talk t;

	begin(&t, 0);
	for (int i = 0; i < 200; i++) {
		t.now_us += i & 1 ? 5 * MS : 0;
		t.pkt.marker = true;
		say(&t);
		t.now_us -= i & 1 ? 5 * MS : 0;
	}
	ck_assert_uint_ge(show(&t).jitter_us, 4800);

	quality_close(&t.q);
}
END_TEST


/* RFC 4733 section 2.3: one time stamp for all packets of a digit */
START_TEST(a_digit_is_no_jitter_and_no_codec)
{
	struct relay_terms *terms;
	struct talk t;
	uint32_t ts;

	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	terms->codecv[0] = (struct relay_codec){101, "telephone-event", 8000,
						1};
	terms->codecc = 1;
	begin(&t, 8);
	quality_terms(&t.q, terms, NULL);
	say_n(&t, 20);

	ts = t.pkt.ts;
	t.pkt.pt = 101;
	for (int i = 0; i < 8; i++) {
		t.pkt.ts = ts;
		say(&t);
	}
	t.pkt.pt = 8;
	t.pkt.ts = ts + 8 * TICKS;
	say_n(&t, 20);

	ck_assert_uint_eq(show(&t).jitter_max_us, 0);
	ck_assert_uint_eq(show(&t).ptime_us, 20000);
	ck_assert_uint_eq(show(&t).pt, 8);
	ck_assert_str_eq(show(&t).codec, "PCMA");
	ck_assert(!quality_noise(&t.q));
	mem_deref(terms);

	quality_close(&t.q);
}
END_TEST


static const struct {
	const char *name;
	uint8_t pt;
	uint16_t payload;
	bool noise;
} noisev[] = {
	{"G.711", 8, 160, false},
	{"comfort noise", 13, 1, true},
	{"comfort noise of old", 19, 1, true},
	{"G.729, two frames", 18, 20, false},
	{"G.729, a frame and silence", 18, 12, true},
	{"G.729, silence", 18, 2, true},
	{"G.723.1 at 6.3 kbit/s", 4, 24, false},
	{"G.723.1, silence", 4, 4, true},
	{"a short packet of G.711", 0, 2, false},
};


START_TEST(silence_is_told)
{
	struct talk t;

	begin(&t, noisev[_i].pt);
	t.pkt.payload = noisev[_i].payload;
	say_n(&t, 2);
	ck_assert_msg(quality_noise(&t.q) == noisev[_i].noise, "%s",
		      noisev[_i].name);

	quality_close(&t.q);
}
END_TEST


START_TEST(comfort_noise_that_comes_when_it_likes_is_no_jitter)
{
	struct talk t;

	begin(&t, 0);
	say_n(&t, 20);
	t.pkt.pt = 13;
	t.now_us += 77 * MS;
	say_n(&t, 3);
	t.pkt.pt = 0;
	t.pkt.ts += 77 * 8;
	say_n(&t, 20);
	ck_assert_uint_eq(show(&t).jitter_max_us, 0);

	quality_close(&t.q);
}
END_TEST


START_TEST(a_clock_that_nobody_knows_gives_no_jitter)
{
	struct talk t;

	begin(&t, 97);
	say(&t);
	t.now_us += 100 * MS;
	say_n(&t, 20);
	ck_assert_uint_eq(show(&t).jitter_us, 0);
	ck_assert_uint_eq(show(&t).ptime_us, 0);
	ck_assert_uint_eq(show(&t).expected, 21);
	ck_assert_uint_eq(show(&t).pt, 97);
	ck_assert_str_eq(show(&t).codec, "");

	quality_close(&t.q);
}
END_TEST


START_TEST(new_signalling_names_the_codec)
{
	struct relay_terms *terms;
	struct talk t;

	begin(&t, 97);
	say_n(&t, 3);
	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	terms->codecv[0] = (struct relay_codec){97, "opus", 48000, 2};
	terms->codecc = 1;
	quality_terms(&t.q, NULL, terms);
	say_n(&t, 3);
	ck_assert_str_eq(show(&t).codec, "opus");
	ck_assert_uint_eq(show(&t).clock, 48000);
	for (int i = 0; i < 3; i++) {
		say(&t);
		t.pkt.ts += 960 - TICKS;
	}
	ck_assert_uint_eq(show(&t).ptime_us, 20000);
	quality_terms(&t.q, NULL, NULL);
	mem_deref(terms);

	quality_close(&t.q);
}
END_TEST


START_TEST(packets_of_one_picture_are_no_jitter)
{
	struct talk t;
	uint32_t ts = 0;

	begin(&t, 31);
	for (int frame = 0; frame < 50; frame++) {
		ts += 3000;
		for (int i = 0; i < 4; i++) {
			t.pkt.ts = ts;
			say(&t);
			t.now_us -= STEP - 1 * MS;
		}
		/* 90 kHz, 30 a second */
		t.now_us += 33333 - 4 * MS;
	}
	ck_assert_uint_le(show(&t).jitter_us, 1);
	ck_assert_uint_eq(show(&t).ptime_us, 0);

	quality_close(&t.q);
}
END_TEST


START_TEST(sources_are_told_apart)
{
	struct talk t;

	/* two at once, each without loss */
	begin(&t, 0);
	for (uint16_t i = 0; i < 20; i++) {
		t.pkt.ssrc = 1;
		t.pkt.seq = i;
		say(&t);
		t.pkt.ssrc = 2;
		t.pkt.seq = (uint16_t)(5000 + i);
		say(&t);
	}
	ck_assert_uint_eq(show(&t).expected, 40);
	ck_assert_uint_eq(show(&t).lost, 0);
	ck_assert_uint_eq(show(&t).ssrc, 2);

	/* any number of them: the totals stay */
	for (uint32_t i = 0; i < 50; i++) {
		t.pkt.ssrc = 100 + i;
		t.pkt.seq = 1;
		say(&t);
		t.pkt.seq = 4;
		say(&t);
	}
	ck_assert_uint_eq(show(&t).expected, 40 + 50 * 4);
	ck_assert_uint_eq(show(&t).lost, 50 * 2);

	quality_close(&t.q);
}
END_TEST


START_TEST(a_new_ssrc_keeps_what_was_lost)
{
	struct talk t;

	begin(&t, 0);
	t.pkt.seq = 1;
	say(&t);
	t.pkt.seq = 4;
	say(&t);
	t.pkt.ssrc = 8;
	t.pkt.seq = 50000;
	say(&t);
	t.pkt.seq = 50002;
	say(&t);
	ck_assert_uint_eq(quality_lost(&t.q), 3);

	quality_close(&t.q);
}
END_TEST


START_TEST(what_went_astray_is_known_from_its_sender)
{
	struct talk t;

	begin(&t, 0);
	say_n(&t, 50);
	quality_sent(&t.q, SSRC, 52);
	ck_assert_uint_eq(quality_astray(&t.q), 0);
	say_n(&t, 250);
	quality_sent(&t.q, SSRC, 302);
	ck_assert_uint_eq(quality_astray(&t.q), 0);

	/* nothing comes any more, but it goes on */
	quality_sent(&t.q, SSRC, 552);
	ck_assert_uint_eq(quality_astray(&t.q), 250);
	quality_sent(&t.q, SSRC, 552);
	ck_assert_uint_eq(quality_astray(&t.q), 0);

	/* of another source, or that has begun anew */
	quality_sent(&t.q, 99, 10000);
	quality_sent(&t.q, SSRC, 3);
	ck_assert_uint_eq(quality_astray(&t.q), 0);

	quality_close(&t.q);
}
END_TEST


static void missed(struct talk *t, uint32_t ssrc, int32_t lost, uint32_t ticks)
{
	const struct quality_receipt r = {ssrc, lost, ticks, t->pkt.seq};

	quality_missed(&t->q, &r);
}


START_TEST(what_the_other_side_missed_is_shown)
{
	struct talk t;

	begin(&t, 8);
	missed(&t, SSRC, 1, 8);
	say_n(&t, 100);
	ck_assert_uint_eq(show(&t).far_expected, 0);
	missed(&t, 99, 1, 8);
	ck_assert_uint_eq(show(&t).far_expected, 0);

	missed(&t, SSRC, 7, 80);
	ck_assert_uint_eq(show(&t).far_expected, 100);
	ck_assert_uint_eq(show(&t).far_lost, 7);
	ck_assert_uint_eq(show(&t).far_jitter_us, 10 * MS);

	/* doubles; nonsense */
	missed(&t, SSRC, -3, UINT32_MAX);
	ck_assert_uint_eq(show(&t).far_lost, 0);
	missed(&t, SSRC, 5000, 0);
	ck_assert_uint_eq(show(&t).far_lost, 0);

	quality_close(&t.q);
}
END_TEST


/* a report each five seconds of 20 ms; mentions it, or what came so far */
static void report(struct talk *t, bool mentions)
{
	say_n(t, 250);
	if (mentions)
		missed(t, SSRC, 0, 0);
	quality_told(&t->q);
}


START_TEST(who_gets_nothing_any_more_says_so)
{
	const struct quality_receipt old = {SSRC, 0, 0, 250};
	struct talk t;

	begin(&t, 8);
	report(&t, true);
	report(&t, true);
	ck_assert(!quality_deaf(&t.q));

	/* it does not mention it any more */
	report(&t, false);
	ck_assert(quality_deaf(&t.q));
	ck_assert(show(&t).far_deaf);
	report(&t, true);
	ck_assert(!quality_deaf(&t.q));

	/* or its numbers stand still */
	say_n(&t, 250);
	quality_missed(&t.q, &old);
	quality_told(&t.q);
	say_n(&t, 250);
	quality_missed(&t.q, &old);
	quality_told(&t.q);
	ck_assert(quality_deaf(&t.q));

	/* of whatever source: it hears */
	missed(&t, 99, 0, 0);
	quality_told(&t.q);
	ck_assert(!quality_deaf(&t.q));

	quality_close(&t.q);
}
END_TEST


START_TEST(who_is_sent_nothing_is_not_deaf)
{
	struct talk t;

	begin(&t, 8);
	report(&t, true);
	for (int i = 0; i < 20; i++)
		quality_told(&t.q);
	ck_assert(!quality_deaf(&t.q));
	say_n(&t, 50);
	quality_told(&t.q);
	ck_assert(!quality_deaf(&t.q));

	quality_close(&t.q);
}
END_TEST


START_TEST(who_has_never_mentioned_it_has_more_time)
{
	struct talk t;

	begin(&t, 8);
	report(&t, false);
	report(&t, false);
	ck_assert(!quality_deaf(&t.q));
	report(&t, false);
	ck_assert(quality_deaf(&t.q));

	quality_close(&t.q);
}
END_TEST


START_TEST(it_is_heard_as_long_as_something_comes)
{
	struct talk t;
	uint64_t n;

	begin(&t, 0);
	ck_assert_uint_eq(quality_heard(&t.q), 0);
	say_n(&t, 5);
	n = quality_heard(&t.q);
	ck_assert_uint_gt(n, 0);
	--t.pkt.seq;
	say(&t);
	ck_assert_uint_gt(quality_heard(&t.q), n);
	ck_assert_uint_eq(quality_reports(&t.q), 0);
	quality_reported(&t.q);
	ck_assert_uint_eq(quality_reports(&t.q), 1);

	quality_close(&t.q);
}
END_TEST


START_TEST(without_memory_only_the_newest_source_is_known)
{
	struct talk t;

	begin(&t, 8);
	say_n(&t, 10);
	t.pkt.ssrc = SSRC + 1;
	t.pkt.seq += 1000;
	oom_after(0);
	say_n(&t, 10);
	oom_after(-1);
	ck_assert_uint_eq(show(&t).ssrc, SSRC + 1);
	ck_assert_uint_eq(show(&t).expected, 20);
	ck_assert_uint_eq(show(&t).lost, 0);

	/* the other one begins anew */
	t.pkt.ssrc = SSRC;
	t.pkt.seq += 1000;
	say_n(&t, 10);
	ck_assert_uint_eq(show(&t).expected, 30);
	ck_assert_uint_eq(show(&t).lost, 0);

	quality_close(&t.q);
}
END_TEST


Suite *suite_quality(void);
Suite *suite_quality(void)
{
	Suite *s = suite_create("quality");
	TCase *tc = tcase_create("quality");

	tcase_add_test(tc, an_even_stream_has_no_jitter);
	tcase_add_test(tc, jitter_is_that_of_rfc_3550);
	tcase_add_test(tc, one_late_packet_counts_a_sixteenth);
	tcase_add_test(tc, a_lost_packet_is_no_jitter);
	tcase_add_test(tc, a_pause_is_no_jitter);
	tcase_add_test(tc, a_phone_that_marks_each_packet_has_jitter);
	tcase_add_test(tc, a_digit_is_no_jitter_and_no_codec);
	test_table(tc, silence_is_told, noisev);
	tcase_add_test(tc,
		       comfort_noise_that_comes_when_it_likes_is_no_jitter);
	tcase_add_test(tc, a_clock_that_nobody_knows_gives_no_jitter);
	tcase_add_test(tc, new_signalling_names_the_codec);
	tcase_add_test(tc, packets_of_one_picture_are_no_jitter);
	tcase_add_test(tc, sources_are_told_apart);
	tcase_add_test(tc, a_new_ssrc_keeps_what_was_lost);
	tcase_add_test(tc, what_went_astray_is_known_from_its_sender);
	tcase_add_test(tc, what_the_other_side_missed_is_shown);
	tcase_add_test(tc, who_gets_nothing_any_more_says_so);
	tcase_add_test(tc, who_is_sent_nothing_is_not_deaf);
	tcase_add_test(tc, who_has_never_mentioned_it_has_more_time);
	tcase_add_test(tc, it_is_heard_as_long_as_something_comes);
	tcase_add_test(tc, without_memory_only_the_newest_source_is_known);
	suite_add_tcase(s, tc);

	return s;
}
