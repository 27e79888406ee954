/**
 * @file test/proxy/command/csv.c  Comma-separated values with quotes
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "test/test.h"
#include "proxy/command/csv.h"

enum { FIELDS = 4 };


/* records as "line:[field][field]", a fault as "line:!errno" */
static const struct {
	const char *text;
	const char *want;
} casev[] = {
	{"", ""},
	{"\n\r\n\n", ""},
	{"a", "1:[a] "},
	{"a,b\nc,d\n", "1:[a][b] 2:[c][d] "},
	{"a,b\r\nc,d\r\n", "1:[a][b] 2:[c][d] "},
	{"a,b\r", "1:[a][b] "},
	{"a\rb,c\n", "1:[a\rb][c] "},
	{"\xef\xbb\xbf"
	 "a,b\n",
	 "1:[a][b] "},
	{",", "1:[][] "},
	{"a,,b,\n", "1:[a][][b][] "},
	{"\n\na\n", "3:[a] "},
	{"\"a,b\",c", "1:[a,b][c] "},
	{"\"a \"\"b\"\" c\"", "1:[a \"b\" c] "},
	{"\"\",\"\"\"\"", "1:[][\"] "},
	{"\"a\nb\",c\nd", "1:[a\nb][c] 3:[d] "},
	{"\"a\r\nb\"\r\nd", "1:[a\r\nb] 3:[d] "},
	{" a , b ", "1:[ a ][ b ] "},
	{"a\"b\nc", "1:!B 2:[c] "},
	{"\"a\"b\nc", "1:!B 2:[c] "},
	{"\"a", "1:!B "},
	{"a,\"b\nc", "1:!B "},
	{"1,2,3,4\n1,2,3,4,5\n1", "1:[1][2][3][4] 2:!2 3:[1] "},
};


static const char *read_all(char *text, size_t size)
{
	static char buf[1024];
	char *fieldv[FIELDS];
	struct csv c;
	size_t n = 0, fieldc;
	unsigned line;
	int err;

	buf[0] = '\0';
	csv_init(&c, text, size);
	while ((err = csv_read(&c, fieldv, FIELDS, &fieldc, &line)) !=
	       ENODATA) {
		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%u:", line);
		if (err)
			n += (size_t)snprintf(buf + n, sizeof(buf) - n, "!%c",
					      err == EBADMSG ? 'B' : '2');
		for (size_t i = 0; !err && i < fieldc; i++)
			n += (size_t)snprintf(buf + n, sizeof(buf) - n, "[%s]",
					      fieldv[i]);
		n += (size_t)snprintf(buf + n, sizeof(buf) - n, " ");
	}

	return buf;
}


START_TEST(records_are_read_where_they_stand)
{
	const size_t size = strlen(casev[_i].text);
	char *text = malloc(size + 1);

	memcpy(text, casev[_i].text, size);
	ck_assert_str_eq(read_all(text, size), casev[_i].want);
	free(text);
}
END_TEST


START_TEST(a_nul_is_a_fault)
{
	char one[] = "a,b\0c\nd", two[] = "\"a\0\"\nd";

	ck_assert_str_eq(read_all(one, sizeof(one) - 1), "1:!B 2:[d] ");
	ck_assert_str_eq(read_all(two, sizeof(two) - 1), "1:!B 2:[d] ");
}
END_TEST


START_TEST(time_is_linear)
{
	const size_t size = 4 << 20;
	char *text = malloc(size + 1), *fieldv[FIELDS];
	const clock_t began = clock();
	size_t fieldc;
	struct csv c;
	unsigned line;

	for (size_t i = 0; i < size; i++)
		text[i] = i % 2 ? '\n' : '"';
	csv_init(&c, text, size);
	while (csv_read(&c, fieldv, FIELDS, &fieldc, &line) != ENODATA)
		;
	ck_assert_int_lt((clock() - began) / (CLOCKS_PER_SEC / 1000), 2000);
	free(text);
}
END_TEST


Suite *suite_csv(void);
Suite *suite_csv(void)
{
	Suite *s = suite_create("csv");
	TCase *tc = tcase_create("csv");

	test_table(tc, records_are_read_where_they_stand, casev);
	tcase_add_test(tc, a_nul_is_a_fault);
	tcase_add_test(tc, time_is_linear);
	suite_add_tcase(s, tc);

	return s;
}
