/**
 * @file test/relay/record/record_track.c  Where on the time line audio belongs
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "relay/record/record_track.h"
#include "test/test.h"

enum { PACKET = 160, PLACES_MAX = 20000 };

static struct track track;
static int64_t placev[PLACES_MAX];
static size_t placec;


static int place_handler(int64_t pos, const int16_t *pcm, size_t n, void *arg)
{
	(void)pcm;
	(void)n;

	ck_assert_ptr_eq(arg, &track);
	ck_assert_uint_lt(placec, PLACES_MAX);
	placev[placec++] = pos;

	return 0;
}


static void reset(void)
{
	memset(&track, 0, sizeof(track));
	placec = 0;
}


static void push(uint32_t ssrc, uint32_t ts, int64_t arrived)
{
	static const uint8_t buf[PACKET];

	ck_assert_int_eq(track_release(&track, arrived, place_handler, &track),
			 0);
	ck_assert_int_eq(track_push(&track, ssrc, ts, arrived, RECORD_PCMU,
				    buf, sizeof(buf), place_handler, &track),
			 0);
}


static void finish(void)
{
	ck_assert_int_eq(
		track_release(&track, INT64_MAX, place_handler, &track), 0);
}


START_TEST(a_steady_source_is_where_it_arrives)
{
	reset();
	for (int i = 0; i < 100; i++)
		push(1, UINT32_MAX - 5000 + (uint32_t)i * PACKET,
		     400 + i * PACKET);
	finish();
	ck_assert_uint_eq(placec, 100);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(placev[i], 400 + i * PACKET);
}
END_TEST


START_TEST(jitter_moves_nothing)
{
	reset();
	srand(7);
	for (int i = 0; i < 1000; i++)
		push(1, (uint32_t)i * PACKET,
		     800 + i * PACKET + (i % 5 ? rand() % 400 : 0));
	finish();
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(placev[i], 800 + i * PACKET);
}
END_TEST


START_TEST(what_overtakes_gets_its_own_place)
{
	static const int orderv[] = {0, 2, 1, 3, 5, 4, 4, 6};

	reset();
	for (int i = 0; i < 8; i++)
		push(1, 1000 + (uint32_t)orderv[i] * PACKET, i * PACKET);
	finish();
	for (int i = 0; i < 8; i++)
		ck_assert_int_eq(placev[i] - placev[0], orderv[i] * PACKET);
}
END_TEST


/* 1.5 s of a network that stood still, then all of it at once */
START_TEST(a_burst_goes_where_it_was_spoken)
{
	reset();
	for (int i = 0; i < 200; i++)
		push(1, (uint32_t)i * PACKET,
		     i >= 50 && i < 125 ? 125 * PACKET : i * PACKET);
	finish();
	for (int i = 0; i < 200; i++)
		ck_assert_int_eq(placev[i], i * PACKET);
}
END_TEST


/* its timestamps go on as if there had been no pause */
START_TEST(a_pause_that_no_timestamp_shows_is_silence)
{
	reset();
	for (int i = 0; i < 50; i++)
		push(1, (uint32_t)i * PACKET, i * PACKET);
	for (int i = 50; i < 100; i++)
		push(1, (uint32_t)i * PACKET, 5000 + i * PACKET);
	for (int i = 100; i < 150; i++)
		push(1, (uint32_t)i * PACKET, 99000 + i * PACKET);
	finish();
	ck_assert_int_eq(placev[49], 49 * PACKET);
	ck_assert_int_eq(placev[50], 5000 + 50 * PACKET);
	ck_assert_int_eq(placev[99], 5000 + 99 * PACKET);
	ck_assert_int_eq(placev[100], 99000 + 100 * PACKET);
}
END_TEST


START_TEST(another_source_or_another_clock_begins_where_it_arrives)
{
	reset();
	for (int i = 0; i < 50; i++)
		push(1, (uint32_t)i * PACKET, i * PACKET);
	for (int i = 50; i < 100; i++)
		push(2, 77777 + (uint32_t)i * PACKET, i * PACKET);
	for (int i = 100; i < 150; i++)
		push(2, 99999999 + (uint32_t)i * PACKET, i * PACKET);
	finish();
	for (int i = 0; i < 150; i++)
		ck_assert_int_eq(placev[i], i * PACKET);
}
END_TEST


static const int driftv[] = {-300, -50, 50, 300}; /* ppm */


/* an hour: never more than some hundredths of a second away */
START_TEST(drift_does_not_add_up)
{
	const int hour = 3600 * 8000 / PACKET;
	int64_t worst = 0;

	reset();
	for (int i = 0; i < hour; i++) {
		const int64_t real = (int64_t)i * PACKET +
				     (int64_t)i * PACKET * driftv[_i] /
					     1000000;

		placec = 0;
		push(1, (uint32_t)i * PACKET, real + (i % 3) * 20);
		for (size_t k = 0; k < placec; k++) {
			const int64_t d = llabs(placev[k] - (real - 2000));

			worst = d > worst ? d : worst;
		}
	}
	ck_assert_int_lt(worst, 640);
	ck_assert_int_gt(worst, 0);
}
END_TEST


START_TEST(a_large_packet_is_placed_in_pieces)
{
	static const uint8_t buf[1200];

	reset();
	ck_assert_int_eq(track_push(&track, 1, 0, 100, RECORD_PCMA, buf,
				    sizeof(buf), place_handler, &track),
			 0);
	finish();
	ck_assert_uint_eq(placec, 5);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(placev[i], 100 + i * TRACK_SAMPLES);
}
END_TEST


START_TEST(a_flood_is_bounded)
{
	static const uint8_t buf[PACKET];

	reset();
	srand(1);
	for (int i = 0; i < 10000; i++) {
		placec = 0;
		ck_assert_int_eq(track_push(&track, (uint32_t)(rand() % 3),
					    (uint32_t)rand(), 100 + i / 100,
					    RECORD_PCMU, buf, sizeof(buf),
					    place_handler, &track),
				 0);
		ck_assert_uint_le(placec, 1);
		ck_assert_uint_le(track.count, TRACK_SLOTS);
		for (size_t k = 0; k < placec; k++)
			ck_assert_int_lt(llabs(placev[k]), 20000);
	}
}
END_TEST


Suite *suite_record_track(void);
Suite *suite_record_track(void)
{
	Suite *s = suite_create("record_track");
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, a_steady_source_is_where_it_arrives);
	tcase_add_test(tc, jitter_moves_nothing);
	tcase_add_test(tc, what_overtakes_gets_its_own_place);
	tcase_add_test(tc, a_burst_goes_where_it_was_spoken);
	tcase_add_test(tc, a_pause_that_no_timestamp_shows_is_silence);
	tcase_add_test(
		tc, another_source_or_another_clock_begins_where_it_arrives);
	test_table(tc, drift_does_not_add_up, driftv);
	tcase_add_test(tc, a_large_packet_is_placed_in_pieces);
	tcase_add_test(tc, a_flood_is_bounded);
	suite_add_tcase(s, tc);

	return s;
}
