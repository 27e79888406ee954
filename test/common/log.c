/**
 * @file test/common/log.c  What a line looks like, and what it never holds
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#define DEBUG_MODULE "test"
#define DEBUG_LEVEL  0
#include "test/test.h"
#include <re_dbg.h>
#include "common/log.h"
#include "common/timer.h"


static struct log *logp;
static struct timers *timers;
static int fdv[2];
static char out[64 * 1024];


static void setup(void)
{
	ck_assert_int_eq(pipe2(fdv, O_NONBLOCK), 0);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(log_alloc(&logp, fdv[1], LEVEL_INFO, 3, timers), 0);
}


static void teardown(void)
{
	logp = mem_deref(logp);
	timers = mem_deref(timers);
	(void)close(fdv[0]);
	(void)close(fdv[1]);
}


static const char *output(void)
{
	ssize_t n = read(fdv[0], out, sizeof(out) - 1);

	out[n > 0 ? n : 0] = '\0';

	return out;
}


/* the line without its time stamp */
static const char *event(void)
{
	const char *p = strchr(output(), ' ');

	return p ? p + 1 : "";
}


START_TEST(a_line_has_time_level_kind_and_keys)
{
	struct sa sa;
	struct pl id = PL("abc@host");

	ck_assert_int_eq(sa_set_str(&sa, "198.51.100.7", 1024), 0);
	log_info(logp, "call.verdict", KV_PL("call", &id),
		 KV_STR("media", "relay"), KV_SA("source", &sa),
		 KV_ADDR("host", &sa), KV_UINT("n", UINT64_MAX),
		 KV_INT("i", INT64_MIN), KV_ERRNO("err", ECONNREFUSED));
	ck_assert_str_eq(event(),
			 "info call.verdict call=abc@host media=relay "
			 "source=198.51.100.7:1024 host=198.51.100.7 "
			 "n=18446744073709551615 i=-9223372036854775808 "
			 "err=\"Connection refused\"\n");
}
END_TEST


START_TEST(the_time_is_utc_with_milliseconds)
{
	static const char form[] = "2000-00-00T00:00:00.000Z info x\n";
	const char *p;

	log_info(logp, "x");
	p = output();
	ck_assert_uint_eq(strlen(p), strlen(form));
	for (size_t i = 0; form[i]; i++) {
		if (form[i] == '0')
			ck_assert(p[i] >= '0' && p[i] <= '9');
		else
			ck_assert_int_eq(p[i], form[i]);
	}
}
END_TEST


static const struct {
	const char *value;
	const char *text;
} valuev[] = {
	{"plain", "plain"},
	{"", "\"\""},
	{NULL, "-"},
	{"two words", "\"two words\""},
	{"a=b", "\"a=b\""},
	{"say \"hi\"", "\"say \\\"hi\\\"\""},
	{"back\\slash", "\"back\\\\slash\""},
	{"a\r\nb\tc", "\"a\\r\\nb\\tc\""},
	{"\x1b[31m", "\"\\x1b[31m\""},
	{"\x7f", "\"\\x7f\""},
	{"J\xc3\xbcrgen", "J\xc3\xbcrgen"},
	{"\xf0\x9f\x93\x9e", "\xf0\x9f\x93\x9e"},
	{"\xff", "\"\\xff\""},
	{"\xc3", "\"\\xc3\""},
	{"\xc3(", "\"\\xc3(\""},
	{"\xc0\xaf", "\"\\xc0\\xaf\""},          /* overlong */
	{"\xe0\x80\xaf", "\"\\xe0\\x80\\xaf\""}, /* overlong */
	{"\xed\xa0\x80", "\"\\xed\\xa0\\x80\""}, /* surrogate */
	{"\xf4\x90\x80\x80", "\"\\xf4\\x90\\x80\\x80\""},
	{"\xc2\x9b", "\"\\xc2\\x9b\""},          /* CSI of C1 */
	{"\xe2\x80\xae", "\"\\xe2\\x80\\xae\""}, /* right to left */
	{"sip:a@b;x\n2026 info forged k=v",
	 "\"sip:a@b;x\\n2026 info forged k=v\""},
};

