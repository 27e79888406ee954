/**
 * @file test/proxy/server_past.c  Past calls, asked for by HTTP
 */
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/admin/history/history.h"
#include "proxy/admin/http/web.h"
#include "proxy/server_state.h"
#include "test/mock/tempdir.h"
#include "test/mock/webclient.h"
#include "test/test.h"

enum { CALLS = 1200 /* more than two pages of the export */ };

static char dir[TEMPDIR_SIZE];
static struct config cfg;
static struct server srv;
static struct webclient wc;


static void setup(void)
{
	struct web_conf conf = {.token = "0123456789abcdef"};
	const char *why = "";

	tempdir_make(dir);
	memset(&cfg, 0, sizeof(cfg));
	memset(&srv, 0, sizeof(srv));
	memset(&wc, 0, sizeof(wc));
	(void)str_ncpy(cfg.data, dir, sizeof(cfg.data));
	srv.cfg = &cfg;
	ck_assert_int_eq(timers_alloc_virtual(&srv.timers, 1000), 0);
	ck_assert_int_eq(metrics_alloc(&srv.metrics), 0);
	ck_assert_int_eq(sa_set_str(&conf.addr, "127.0.0.1", 0), 0);
	conf.data = dir;
	conf.timers = srv.timers;
	conf.metrics = srv.metrics;
	ck_assert_msg(!web_alloc(&srv.web, &conf, &why), "%s", why);
	ck_assert_int_eq(server_answer_past(&srv), 0);
	ck_assert_int_eq(web_start(srv.web), 0);
	wc.port = sa_port(web_bound(srv.web));
	wc.host = "localhost";
}


static void teardown(void)
{
	srv.web = mem_deref(srv.web);
	srv.past = mem_deref(srv.past);
	srv.metrics = mem_deref(srv.metrics);
	srv.timers = mem_deref(srv.timers);
	webclient_close(&wc);
	tempdir_remove(dir);
}


/* written, and on the disk */
static void keep(unsigned calls)
{
	const struct history_conf conf = {.dir = dir};
	struct history *h = NULL;
	char text[512];

	ck_assert_int_eq(history_alloc(&h, &conf, NULL, srv.metrics), 0);
	history_settle(h);
	for (unsigned i = 1; i <= calls; i++) {
		(void)snprintf(text, sizeof(text),
			       "{\"id\":\"%016x\",\"call_id\":\"past-%u\","
			       "\"started_ms\":%u000,\"state\":\"ended\","
			       "\"ended_ms\":%u500,\"status\":%u,"
			       "\"from\":\"sip:alice@example.net\","
			       "\"to\":\"sip:=bob@example.net\"}",
			       i, i, i, i, i % 2 ? 200U : 500U);
		ck_assert_int_eq(history_put(h, i, text, strlen(text), NULL),
				 0);
		if (!(i % 100))
			history_settle(h);
	}
	history_settle(h);
	mem_deref(h);
}


static long ask(const char *path)
{
	return webclient_ask(&wc, "GET", path, NULL);
}


static bool says(const char *text)
{
	return strstr(wc.body, text) != NULL;
}


START_TEST(without_a_history_there_is_none)
{
	ck_assert_int_eq(ask("/api/v1/history"), 404);
	ck_assert(says("there is no history"));
	ck_assert_int_eq(ask("/api/v1/history/past-1"), 404);
	ck_assert_int_eq(ask("/api/v1/history.csv"), 404);
	/* one that begins later is found */
	keep(1);
	ck_assert_int_eq(ask("/api/v1/history"), 200);
}
END_TEST


START_TEST(past_calls_are_searched)
{
	keep(5);
	ck_assert_int_eq(ask("/api/v1/history?limit=2"), 200);
	ck_assert(says("past-5") && says("past-4") && !says("past-3"));
	ck_assert(says("\"next\":"));
	ck_assert_int_eq(ask("/api/v1/history?status=5xx"), 200);
	ck_assert(says("past-4") && says("past-2") && !says("past-5"));
	ck_assert_int_eq(ask("/api/v1/history?from=3000&to=4000"), 200);
	ck_assert(says("past-3") && !says("past-2") && !says("past-4"));
	ck_assert_int_eq(ask("/api/v1/history?search=nobody"), 200);
	ck_assert_str_eq(wc.body, "{\"calls\":[]}");
	ck_assert_int_eq(ask("/api/v1/history?status=loud"), 400);
	ck_assert(says("status makes no sense"));
}
END_TEST


START_TEST(one_is_found_by_its_number_and_by_its_call_id)
{
	keep(3);
	ck_assert_int_eq(ask("/api/v1/history/0000000000000002"), 200);
	ck_assert(says("\"call_id\":\"past-2\"") && says("\"record\":{"));
	ck_assert_int_eq(ask("/api/v1/history/past-3"), 200);
	ck_assert(says("\"id\":\"0000000000000003\""));
	ck_assert_int_eq(ask("/api/v1/history/past-4"), 404);
	ck_assert(says("no such call"));
}
END_TEST


static unsigned lines(void)
{
	unsigned n = 0;

	for (const char *p = wc.body; (p = strchr(p, '\n')) != NULL; p++)
		++n;

	return n;
}


START_TEST(all_that_is_found_is_exported)
{
	keep(CALLS);
	ck_assert_int_eq(ask("/api/v1/history.csv"), 200);
	ck_assert_ptr_nonnull(strstr(
		wc.head, "\r\nContent-Type: text/csv; charset=utf-8\r\n"));
	ck_assert_ptr_nonnull(
		strstr(wc.head, "attachment; filename=\"calls.csv\""));
	ck_assert(!strncmp(wc.body, "id,call_id,", 11));
	ck_assert_uint_eq(lines(), CALLS + 1);
	ck_assert(says("past-1,") && says("past-1200,"));
	ck_assert_int_eq(ask("/api/v1/history.csv?status=200&to=11000"), 200);
	ck_assert_uint_eq(lines(), 5 + 1);
	ck_assert_int_eq(ask("/api/v1/history.csv?limit=1"), 400);
	ck_assert_int_eq(ask("/api/v1/history.csv?status=loud"), 400);
}
END_TEST


Suite *suite_server_past(void);
Suite *suite_server_past(void)
{
	Suite *s = suite_create("server_past");
	TCase *tc = tcase_create("server_past");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, without_a_history_there_is_none);
	tcase_add_test(tc, past_calls_are_searched);
	tcase_add_test(tc, one_is_found_by_its_number_and_by_its_call_id);
	tcase_add_test(tc, all_that_is_found_is_exported);
	suite_add_tcase(s, tc);

	return s;
}
