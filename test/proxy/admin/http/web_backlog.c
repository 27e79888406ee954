/**
 * @file test/proxy/admin/http/web_backlog.c  What listeners have not read
 */
#include <errno.h>
#include <string.h>
#include "proxy/admin/http/web_backlog.h"
#include "test/test.h"

enum { LINE = 100, LINES = 40000 };

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


START_TEST(it_is_read_as_it_was_put)
{
	char buf[16] = "";

	ck_assert_int_eq(web_backlog_put(mb, "abc", 3), 0);
	ck_assert_int_eq(web_backlog_put(mb, "defg", 4), 0);
	ck_assert_uint_eq(web_backlog_take(mb, buf, 5), 5);
	ck_assert_int_eq(web_backlog_put(mb, "h", 1), 0);
	ck_assert_uint_eq(web_backlog_take(mb, buf + 5, 11), 3);
	ck_assert_str_eq(buf, "abcdefgh");
	ck_assert_uint_eq(web_backlog_take(mb, buf, 16), 0);
}
END_TEST


START_TEST(who_is_always_behind_takes_no_more_memory)
{
	char line[LINE], buf[LINE];

	ck_assert_int_eq(web_backlog_put(mb, "x", 1), 0);
	for (int i = 0; i < LINES; i++) {
		memset(line, 'a' + i % 26, sizeof(line));
		ck_assert_int_eq(web_backlog_put(mb, line, LINE), 0);
		ck_assert_uint_eq(web_backlog_take(mb, buf, LINE), LINE);
		ck_assert_int_eq(memcmp(buf + 1, line, LINE - 1), 0);
		ck_assert_uint_eq(mbuf_get_left(mb), 1);
	}
	ck_assert_uint_le(mb->size, 4 * WEB_BACKLOG_MAX);
}
END_TEST


START_TEST(who_does_not_read_is_too_slow)
{
	char line[LINE] = "";
	size_t n = 0;
	int err;

	while (!(err = web_backlog_put(mb, line, LINE)))
		n += LINE;
	ck_assert_int_eq(err, ENOSPC);
	ck_assert_uint_gt(n + LINE, WEB_BACKLOG_MAX);
	ck_assert_uint_eq(mbuf_get_left(mb), n);
	ck_assert_int_eq(web_backlog_put(NULL, line, 1), EINVAL);
	ck_assert_int_eq(web_backlog_put(mb, NULL, 1), EINVAL);
}
END_TEST


Suite *suite_web_backlog(void);
Suite *suite_web_backlog(void)
{
	Suite *s = suite_create("web_backlog");
	TCase *tc = tcase_create("web_backlog");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_is_read_as_it_was_put);
	tcase_add_test(tc, who_is_always_behind_takes_no_more_memory);
	tcase_add_test(tc, who_does_not_read_is_too_slow);
	suite_add_tcase(s, tc);

	return s;
}