START_TEST(a_value_cannot_leave_its_place)
{
	char want[128];

	log_info(logp, "k", KV_STR("v", valuev[_i].value), KV_STR("w", "x"));
	(void)snprintf(want, sizeof(want), "info k v=%s w=x\n",
		       valuev[_i].text);
	ck_assert_str_eq(event(), want);
}
END_TEST


START_TEST(every_octet_yields_one_line_of_text)
{
	char all[255];
	struct pl pl = {.p = all, .l = sizeof(all)};
	const char *p;

	for (int i = 0; i < 255; i++)
		all[i] = (char)i; /* with the zero */
	log_info(logp, "k", KV_PL("v", &pl));
	p = output();
	ck_assert_uint_gt(strlen(p), sizeof(all));
	ck_assert_ptr_eq(strchr(p, '\n'), p + strlen(p) - 1);
	for (; *p && *p != '\n'; p++)
		ck_assert_int_ge(*p, ' ');
}
END_TEST


START_TEST(a_long_value_is_cut_and_later_keys_stay)
{
	static char big[70000];
	struct pl pl = {.p = big, .l = sizeof(big)};
	size_t len;

	memset(big, _i ? '\n' : 'a', sizeof(big));
	log_info(logp, "k", KV_PL("v", &pl), KV_STR("after", "here"));
	len = strlen(output());
	ck_assert_uint_le(len, 2048);
	ck_assert_ptr_nonnull(strstr(out, _i ? "\\n...\" after=here\n"
					     : "a... after=here\n"));
}
END_TEST


START_TEST(many_long_values_still_make_one_line)
{
	static char big[3000];
	struct pl pl = {.p = big, .l = sizeof(big)};

	memset(big, 'b', sizeof(big));
	log_info(logp, "k", KV_PL("a", &pl), KV_PL("b", &pl), KV_PL("c", &pl),
		 KV_PL("d", &pl));
	ck_assert_uint_le(strlen(output()), 2048);
	ck_assert_str_eq(out + strlen(out) - 5, " ...\n");
}
END_TEST


/* who asks first spends nothing, and what it then does not say counts */
START_TEST(a_line_that_would_not_be_written_need_not_be_made)
{
	for (int i = 0; i < 3; i++) {
		ck_assert(log_wants(logp, LEVEL_INFO, "flood"));
		log_info(logp, "flood", KV_INT("i", i));
	}
	ck_assert(!log_wants(logp, LEVEL_INFO, "flood"));
	ck_assert(!log_wants(logp, LEVEL_INFO, "flood"));
	ck_assert(log_wants(logp, LEVEL_INFO, "other"));
	ck_assert(!log_wants(NULL, LEVEL_INFO, "other"));
	ck_assert(!log_wants(logp, LEVEL_INFO, NULL));
	(void)output();

	timers_advance(timers, 1000);
	ck_assert(log_wants(logp, LEVEL_INFO, "flood"));
	log_info(logp, "flood");
	ck_assert_str_eq(event(), "info flood suppressed=2\n");
}
END_TEST


START_TEST(each_kind_has_its_budget_and_says_what_it_kept_back)
{
	for (int i = 0; i < 10; i++)
		log_info(logp, "flood", KV_INT("i", i));
	log_info(logp, "other");
	ck_assert_ptr_nonnull(strstr(output(), "flood i=2\n"));
	ck_assert_ptr_null(strstr(out, "flood i=3"));
	ck_assert_ptr_nonnull(strstr(out, "info other\n"));

	timers_advance(timers, 1000);
	log_info(logp, "flood", KV_STR("i", "next"));
	ck_assert_str_eq(event(), "info flood i=next suppressed=7\n");
	log_info(logp, "flood", KV_STR("i", "last"));
	ck_assert_str_eq(event(), "info flood i=last\n");
}
END_TEST


START_TEST(more_kinds_than_places_are_still_written)
{
	char kind[32];

	for (int i = 0; i < 600; i++) {
		(void)snprintf(kind, sizeof(kind), "kind.%d", i);
		log_info(logp, kind);
		if (i < 256)
			ck_assert_ptr_nonnull(strstr(output(), kind));
	}
	timers_advance(timers, 1000);
	log_info(logp, "kind.599");
	ck_assert_ptr_nonnull(strstr(output(), "kind.599 suppressed="));
}
END_TEST


