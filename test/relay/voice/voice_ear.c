/**
 * @file test/relay/voice/voice_ear.c  The keys that somebody presses
 */
#include <string.h>
#include "common/sound.h"
#include "relay/voice/voice_ear.h"
#include "test/test.h"

enum { N = 160 };


static const struct {
	const char *name;
	struct {
		uint32_t ts;
		uint8_t event;
	} v[8];
	size_t n;
	const char *keys;
} eventv[] = {
	{"one key", {{100, 1}, {100, 1}, {100, 1}}, 3, "1"},
	{"one packet is enough", {{100, 11}}, 1, "#"},
	{"the same key again", {{100, 5}, {100, 5}, {900, 5}}, 3, "55"},
	{"a late end", {{100, 5}, {900, 6}, {100, 5}}, 3, "56"},
	{"over the end of the timestamps",
	 {{0xffffff00u, 0}, {0xffffff00u, 0}, {800, 10}},
	 3,
	 "0*"},
	{"a flash is no key", {{100, 16}, {900, 3}}, 2, "3"},
	{"all of them", {{1, 12}, {2, 13}, {3, 14}, {4, 15}}, 4, "ABCD"},
};


START_TEST(telephone_events_make_each_key_once)
{
	struct voice_ear ear = {.dec = NULL};
	char got[16] = "";
	size_t n = 0;

	ck_assert_int_eq(voice_ear_init(&ear), 0);
	for (size_t i = 0; i < eventv[_i].n; i++) {
		const uint8_t p[4] = {eventv[_i].v[i].event, 10, 0, 160};
		const char key = voice_ear_event(&ear, eventv[_i].v[i].ts, p,
						 sizeof(p));

		if (key)
			got[n++] = key;
		ck_assert_int_eq(voice_ear_event(&ear, 77777, p, 3), 0);
	}
	ck_assert_str_eq(got, eventv[_i].keys);
	voice_ear_close(&ear);
}
END_TEST


/* ms of it */
static size_t hear(struct voice_ear *ear, const struct sound *s, unsigned ms,
		   char *keys, size_t n)
{
	int16_t v[N];

	for (unsigned t = 0; t < ms; t += 20) {
		char key;

		for (size_t i = 0; i < N; i++)
			v[i] = s ? s->samplev[(t * 8 + i) % s->samplec] : 0;
		key = voice_ear_frame(ear, v, N);
		if (key)
			keys[n++] = key;
	}
	keys[n] = '\0';

	return n;
}


START_TEST(keys_in_band_are_heard)
{
	static const char keyv[] = "0123456789*#ABCD";
	struct voice_ear ear = {.dec = NULL};
	char got[64] = "", want[64] = "";
	size_t n = 0;

	ck_assert_int_eq(voice_ear_init(&ear), 0);
	for (size_t i = 0; i < 16; i++) {
		struct sound *s;

		ck_assert_int_eq(sound_key(&s, keyv[i]), 0);
		n = hear(&ear, s, 80, got, n);
		n = hear(&ear, NULL, 80, got, n);
		mem_deref(s);
		want[i] = keyv[i];
	}
	ck_assert_str_eq(got, want);
	ck_assert_uint_eq(ear.dec != NULL, 1);
	voice_ear_close(&ear);
}
END_TEST


START_TEST(a_tone_is_no_key_and_events_shut_the_other_ear)
{
	struct voice_ear ear = {.dec = NULL};
	const uint8_t p[4] = {1, 10, 0, 160};
	struct sound *s;
	char got[64];

	ck_assert_int_eq(voice_ear_init(&ear), 0);
	ck_assert_int_eq(sound_tone(&s, 697, 0, 50), 0);
	ck_assert_uint_eq(hear(&ear, s, 500, got, 0), 0);
	mem_deref(s);

	ck_assert_int_eq(sound_key(&s, '1'), 0);
	ck_assert_int_eq(voice_ear_event(&ear, 5, p, sizeof(p)), '1');
	ck_assert_uint_eq(hear(&ear, s, 100, got, 0), 0);
	mem_deref(s);
	voice_ear_close(&ear);
}
END_TEST


static const struct {
	uint32_t mean_square;
	uint8_t level;
} levelv[] = {
	{0, 127},        {1, 90}, {32768u * 32768, 0}, {32768u * 32767 / 2, 3},
	{107374182, 10},
};


START_TEST(levels_are_in_db_below_full_scale)
{
	ck_assert_uint_eq(voice_ear_level(levelv[_i].mean_square),
			  levelv[_i].level);
}
END_TEST


Suite *suite_voice_ear(void);
Suite *suite_voice_ear(void)
{
	Suite *s = suite_create("voice_ear");
	TCase *tc = tcase_create("core");

	test_table(tc, telephone_events_make_each_key_once, eventv);
	tcase_add_test(tc, keys_in_band_are_heard);
	tcase_add_test(tc, a_tone_is_no_key_and_events_shut_the_other_ear);
	test_table(tc, levels_are_in_db_below_full_scale, levelv);
	suite_add_tcase(s, tc);

	return s;
}
