/**
 * @file test/relay/record/record_name.c  What a recording's file is called
 */
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "relay/record/record_name.h"
#include "test/test.h"

enum { NOW = 1795183200 /* 2026-11-20T14:00:00Z */ };


static const struct {
	const char *from, *to, *base;
} basev[] = {
	{"alice", "+4930123", "140000-alice-+4930123-5f3c"},
	{"", NULL, "140000-nobody-nobody-5f3c"},
	{"../../etc/passwd", "a/b\\c", "140000-.._.._etc_passwd-a_b_c-5f3c"},
	{"a b\n\x01\x7f\xc3\xa4", "%41;x", "140000-a_b_____-_41_x-5f3c"},
	{"0123456789012345678901234567890123456789", "x",
	 "140000-0123456789012345678901234567890-x-5f3c"},
};


START_TEST(a_name_is_safe_whatever_callers_call_themselves)
{
	char base[RECORD_BASE_MAX], name[RECORD_NAME_MAX];
	bool wav = false;

	record_name_base(base, NOW, basev[_i].from, basev[_i].to, 0x5f3c);
	ck_assert_str_eq(base, basev[_i].base);
	(void)snprintf(name, sizeof(name), "%s.wav", base);
	ck_assert_int_eq(record_name_type(name, &wav), RECORD_FINISHED);
	ck_assert(wav);
}
END_TEST


static const struct {
	const char *name;
	int64_t days; /* -1: none */
} dayv[] = {
	{"1970-01-01", 0},
	{"2026-11-20", 20777},
	{"2024-02-29", 19782},
	{"2023-02-29", -1},
	{"2026-13-01", -1},
	{"2026-00-10", -1},
	{"2026-11-2", -1},
	{"2026-11-200", -1},
	{"..", -1},
	{"", -1},
	{"2026-11-2x", -1},
	{"2026/11/20", -1},
	{"2026-11-20 ", -1},
	{"-026-11-20", -1},
};


START_TEST(a_day_is_known_by_its_name)
{
	int64_t days = -1;
	char again[RECORD_DAY];

	ck_assert_int_eq(record_name_is_day(dayv[_i].name, &days),
			 dayv[_i].days >= 0);
	if (dayv[_i].days < 0)
		return;

	ck_assert_int_eq(days, dayv[_i].days);
	record_name_day(again, days * 86400 + 86399);
	ck_assert_str_eq(again, dayv[_i].name);
}
END_TEST


static const struct {
	const char *name;
	enum record_type type;
} typev[] = {
	{"140000-a-b-1.wav", RECORD_FINISHED},
	{"140000-a-b-1.pcap", RECORD_FINISHED},
	{"140000-a-b-1.wav.part", RECORD_UNFINISHED},
	{"140000-a-b-1.pcap.part", RECORD_UNFINISHED},
	{"140000-a-b-1", RECORD_FOREIGN},
	{"140000-a-b-1.part", RECORD_FOREIGN},
	{"140000-a-b-1.mp3", RECORD_FOREIGN},
	{"140000.wav", RECORD_FOREIGN},
	{"14000x-a.wav", RECORD_FOREIGN},
	{".140000-a.wav", RECORD_FOREIGN},
	{"..", RECORD_FOREIGN},
	{"", RECORD_FOREIGN},
};


START_TEST(only_our_own_files_are_ours)
{
	bool wav;

	ck_assert_int_eq(record_name_type(typev[_i].name, &wav),
			 typev[_i].type);
}
END_TEST


START_TEST(no_time_is_too_strange)
{
	static const int64_t timev[] = {0, -1, INT64_MIN, INT64_MAX,
					INT64_C(300000000000)};
	char base[RECORD_BASE_MAX], day[RECORD_DAY];

	for (size_t i = 0; i < ARRAY_SIZE(timev); i++) {
		record_name_base(base, timev[i], "a", "b", UINT64_MAX);
		record_name_day(day, timev[i]);
		ck_assert_uint_eq(strlen(day), RECORD_DAY - 1);
	}
}
END_TEST


Suite *suite_record_name(void);
Suite *suite_record_name(void)
{
	Suite *s = suite_create("record_name");
	TCase *tc = tcase_create("core");

	test_table(tc, a_name_is_safe_whatever_callers_call_themselves, basev);
	test_table(tc, a_day_is_known_by_its_name, dayv);
	test_table(tc, only_our_own_files_are_ours, typev);
	tcase_add_test(tc, no_time_is_too_strange);
	suite_add_tcase(s, tc);

	return s;
}
