/**
 * @file test/relay/quality/codec.c  What a payload type is
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "relay/quality/codec.h"
#include "relay/quality/codec_cell.h"
#include "test/test.h"

static const struct {
	uint8_t pt;
	const char *name; /* NULL: nobody knows */
	uint32_t clock;
	enum codec_kind kind;
} staticv[] = {
	{0, "PCMU", 8000, CODEC_AUDIO},   {8, "PCMA", 8000, CODEC_AUDIO},
	{9, "G722", 8000, CODEC_AUDIO},   {10, "L16", 44100, CODEC_AUDIO},
	{13, "CN", 8000, CODEC_NOISE},    {18, "G729", 8000, CODEC_AUDIO},
	{31, "H261", 90000, CODEC_VIDEO}, {34, "H263", 90000, CODEC_VIDEO},
	{1, NULL, 0, CODEC_UNKNOWN},      {35, NULL, 0, CODEC_UNKNOWN},
	{96, NULL, 0, CODEC_UNKNOWN},     {127, NULL, 0, CODEC_UNKNOWN},
	{255, NULL, 0, CODEC_UNKNOWN},
};


START_TEST(static_types_need_no_sdp)
{
	struct relay_codec c;

	memset(&c, 0, sizeof(c));
	if (!staticv[_i].name) {
		ck_assert_int_ne(codec_find(&c, NULL, NULL, staticv[_i].pt),
				 0);
		return;
	}

	ck_assert_int_eq(codec_find(&c, NULL, NULL, staticv[_i].pt), 0);
	ck_assert_str_eq(c.name, staticv[_i].name);
	ck_assert_uint_eq(c.clock, staticv[_i].clock);
	ck_assert_int_eq(codec_kind(&c), staticv[_i].kind);
}
END_TEST


START_TEST(the_numbers_are_those_of_who_receives)
{
	struct relay_terms *from, *to;
	struct relay_codec c;

	ck_assert_int_eq(relay_terms_alloc(&from), 0);
	ck_assert_int_eq(relay_terms_alloc(&to), 0);
	from->codecv[0] = (struct relay_codec){96, "opus", 48000, 2};
	from->codecv[1] = (struct relay_codec){97, "iLBC", 8000, 1};
	from->codecc = 2;
	to->codecv[0] = (struct relay_codec){96, "telephone-event", 8000, 1};
	to->codecv[1] = (struct relay_codec){0, "G726-32", 8000, 1};
	to->codecc = 2;

	ck_assert_int_eq(codec_find(&c, from, to, 96), 0);
	ck_assert_str_eq(c.name, "telephone-event");
	ck_assert_int_eq(codec_kind(&c), CODEC_EVENT);
	ck_assert_int_eq(codec_find(&c, from, to, 97), 0);
	ck_assert_str_eq(c.name, "iLBC");
	ck_assert_int_eq(codec_find(&c, from, to, 0), 0);
	ck_assert_str_eq(c.name, "G726-32");
	ck_assert_int_eq(codec_find(&c, from, to, 8), 0);
	ck_assert_str_eq(c.name, "PCMA");
	ck_assert_int_eq(codec_find(&c, from, to, 98), ENOENT);
	ck_assert_int_eq(codec_find(NULL, from, to, 96), EINVAL);

	mem_deref(from);
	mem_deref(to);
}
END_TEST


START_TEST(a_cell_keeps_a_codec)
{
	const struct relay_codec opus = {111, "opus", 48000, 2};
	const struct relay_codec longest = {96, "123456789012345", 1, 1};
	struct codec_cell cell;
	struct relay_codec c;

	memset(&cell, 0, sizeof(cell));
	codec_cell_get(&cell, &c);
	ck_assert_str_eq(c.name, "");
	codec_cell_set(&cell, &opus);
	codec_cell_get(&cell, &c);
	ck_assert_str_eq(c.name, "opus");
	ck_assert_uint_eq(c.pt, 111);
	ck_assert_uint_eq(c.clock, 48000);
	codec_cell_set(&cell, &longest);
	codec_cell_get(&cell, &c);
	ck_assert_str_eq(c.name, longest.name);
	codec_cell_set(&cell, &opus);
	codec_cell_get(&cell, &c);
	ck_assert_str_eq(c.name, "opus");
}
END_TEST


Suite *suite_codec(void);
Suite *suite_codec(void)
{
	Suite *s = suite_create("codec");
	TCase *tc = tcase_create("codec");

	test_table(tc, static_types_need_no_sdp, staticv);
	tcase_add_test(tc, the_numbers_are_those_of_who_receives);
	tcase_add_test(tc, a_cell_keeps_a_codec);
	suite_add_tcase(s, tc);

	return s;
}
