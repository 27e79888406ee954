/**
 * @file test/proxy/admin/http/web_head.c  Headers that are refused, and why
 */
#include <string.h>
#include "proxy/admin/http/web_head.h"
#include "test/test.h"

enum { LINES_MAX = 4 };

static const struct {
	const char *linev[LINES_MAX]; /* "Name:value" */
	const char *version;
	unsigned status;
	const char *why;
} casev[] = {
	{{"Host:a"}, "HTTP/1.1", 0, NULL},
	{{"Host:"}, "HTTP/1.1", 0, NULL},
	{{NULL}, "HTTP/1.0", 0, NULL},
	{{"Host:a", "Content-Length:5", "X-A:\t b"}, "HTTP/1.1", 0, NULL},
	{{"Host:a", "Cookie:a", "Cookie:b"}, "HTTP/1.1", 0, NULL},
	{{"Host:a", "X-A:\xc3\xa4"}, "HTTP/1.1", 0, NULL},
	{{"Accept:a"}, "HTTP/1.1", 400, "Host is missing"},
	{{"Host:a", "host:a"}, "HTTP/1.1", 400, "Host is there twice"},
	{{"Host:a", "HOST:b"}, "HTTP/1.0", 400, "Host is there twice"},
	{{"Host:a", "Content-Length:5", "content-length:5"},
	 "HTTP/1.1",
	 400,
	 "Content-Length is there twice"},
	{{"Host:a", "Content-Length:5", "Transfer-Encoding:chunked"},
	 "HTTP/1.1",
	 400,
	 "do not go together"},
	{{"Host:a", "Transfer-Encoding:chunked"},
	 "HTTP/1.1",
	 411,
	 "needs a Content-Length"},
	{{"Host:a", "Transfer-Encoding:identity"},
	 "HTTP/1.1",
	 411,
	 "needs a Content-Length"},
	{{"Host:a", "Authorization:a", "Authorization:b"},
	 "HTTP/1.1",
	 400,
	 "Authorization is there twice"},
	{{"Host:a", "Content-Length :5"}, "HTTP/1.1", 400, "malformed"},
	{{"Host:a", " X-A:5"}, "HTTP/1.1", 400, "malformed"},
	{{"Host:a", ":5"}, "HTTP/1.1", 400, "malformed"},
	{{"Host:a", "X(A:5"}, "HTTP/1.1", 400, "malformed"},
	{{"Host:a", "X\xc3:5"}, "HTTP/1.1", 400, "malformed"},
	{{"Host:a", "X-A:\r"}, "HTTP/1.1", 400, "malformed"},
	{{"Host:a", "X-A:b\x7f"}, "HTTP/1.1", 400, "malformed"},
};


static bool add(struct web_head *h, const char *line)
{
	const char *colon = strchr(line, ':');

	return web_head_add(h, line, (size_t)(colon - line), colon + 1,
			    strlen(colon + 1));
}


START_TEST(a_header_is_judged)
{
	struct web_head h = {0};
	const char *why = NULL;

	for (int i = 0; i < LINES_MAX && casev[_i].linev[i]; i++)
		ck_assert(add(&h, casev[_i].linev[i]));
	ck_assert_uint_eq(web_head_judge(&why, &h, casev[_i].version),
			  casev[_i].status);
	if (casev[_i].why)
		ck_assert_msg(strstr(why, casev[_i].why) != NULL, "%s", why);
	else
		ck_assert_ptr_null(why);
}
END_TEST


START_TEST(a_header_has_its_bounds)
{
	static char value[WEB_HEAD_MAX];
	struct web_head h = {0};
	const char *why = "";

	memset(value, 'a', sizeof(value));
	ck_assert(add(&h, "Host:a"));
	ck_assert(web_head_add(&h, "A", 1, value, WEB_HEAD_MAX - 14));
	ck_assert_uint_eq(web_head_judge(&why, &h, "HTTP/1.1"), 0);
	ck_assert(!web_head_add(&h, "B", 1, NULL, 0));
	ck_assert_uint_eq(web_head_judge(&why, &h, "HTTP/1.1"), 431);
	ck_assert_ptr_nonnull(strstr(why, "too large"));

	memset(&h, 0, sizeof(h));
	ck_assert(add(&h, "Host:a"));
	for (unsigned i = 1; i < WEB_FIELDS_MAX; i++)
		ck_assert(add(&h, "A:"));
	ck_assert_uint_eq(web_head_judge(&why, &h, "HTTP/1.1"), 0);
	ck_assert(!add(&h, "A:"));
	ck_assert_uint_eq(web_head_judge(&why, &h, "HTTP/1.1"), 431);
	ck_assert_ptr_nonnull(strstr(why, "too many"));
}
END_TEST


Suite *suite_web_head(void);
Suite *suite_web_head(void)
{
	Suite *s = suite_create("web_head");
	TCase *tc = tcase_create("web_head");

	test_table(tc, a_header_is_judged, casev);
	tcase_add_test(tc, a_header_has_its_bounds);
	suite_add_tcase(s, tc);

	return s;
}
