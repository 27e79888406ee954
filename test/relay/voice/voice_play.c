/**
 * @file test/relay/voice/voice_play.c  What a voice says, one after the other
 */
#include <errno.h>
#include <string.h>
#include "common/sound.h"
#include "relay/voice/voice_play.h"
#include "test/test.h"

enum { RAMP = 200 };


/* sample i of it is i + 1 */
static const struct sound *ramp(void)
{
	static int16_t v[RAMP];
	static const struct sound s = {v, RAMP};

	for (int16_t i = 0; i < RAMP; i++)
		v[i] = (int16_t)(i + 1);

	return &s;
}


START_TEST(items_follow_each_other_without_a_gap)
{
	const struct voice_item once = {VOICE_SOUND, ramp(), 0};
	const struct voice_item pause = {VOICE_SILENCE, NULL, 5};
	const struct voice_item twice = {VOICE_SOUND, ramp(), 50};
	struct voice_play p = {.count = 0};
	int16_t out[4 * VOICE_FRAME + VOICE_FRAME];
	size_t i = 0;

	ck_assert_int_eq(voice_play_add(&p, &once), 0);
	ck_assert_int_eq(voice_play_add(&p, &pause), 0);
	ck_assert_int_eq(voice_play_add(&p, &twice), 0);

	/* 200, 40 of silence, 400: four frames exactly */
	for (size_t k = 0; k < 3; k++)
		ck_assert(!voice_play_frame(&p, NULL, out + k * VOICE_FRAME));
	ck_assert(voice_play_frame(&p, NULL, out + 3 * VOICE_FRAME));
	ck_assert(voice_play_idle(&p));

	for (; i < 200; i++)
		ck_assert_int_eq(out[i], (int)i + 1);
	for (; i < 240; i++)
		ck_assert_int_eq(out[i], 0);
	for (; i < 640; i++)
		ck_assert_int_eq(out[i], (int)(i - 240) % RAMP + 1);

	/* and then it is silent, and says so no more */
	ck_assert(!voice_play_frame(&p, NULL, out));
	ck_assert_int_eq(out[0], 0);
	ck_assert_int_eq(out[VOICE_FRAME - 1], 0);
}
END_TEST


START_TEST(an_echo_lasts_until_it_is_hushed)
{
	const struct voice_item echo = {VOICE_ECHO, NULL, 0};
	struct voice_play p = {.count = 0};
	int16_t in[VOICE_FRAME], out[VOICE_FRAME];

	for (int16_t i = 0; i < VOICE_FRAME; i++)
		in[i] = (int16_t)(i * 3 - 7);
	ck_assert_int_eq(voice_play_add(&p, &echo), 0);
	for (int i = 0; i < 1000; i++) {
		ck_assert(!voice_play_frame(&p, in, out));
		ck_assert_mem_eq(in, out, sizeof(in));
	}

	/* nothing is heard: nothing is said */
	ck_assert(!voice_play_frame(&p, NULL, out));
	ck_assert_int_eq(out[1], 0);

	voice_play_clear(&p);
	ck_assert(voice_play_idle(&p));
	ck_assert(!voice_play_frame(&p, in, out));
	ck_assert_int_eq(out[1], 0);
}
END_TEST


START_TEST(an_echo_that_begins_within_a_frame_is_in_step)
{
	const struct voice_item pause = {VOICE_SILENCE, NULL, 10};
	const struct voice_item echo = {VOICE_ECHO, NULL, 10};
	struct voice_play p = {.count = 0};
	int16_t in[VOICE_FRAME], out[VOICE_FRAME];

	for (int16_t i = 0; i < VOICE_FRAME; i++)
		in[i] = (int16_t)(i + 1);
	ck_assert_int_eq(voice_play_add(&p, &pause), 0);
	ck_assert_int_eq(voice_play_add(&p, &echo), 0);
	ck_assert(voice_play_frame(&p, in, out));
	ck_assert_int_eq(out[79], 0);
	ck_assert_int_eq(out[80], 81);
	ck_assert_int_eq(out[159], 160);
}
END_TEST


START_TEST(the_queue_has_a_bound)
{
	const struct voice_item item = {VOICE_SILENCE, NULL, 20};
	const struct voice_item none = {VOICE_SOUND, NULL, 20};
	struct voice_play p = {.count = 0};
	int16_t out[VOICE_FRAME];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < VOICE_ITEMS_MAX; i++)
			ck_assert_int_eq(voice_play_add(&p, &item), 0);
		ck_assert_int_eq(voice_play_add(&p, &item), ENOSPC);
		for (int i = 0; i < VOICE_ITEMS_MAX - 1; i++)
			ck_assert(!voice_play_frame(&p, NULL, out));
		ck_assert(voice_play_frame(&p, NULL, out));
	}

	ck_assert_int_eq(voice_play_add(&p, &none), EINVAL);
	ck_assert_int_eq(voice_play_add(NULL, &item), EINVAL);
	ck_assert_int_eq(voice_play_add(&p, NULL), EINVAL);
	voice_play_clear(NULL);
	ck_assert(voice_play_idle(NULL));
}
END_TEST


Suite *suite_voice_play(void);
Suite *suite_voice_play(void)
{
	Suite *s = suite_create("voice_play");
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, items_follow_each_other_without_a_gap);
	tcase_add_test(tc, an_echo_lasts_until_it_is_hushed);
	tcase_add_test(tc, an_echo_that_begins_within_a_frame_is_in_step);
	tcase_add_test(tc, the_queue_has_a_bound);
	suite_add_tcase(s, tc);

	return s;
}
