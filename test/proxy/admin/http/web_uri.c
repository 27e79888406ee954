/**
 * @file test/proxy/admin/http/web_uri.c  Paths and queries, taken apart
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/admin/http/web_uri.h"
#include "test/test.h"

static struct web_uri uri;

static const struct {
	const char *raw;
	int err;
	const char *said; /* segments and queries, with bars between */
} casev[] = {
	{"/", 0, ""},
	{"/?", 0, ""},
	{"/a/b", 0, "|a|b"},
	{"/a/", 0, "|a|"},
	{"//", 0, "||"},
	{"/a%2Fb/c", 0, "|a/b|c"},
	{"/a+b?x=a+b", 0, "|a+b?x=a b"},
	{"/x?a=1&b&&c=%26=", 0, "|x?a=1?b=?c=&="},
	{"/2001:db8::%2f64", 0, "|2001:db8::/64"},
	{"/\xc3\xa4%C3%A4", 0, "|\xc3\xa4\xc3\xa4"},
	{"/1/2/3/4/5/6/7/8", 0, "|1|2|3|4|5|6|7|8"},
	{"/1/2/3/4/5/6/7/8/9", ENAMETOOLONG, ""},
	{"", EBADMSG, ""},
	{"a", EBADMSG, ""},
	{"http://host/a", EBADMSG, ""},
	{"/a b", EBADMSG, ""},
	{"/a?b c", EBADMSG, ""},
	{"/%", EBADMSG, ""},
	{"/%4", EBADMSG, ""},
	{"/%4g", EBADMSG, ""},
	{"/%00", EBADMSG, ""},
	{"/%0a", EBADMSG, ""},
	{"/\x7f", EBADMSG, ""},
	{"/?a=%0d", EBADMSG, ""},
	{"/?%zz", EBADMSG, ""},
};


START_TEST(a_uri_is_taken_apart)
{
	char said[512] = "";

	ck_assert_int_eq(web_uri_decode(&uri, casev[_i].raw), casev[_i].err);
	if (casev[_i].err)
		return;

	for (size_t i = 0; i < uri.segmentc; i++) {
		strcat(said, "|");
		strcat(said, uri.segmentv[i]);
	}
	for (size_t i = 0; i < uri.queryc; i++) {
		strcat(said, "?");
		strcat(said, uri.queryv[i].name);
		strcat(said, "=");
		strcat(said, uri.queryv[i].value);
	}
	ck_assert_str_eq(said, casev[_i].said);
}
END_TEST


START_TEST(the_path_is_kept_as_it_came)
{
	ck_assert_int_eq(web_uri_decode(&uri, "/ui/a%20b?c=d"), 0);
	ck_assert_str_eq(uri.path, "/ui/a%20b");
}
END_TEST


START_TEST(lengths_have_an_end)
{
	char raw[WEB_URI_MAX + 2];

	memset(raw, 'a', sizeof(raw));
	raw[0] = '/';
	raw[WEB_URI_MAX - 1] = '\0';
	ck_assert_int_eq(web_uri_decode(&uri, raw), 0);
	raw[WEB_URI_MAX - 1] = 'a';
	raw[WEB_URI_MAX] = '\0';
	ck_assert_int_eq(web_uri_decode(&uri, raw), ENAMETOOLONG);

	strcpy(raw, "/?");
	for (int i = 0; i < WEB_QUERIES_MAX; i++)
		strcat(raw, "a=b&");
	ck_assert_int_eq(web_uri_decode(&uri, raw), 0);
	strcat(raw, "a=b");
	ck_assert_int_eq(web_uri_decode(&uri, raw), ENAMETOOLONG);
	ck_assert_int_eq(web_uri_decode(NULL, "/"), EINVAL);
	ck_assert_int_eq(web_uri_decode(&uri, NULL), EINVAL);
}
END_TEST


Suite *suite_web_uri(void);
Suite *suite_web_uri(void)
{
	Suite *s = suite_create("web_uri");
	TCase *tc = tcase_create("web_uri");

	tcase_add_loop_test(tc, a_uri_is_taken_apart, 0,
			    (int)ARRAY_SIZE(casev));
	tcase_add_test(tc, the_path_is_kept_as_it_came);
	tcase_add_test(tc, lengths_have_an_end);
	suite_add_tcase(s, tc);

	return s;
}
