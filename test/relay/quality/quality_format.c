/**
 * @file test/relay/quality/quality_format.c  How payload types are measured
 */
#include <errno.h>
#include <string.h>
#include "relay/quality/quality.h"
#include "relay/quality/quality_format.h"
#include "test/test.h"

enum { MAX = 8 };

static const struct relay_terms from = {
	.codecv = (struct relay_codec[]){{100, "G729", 8000, 1},
					 {101, "telephone-event", 8000, 1}},
	.codecc = 2,
};
static const struct relay_terms to = {
	.codecv = (struct relay_codec[]){{0, "PCMU", 8000, 1},
					 {96, "opus", 48000, 2},
					 {97, "telephone-event", 8000, 1},
					 {4, "G723", 8000, 1}},
	.codecc = 4,
};

static const struct {
	uint8_t pt;
	int err;
	enum codec_kind kind;
	uint8_t sid, frame;
	uint32_t us; /* of eight ticks */
} casev[] = {
	{0, 0, CODEC_AUDIO, 0, 0, 1000},
	{96, 0, CODEC_AUDIO, 0, 0, 166},
	{97, 0, CODEC_EVENT, 0, 0, 1000},
	{4, 0, CODEC_AUDIO, 4, 4, 1000},
	{100, 0, CODEC_AUDIO, 2, 10, 1000},
	{13, 0, CODEC_NOISE, 0, 0, 1000},
	{34, 0, CODEC_VIDEO, 0, 0, 88},
	{120, ENOENT, CODEC_UNKNOWN, 0, 0, 0},
};


START_TEST(a_format_is_what_both_sides_say)
{
	struct quality_format f;
	struct relay_codec c;
	struct quality q;

	memset(&q, 0, sizeof(q));
	quality_terms(&q, &from, &to);
	ck_assert_int_eq(quality_format(&f, &c, &q, casev[_i].pt),
			 casev[_i].err);
	ck_assert_uint_eq(f.pt, casev[_i].pt);
	ck_assert_int_eq(f.kind, casev[_i].kind);
	ck_assert_uint_eq(f.sid, casev[_i].sid);
	ck_assert_uint_eq(f.frame, casev[_i].frame);
	ck_assert_uint_eq(((uint64_t)f.scale * 8) >> 20, casev[_i].us);
}
END_TEST


START_TEST(the_newest_is_first_and_none_is_there_twice)
{
	static const uint8_t wantv[] = {101, 0, 96, 97, 4, 100};
	struct quality_format fv[MAX];
	struct quality q;

	memset(&q, 0, sizeof(q));
	ck_assert_uint_eq(quality_formats(fv, MAX, &q), 0);
	quality_terms(&q, &from, &to);
	quality_newest(&q, 101);
	ck_assert_uint_eq(quality_formats(fv, MAX, &q), sizeof(wantv));
	for (size_t i = 0; i < sizeof(wantv); i++)
		ck_assert_uint_eq(fv[i].pt, wantv[i]);
	ck_assert_uint_eq(quality_formats(fv, 2, &q), 2);
	ck_assert_uint_eq(quality_formats(fv, 0, &q), 0);

	/* nobody knows what it is: nothing can be measured by it */
	quality_newest(&q, 120);
	ck_assert_uint_eq(quality_formats(fv, MAX, &q), sizeof(wantv));
	ck_assert_uint_eq(fv[0].pt, 0);
}
END_TEST


Suite *suite_quality_format(void);
Suite *suite_quality_format(void)
{
	Suite *s = suite_create("quality_format");
	TCase *tc = tcase_create("quality_format");

	test_table(tc, a_format_is_what_both_sides_say, casev);
	tcase_add_test(tc, the_newest_is_first_and_none_is_there_twice);
	suite_add_tcase(s, tc);

	return s;
}
