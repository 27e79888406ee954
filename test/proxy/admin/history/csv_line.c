/**
 * @file test/proxy/admin/history/csv_line.c  Calls as lines of CSV
 */
#include "common/json.h"
#include <string.h>
#include "proxy/admin/history/csv_line.h"
#include "proxy/admin/history/history_column.h"
#include "test/test.h"

static struct mbuf *mb;


static void setup(void)
{
	mb = mbuf_alloc(64);
	ck_assert_ptr_nonnull(mb);
}


static void teardown(void)
{
	mb = mem_deref(mb);
}


static const char *written(void)
{
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);

	return (const char *)mb->buf;
}


static const struct {
	const char *text, *field;
} fieldv[] = {
	{"plain", "plain"},
	{"", ""},
	{"a,b", "\"a,b\""},
	{"say \"hi\"", "\"say \"\"hi\"\"\""},
	{"a\nb", "\"a\nb\""},
	/* OWASP: CSV injection */
	{"=1+1", "'=1+1"},
	{"=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
	{"@SUM(A1)", "'@SUM(A1)"},
	{"-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"},
	{"+1+1", "'+1+1"},
	{"\t=1", "'\t=1"},
	{"\r=1", "\"'\r=1\""},
	/* numbers are no formulas */
	{"+4930123", "+4930123"},
	{"-5", "-5"},
	{"+", "'+"},
	{"-", "'-"},
};


START_TEST(a_field_is_quoted_and_no_formula)
{
	ck_assert_int_eq(csv_line_text(mb, fieldv[_i].text), 0);
	ck_assert_str_eq(written(), fieldv[_i].field);
}
END_TEST


static unsigned commas(const char *s)
{
	unsigned n = 0;

	for (; *s; s++)
		n += *s == ',';

	return n;
}


START_TEST(each_line_has_all_columns)
{
	json_t *row = json_pack("{s:s,s:i,s:f,s:b}", "id", "ff", "status", 486,
				"a_mos", 4.25, "bad", 1);

	ck_assert_int_eq(csv_line_names(mb), 0);
	ck_assert_int_eq(csv_line(mb, row), 0);
	json_decref(row);
	ck_assert_int_eq(strncmp(written(), "id,call_id,state,", 17), 0);
	ck_assert_uint_eq(commas(written()), 2 * (HISTORY_COLUMNS - 1));
	ck_assert_ptr_nonnull(strstr(written(), "\r\nff,,"));
	ck_assert_ptr_nonnull(strstr(written(), ",486,"));
	ck_assert_ptr_nonnull(strstr(written(), ",4.25,"));
	ck_assert_str_eq(written() + strlen(written()) - 6, ",1,,\r\n");
}
END_TEST


Suite *suite_csv_line(void);
Suite *suite_csv_line(void)
{
	Suite *s = suite_create("csv_line");
	TCase *tc = tcase_create("csv_line");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_field_is_quoted_and_no_formula, fieldv);
	tcase_add_test(tc, each_line_has_all_columns);
	suite_add_tcase(s, tc);

	return s;
}
