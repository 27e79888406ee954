/**
 * @file test/relay/voice/voice_buffer.c  What was heard, in order and in time
 */
#include <string.h>
#include "relay/voice/voice_buffer.h"
#include "test/test.h"

enum { N = 160, SSRC = 7 };


/* packet k: its samples say which they are */
static void put(struct voice_buffer *b, uint32_t ssrc, uint32_t ts0, int k)
{
	int16_t v[N];

	for (int i = 0; i < N; i++)
		v[i] = (int16_t)(k * N + i + 1);
	voice_buffer_put(b, ssrc, ts0 + (uint32_t)(k * N), v, N);
}


static void expect(struct voice_buffer *b, int k)
{
	int16_t v[N];

	(void)voice_buffer_get(b, v, N);
	for (int i = 0; i < N; i++)
		ck_assert_msg(v[i] == (k < 0 ? 0 : k * N + i + 1),
			      "packet %d, sample %d: %d", k, i, v[i]);
}


static const struct {
	const char *name;
	int putv[8]; /* -1: nothing more */
	int getv[8]; /* -1: silence, -2: nothing more */
} orderv[] = {
	{"in order", {0, 1, 2, 3, -1}, {-1, -1, -1, 0, 1, 2, 3, -2}},
	{"one late", {0, 2, 1, 3, -1}, {-1, -1, -1, 0, 1, 2, 3, -2}},
	{"one twice", {0, 1, 1, 2, -1}, {-1, -1, -1, 0, 1, 2, -1, -2}},
	{"one lost", {0, 2, 3, -1}, {-1, -1, -1, 0, -1, 2, 3, -2}},
	{"backwards", {2, 1, 0, -1}, {-1, 0, 1, 2, -1, -2}},
};


START_TEST(packets_come_out_in_order)
{
	static const uint32_t beginv[] = {0, 1000, 0xffffff80u, 0x7fffff00u};

	for (size_t k = 0; k < ARRAY_SIZE(beginv); k++) {
		struct voice_buffer b = {.started = false};

		for (int i = 0; orderv[_i].putv[i] >= 0; i++)
			put(&b, SSRC, beginv[k], orderv[_i].putv[i]);
		for (int i = 0; orderv[_i].getv[i] > -2; i++)
			expect(&b, orderv[_i].getv[i]);
	}
}
END_TEST


START_TEST(what_is_too_late_is_left_out)
{
	struct voice_buffer b = {.started = false};

	put(&b, SSRC, 0, 0);
	put(&b, SSRC, 0, 2);
	put(&b, SSRC, 0, 3);
	for (int i = 0; i < 3; i++)
		expect(&b, -1);
	expect(&b, 0);
	expect(&b, -1);
	put(&b, SSRC, 0, 1);
	expect(&b, 2);
	expect(&b, 3);
	expect(&b, -1);
}
END_TEST


START_TEST(after_silence_the_delay_is_as_in_the_beginning)
{
	struct voice_buffer b = {.started = false};

	put(&b, SSRC, 0, 0);
	for (int i = 0; i < 3; i++)
		expect(&b, -1);
	expect(&b, 0);

	/* its timestamps went on meanwhile, or they did not */
	for (int i = 0; i < 40; i++)
		expect(&b, -1);
	put(&b, SSRC, 0, 41);
	for (int i = 0; i < 3; i++)
		expect(&b, -1);
	expect(&b, 41);
	for (int i = 0; i < 10; i++)
		expect(&b, -1);
	put(&b, SSRC, 0, 42);
	for (int i = 0; i < 3; i++)
		expect(&b, -1);
	expect(&b, 42);
}
END_TEST


START_TEST(another_source_or_a_jump_is_a_new_beginning)
{
	struct voice_buffer b = {.started = false};

	put(&b, SSRC, 0, 0);
	put(&b, SSRC + 1, 500000, 1);
	for (int i = 0; i < 3; i++)
		expect(&b, -1);
	expect(&b, 1);

	put(&b, SSRC + 1, 0x80000000u, 2);
	for (int i = 0; i < 3; i++)
		expect(&b, -1);
	expect(&b, 2);

	put(&b, SSRC + 1, 1000, 0);
	for (int i = 0; i < 3; i++)
		expect(&b, -1);
	expect(&b, 0);
}
END_TEST


START_TEST(who_speaks_faster_is_caught_up_with)
{
	struct voice_buffer b = {.started = false};
	int16_t v[N];

	for (int k = 0; k < 150; k++) {
		put(&b, SSRC, 0, k);
		ck_assert_int_le((int32_t)(b.end - b.play), VOICE_BUFFER_MAX);
		if (k % 3)
			(void)voice_buffer_get(&b, v, N);
	}
}
END_TEST


START_TEST(any_packets_stay_within_bounds)
{
	struct voice_buffer b = {.started = false};
	static int16_t v[VOICE_BUFFER_SIZE * 2];
	uint32_t x = 1;

	for (int i = 0; i < 20000; i++) {
		x = x * 1664525 + 1013904223;
		voice_buffer_put(&b, x >> 30, x & 0xffff, v,
				 (x >> 8) % ARRAY_SIZE(v));
		(void)voice_buffer_get(&b, v, N);
		ck_assert_int_le((int32_t)(b.end - b.play), VOICE_BUFFER_MAX);
	}
}
END_TEST


Suite *suite_voice_buffer(void);
Suite *suite_voice_buffer(void)
{
	Suite *s = suite_create("voice_buffer");
	TCase *tc = tcase_create("core");

	test_table(tc, packets_come_out_in_order, orderv);
	tcase_add_test(tc, what_is_too_late_is_left_out);
	tcase_add_test(tc, after_silence_the_delay_is_as_in_the_beginning);
	tcase_add_test(tc, another_source_or_a_jump_is_a_new_beginning);
	tcase_add_test(tc, who_speaks_faster_is_caught_up_with);
	tcase_add_test(tc, any_packets_stay_within_bounds);
	suite_add_tcase(s, tc);

	return s;
}
