/**
 * @file test/proxy/command/ctl_past.c  Past calls, without a server
 */
#include "common/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/config.h"
#include "proxy/admin/history/history.h"
#include "proxy/command/ctl_past.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

static char dir[TEMPDIR_SIZE];
static struct config cfg;


static void setup(void)
{
	tempdir_make(dir);
	(void)str_ncpy(cfg.data, dir, sizeof(cfg.data));
}


static void teardown(void)
{
	tempdir_remove(dir);
}


static void put_call(void)
{
	static const char text[] =
		"{\"id\":\"00000000000000ff\",\"started_ms\":1000,"
		"\"state\":\"ended\",\"ended_ms\":9000,\"talked_ms\":5000,"
		"\"from\":\"sip:alice@example.net\","
		"\"uri\":\"sip:\\u001b[2J@example.net\",\"status\":503,"
		"\"why\":\"failed\"}";
	const struct history_conf conf = {.dir = dir};
	struct history *h = NULL;

	ck_assert_int_eq(history_alloc(&h, &conf, NULL, NULL), 0);
	ck_assert_int_eq(history_put(h, 255, text, strlen(text), NULL), 0);
	mem_deref(h);
}


/* what is printed for a question; the caller frees it */
static char *printed(const char *search, bool ok)
{
	json_t *question = json_object(), *answer;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (search)
		(void)json_object_set_new(question, "search",
					  json_string(search));
	answer = ctl_past_ask(&cfg, question);
	ck_assert_int_eq(json_is_true(json_object_get(answer, "ok")), ok);
	ctl_past_print(f, answer);
	(void)fclose(f);
	json_decref(answer);
	json_decref(question);

	return text;
}


static const struct {
	const char *search, *want;
} askv[] = {
	{NULL, "00000000000000ff  sip:alice@example.net -> "},
	{"alice", "  5 s  failed 503  bad\n"},
	{"bob", "no such call\n"},
	{"00000000000000ff", "from          sip:alice@example.net\n"},
	{"00000000000000ff", "bad           yes\n"},
};


START_TEST(past_calls_are_told_without_a_server)
{
	char *text;

	put_call();
	text = printed(askv[_i].search, true);
	ck_assert_msg(strstr(text, askv[_i].want) != NULL, "%s", text);
	ck_assert_ptr_null(strchr(text, '\x1b'));
	free(text);
}
END_TEST


START_TEST(who_has_no_history_is_told_so)
{
	free(printed("alice", false));
	put_call();
	free(printed("0000000000000001", false));
}
END_TEST


Suite *suite_ctl_past(void);
Suite *suite_ctl_past(void)
{
	Suite *s = suite_create("ctl_past");
	TCase *tc = tcase_create("ctl_past");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, past_calls_are_told_without_a_server, askv);
	tcase_add_test(tc, who_has_no_history_is_told_so);
	suite_add_tcase(s, tc);

	return s;
}
