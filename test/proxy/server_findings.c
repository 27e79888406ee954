/**
 * @file test/proxy/server_findings.c  What reading the file again has found
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/config.h"
#include "common/log.h"
#include "proxy/server_findings.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { TEXT_SIZE = 8192 };

static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 16], said[TEXT_SIZE];
static struct config *cfg;
static struct findings f;
static json_t *answer;


static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	(void)fprintf(file,
		      "listen = { \"udp:127.0.0.1:5060\", "
		      "\"tcp:127.0.0.1:5060\" }\n"
		      "domain = { \"example.net\" }\ndata = \"%s\"\n%s",
		      dir, text);
	(void)fclose(file);
}


static void setup(void)
{
	struct mbuf *errs = mbuf_alloc(256);

	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/viaduct.conf", dir);
	write_file("limit { requests = 100 }\npeer one { address = "
		   "\"192.0.2.1\" }\n");
	ck_assert_msg(!config_load(&cfg, path, errs), "%.*s", (int)errs->end,
		      (const char *)errs->buf);
	mem_deref(errs);
	memset(&f, 0, sizeof(f));
	answer = json_object();
}


static void teardown(void)
{
	findings_clear(&f);
	json_decref(answer);
	cfg = mem_deref(cfg);
	tempdir_remove(dir);
}


static void look(const char *text)
{
	write_file(text);
	ck_assert_int_eq(findings_begin(&f), 0);
	findings_read(&f, cfg);
	json_decref(answer);
	answer = json_object();
	findings_answer(&f, answer);
}


static bool has(const char *key, const char *text)
{
	const json_t *v = json_object_get(answer, key), *item;
	size_t i;

	json_array_foreach(v, i, item)
	{
		if (strstr(json_string_value(item), text))
			return true;
	}

	return false;
}


static size_t number(const char *key)
{
	return json_array_size(json_object_get(answer, key));
}


static const char *log_of(void)
{
	struct log *log = NULL;
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	ssize_t n;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(log_alloc(&log, fd, LEVEL_INFO, 0, NULL), 0);
	findings_log(&f, log);
	mem_deref(log);
	n = pread(fd, said, sizeof(said) - 1, 0);
	said[n > 0 ? n : 0] = '\0';
	(void)close(fd);

	return said;
}


START_TEST(what_is_as_it_was_is_no_change)
{
	look("limit { requests = 100 }\npeer one { address = \"192.0.2.1\" "
	     "}\n");
	ck_assert_int_eq(f.err, 0);
	ck_assert_uint_eq(number("changed") + number("restart"), 0);
	ck_assert_ptr_nonnull(f.next);
	ck_assert_ptr_nonnull(
		strstr(log_of(), "reload.done changed=0 restart=0\n"));
}
END_TEST


START_TEST(changes_are_told_apart_by_what_they_need)
{
	look("limit { requests = 200 }\npeer two { address = \"192.0.2.2\" "
	     "}\nrelay { workers = 3 }\n");
	ck_assert_int_eq(f.err, 0);
	ck_assert(has("changed", "limit.requests"));
	ck_assert(has("changed", "one") && has("changed", "two"));
	ck_assert(has("restart", "relay.workers"));
	ck_assert(!has("changed", "relay.workers"));
	ck_assert_uint_eq(number("restart"), 1);
	ck_assert_ptr_null(json_object_get(answer, "error"));
	/* live in the new one, as before where it needs a restart */
	ck_assert_uint_eq(f.next->limit.requests, 200);
	ck_assert_uint_eq(f.next->relay.workers, cfg->relay.workers);

	(void)log_of();
	ck_assert_ptr_nonnull(
		strstr(said, "info reload.changed key=limit.requests\n"));
	ck_assert_ptr_nonnull(
		strstr(said, "warn reload.restart key=relay.workers\n"));
	ck_assert_ptr_nonnull(strstr(said, "info reload.done changed="));
}
END_TEST


START_TEST(each_fault_is_told_with_its_line)
{
	look("limt { requests = 1 }\n");
	ck_assert_int_eq(f.err, EINVAL);
	ck_assert_ptr_null(f.next);
	ck_assert(has("faults", "viaduct.conf:4: "));
	ck_assert_ptr_nonnull(strstr(
		json_string_value(json_object_get(answer, "error")), "limt"));
	ck_assert_ptr_null(json_object_get(answer, "changed"));
	ck_assert_ptr_nonnull(strstr(log_of(), "error reload.refused why="));
	ck_assert_ptr_nonnull(strstr(said, "error reload.failed err="));
}
END_TEST


START_TEST(a_file_that_is_gone_is_a_fault)
{
	(void)unlink(path);
	ck_assert_int_eq(findings_begin(&f), 0);
	findings_read(&f, cfg);
	ck_assert_int_eq(f.err, EINVAL);
	findings_answer(&f, answer);
	ck_assert_ptr_nonnull(
		strstr(json_string_value(json_object_get(answer, "error")),
		       "viaduct.conf"));
}
END_TEST


START_TEST(warnings_do_not_stop_it)
{
	look("record { calls = 0 }\npeer one { address = \"192.0.2.1\" "
	     "record = yes }\n");
	ck_assert_int_eq(f.err, 0);
	ck_assert(has("warnings", "records nothing"));
	ck_assert_uint_eq(number("warnings"), 1);
	ck_assert_ptr_nonnull(strstr(log_of(), "warn reload.warning why="));
	ck_assert_ptr_null(strstr(said, "reload.refused"));
}
END_TEST


/* what the file has need be no UTF-8; the answer is JSON all the same */
START_TEST(a_line_that_is_no_text_does_not_break_the_answer)
{
	char *text;

	look("limit { \xff\xfe = 1 }\n");
	ck_assert_int_eq(f.err, EINVAL);
	ck_assert_uint_gt(number("faults"), 0);
	ck_assert(json_is_string(json_object_get(answer, "error")));
	text = json_dumps(answer, 0);
	ck_assert_ptr_nonnull(text);
	free(text);
}
END_TEST


START_TEST(they_are_forgotten_between_two_readings)
{
	look("limit { requests = 200 }\nlimt = 1\n");
	ck_assert_int_eq(f.err, EINVAL);
	look("limit { requests = 300 }\n");
	ck_assert_int_eq(f.err, 0);
	ck_assert_uint_eq(number("faults"), 0);
	ck_assert_uint_eq(f.next->limit.requests, 300);
	findings_clear(&f);
	ck_assert_ptr_null(f.next);
	ck_assert_ptr_null(f.said);
	ck_assert_ptr_null(f.changel.head);
}
END_TEST


Suite *suite_server_findings(void);
Suite *suite_server_findings(void)
{
	Suite *s = suite_create("server_findings");
	TCase *tc = tcase_create("server_findings");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_as_it_was_is_no_change);
	tcase_add_test(tc, changes_are_told_apart_by_what_they_need);
	tcase_add_test(tc, each_fault_is_told_with_its_line);
	tcase_add_test(tc, a_file_that_is_gone_is_a_fault);
	tcase_add_test(tc, warnings_do_not_stop_it);
	tcase_add_test(tc, a_line_that_is_no_text_does_not_break_the_answer);
	tcase_add_test(tc, they_are_forgotten_between_two_readings);
	suite_add_tcase(s, tc);

	return s;
}