START_TEST(lines_that_were_not_taken_are_counted)
{
	struct log *l = NULL;
	char buf[4096];

	ck_assert_int_eq(log_alloc(&l, fdv[1], LEVEL_DEBUG, 0, NULL), 0);
	memset(buf, 'z', sizeof(buf));
	while (write(fdv[1], buf, sizeof(buf)) > 0)
		;
	log_info(l, "one");
	log_info(l, "two");
	while (read(fdv[0], buf, sizeof(buf)) > 0)
		;
	log_info(l, "three");
	ck_assert_str_eq(event(), "info three lost=2\n");
	log_info(l, "four");
	ck_assert_str_eq(event(), "info four\n");
	mem_deref(l);
}
END_TEST


START_TEST(lower_levels_and_no_log_are_silent)
{
	log_debug(logp, "k");
	log_write(logp, LEVEL_INFO, NULL, NULL);
	log_write(logp, LEVEL_INFO, "bare", NULL);
	log_error(NULL, "k", KV_STR("a", "b"));
	ck_assert_str_eq(event(), "info bare\n");
}
END_TEST


START_TEST(libre_speaks_through_the_log)
{
	log_take_libre(logp);
	dbg_printf(DBG_ERR, "tcp: broken\n");
	ck_assert_str_eq(event(), "error libre text=\"tcp: broken\"\n");
	dbg_printf(DBG_WARNING, "what a stranger can bring about\n");
	ck_assert_str_eq(event(), "");
	log_take_libre(NULL);
}
END_TEST


START_TEST(levels_have_names)
{
	enum log_level lvl = LEVEL_DEBUG;
	struct pl warn = PL("warn"), bad = PL("warning");

	ck_assert_int_eq(log_level_decode(&lvl, &warn), 0);
	ck_assert_int_eq(lvl, LEVEL_WARN);
	ck_assert_int_eq(log_level_decode(&lvl, &bad), EINVAL);
	ck_assert_int_eq(log_level_decode(&lvl, NULL), EINVAL);
	ck_assert_int_eq(lvl, LEVEL_WARN);
}
END_TEST


START_TEST(a_log_needs_a_descriptor_and_memory)
{
	struct log *l = NULL;

	ck_assert_int_eq(log_alloc(NULL, 1, LEVEL_INFO, 0, NULL), EINVAL);
	ck_assert_int_eq(log_alloc(&l, -1, LEVEL_INFO, 0, NULL), EINVAL);
	oom_after(0);
	ck_assert_int_eq(log_alloc(&l, 1, LEVEL_INFO, 0, NULL), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(l);
}
END_TEST


Suite *suite_log(void);
Suite *suite_log(void)
{
	Suite *s = suite_create("log");
	TCase *tc = tcase_create("log");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_line_has_time_level_kind_and_keys);
	tcase_add_test(tc, the_time_is_utc_with_milliseconds);
	test_table(tc, a_value_cannot_leave_its_place, valuev);
	tcase_add_test(tc, every_octet_yields_one_line_of_text);
	tcase_add_loop_test(tc, a_long_value_is_cut_and_later_keys_stay, 0, 2);
	tcase_add_test(tc, many_long_values_still_make_one_line);
	tcase_add_test(tc, a_line_that_would_not_be_written_need_not_be_made);
	tcase_add_test(tc,
		       each_kind_has_its_budget_and_says_what_it_kept_back);
	tcase_add_test(tc, more_kinds_than_places_are_still_written);
	tcase_add_test(tc, lines_that_were_not_taken_are_counted);
	tcase_add_test(tc, lower_levels_and_no_log_are_silent);
	tcase_add_test(tc, libre_speaks_through_the_log);
	tcase_add_test(tc, levels_have_names);
	tcase_add_test(tc, a_log_needs_a_descriptor_and_memory);
	suite_add_tcase(s, tc);

	return s;
}
