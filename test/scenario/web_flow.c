/**
 * @file scenario/web_flow.c  A server that runs is asked over HTTP
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <poll.h>
#include <sys/socket.h>
#include "common/json.h"
#include "common/log.h"
#include "proxy/admin/http/web.h"
#include "proxy/core/drain.h"
#include "proxy/server_state.h"
#include "test/mock/webclient.h"
#include "test/scenario/rewrite.h"
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static struct webclient wc;


static void start(const char *config)
{
	rig_start(&rig, config);
	memset(&wc, 0, sizeof(wc));
	wc.port = sa_port(web_bound(rig.srv->web));
}


static void setup(void)
{
	start("http { listen = \"127.0.0.1:1\" }\n");
}


static void teardown(void)
{
	rig_stop(&rig);
	webclient_close(&wc);
}


static const char *token(void)
{
	return web_token(rig.srv->web);
}


static json_t *body(void)
{
	json_error_t error;
	json_t *obj = json_loads(wc.body, 0, &error);

	ck_assert_msg(obj != NULL, "%s: %s", error.text, wc.body);

	return obj;
}


static void has_header(const char *line)
{
	ck_assert_msg(strstr(wc.head, line) != NULL, "%s in %s", line,
		      wc.head);
}


static const struct {
	const char *method, *path, *body;
	bool token;
	long status;
	const char *said;
} askv[] = {
	{"GET", "/health", NULL, false, 200, "ok\n"},
	{"GET", "/ready", NULL, false, 200, "ready\n"},
	{"GET", "/metrics", NULL, false, 200, "# TYPE accounts gauge\n"},
	{"GET", "/", NULL, false, 200, "<!doctype html>"},
	{"GET", "/ui/index.html", NULL, false, 200, "<!doctype html>"},
	{"GET", "/ui/nothing.js", NULL, false, 404, "no such path"},
	{"GET", "/ui/..%2fasset.h", NULL, false, 404, "no such path"},
	{"HEAD", "/api/v1/status", NULL, false, 200, ""},
	{"GET", "/api/v1/status", NULL, false, 200, "\"calls\":0"},
	{"GET", "/api/v1/calls", NULL, false, 200,
	 "{\"count\":0,\"calls\":[]}"},
	{"GET", "/api/v1/calls?after=1-2", NULL, false, 200, "\"calls\":[]"},
	{"GET", "/api/v1/calls/1", NULL, false, 404, "no such call is up"},
	{"GET", "/api/v1/bans", NULL, false, 200, "{\"bans\":[]}"},
	{"GET", "/api/v1/peers", NULL, false, 200, "{\"peers\":[]}"},
	{"GET", "/api/v1/tests", NULL, false, 200, "{\"tests\":[]}"},
	{"GET", "/api/v1/settings", NULL, false, 200, "\"http\""},
	{"GET", "/api/v1/routes/alice", NULL, false, 200, "\"status\":404"},
	{"GET", "/api/v1/routes/a%20b", NULL, false, 400, "not a number"},
	{"GET", "/api/v1/call", NULL, false, 404, "is /api/v1/calls meant?"},
	{"GET", "/api/v1/calls?limt=1", NULL, false, 400,
	 "is \\\"limit\\\" meant?"},
	{"GET", "/api/v1/%zz", NULL, false, 400, "malformed"},
	{"POST", "/api/v1/status", "{}", true, 405, "GET, HEAD"},
	{"DELETE", "/api/v1/calls/1", NULL, false, 401, "needs the token"},
	{"DELETE", "/api/v1/calls/1", NULL, true, 404, "no such call is up"},
	{"DELETE", "/api/v1/bans/192.0.2.1", NULL, true, 404,
	 "it is not banned"},
	{"DELETE", "/api/v1/bans/2001:db8::%2f64", NULL, true, 404,
	 "it is not banned"},
	{"DELETE", "/api/v1/bans/nobody", NULL, true, 400, "not an address"},
	{"PUT", "/api/v1/calls/1/recording", "{\"on\":true}", true, 404,
	 "no such call is up"},
	{"PUT", "/api/v1/calls/1/recording", "{", true, 400, "no JSON"},
	{"GET", "/api/v1/accounts", NULL, false, 401, "needs the token"},
	{"GET", "/api/v1/accounts", NULL, true, 200,
	 "{\"count\":0,\"accounts\":[]}"},
};


static void answers(size_t i)
{
	wc.token = askv[i].token ? token() : NULL;
	ck_assert_msg(webclient_ask(&wc, askv[i].method, askv[i].path,
				    askv[i].body) == askv[i].status,
		      "%s %s: %ld %s", askv[i].method, askv[i].path, wc.status,
		      wc.body);
	ck_assert_msg(strstr(wc.body, askv[i].said) != NULL, "%s", wc.body);
	has_header("X-Content-Type-Options: nosniff\r\n");
	has_header("frame-ancestors 'none'\r\n");
	ck_assert_ptr_null(strcasestr(wc.head, "\r\nServer:"));
	if (askv[i].status >= 400)
		has_header("Content-Type: application/problem+json\r\n");
	if (askv[i].status == 405)
		has_header("Allow: GET, HEAD\r\n");
	if (askv[i].status == 401)
		has_header("WWW-Authenticate: Bearer");
}


START_TEST(each_question_is_answered)
{
	for (size_t i = 0; i < ARRAY_SIZE(askv); i++)
		answers(i);
}
END_TEST


START_TEST(another_token_counts_after_a_reload)
{
	static const char other[] = "fedcba9876543210",
			  path[] = "/api/v1/accounts";
	char former[WEB_TOKEN_SIZE], conf[256];
	struct rewrite rw;

	(void)str_ncpy(former, token(), sizeof(former));
	wc.token = former;
	ck_assert_int_eq(webclient_ask(&wc, "GET", path, NULL), 200);
	rewrite_begin(&rw, &rig);
	(void)snprintf(conf, sizeof(conf),
		       "http { listen = \"127.0.0.1:1\" token = \"%s\" }\n",
		       other);
	rewrite_take(&rw, conf);
	ck_assert(rewrite_has(&rw, "changed", "http.token"));
	ck_assert_int_eq(webclient_ask(&wc, "GET", path, NULL), 401);
	wc.token = other;
	ck_assert_int_eq(webclient_ask(&wc, "GET", path, NULL), 200);

	/* a file that is not there changes nothing */
	rewrite_file(&rw, "",
		     "http { listen = \"127.0.0.1:1\"\n"
		     "token_file = \"/nowhere/token\" }\n");
	rewrite_reload(&rw);
	ck_assert(!rewrite_is_ok(&rw));
	ck_assert_int_eq(webclient_ask(&wc, "GET", path, NULL), 200);
	rewrite_end(&rw);
}
END_TEST


START_TEST(who_has_no_name_of_ours_is_refused)
{
	wc.host = "evil.example";
	ck_assert_int_eq(webclient_ask(&wc, "GET", "/api/v1/calls", NULL),
			 403);
	ck_assert_int_eq(webclient_ask(&wc, "GET", "/metrics", NULL), 403);
	wc.token = token();
	ck_assert_int_eq(webclient_ask(&wc, "GET", "/api/v1/calls", NULL),
			 200);
	wc.token = "0123456789abcdef0123456789abcdef";
	ck_assert_int_eq(webclient_ask(&wc, "GET", "/api/v1/calls", NULL),
			 401);
}
END_TEST


static long ask(const char *method, const char *path, const char *text)
{
	return webclient_ask(&wc, method, path, text);
}


START_TEST(accounts_are_made_changed_and_deleted)
{
	static const char path[] = "/api/v1/accounts/alice@example.net";
	json_t *obj;

	wc.token = token();
	ck_assert_int_eq(ask("GET", path, NULL), 404);
	ck_assert_int_eq(ask("PATCH", path, "{\"calls\":2}"), 404);
	ck_assert_int_eq(ask("PUT", path, "{\"calls\":2}"), 400);
	ck_assert_ptr_nonnull(strstr(wc.body, "needs a password"));
	ck_assert_int_eq(ask("PUT", path,
			     "{\"password\":\"secret\","
			     "\"calls\":2,\"aliases\":[\"100\"]}"),
			 201);
	obj = body();
	ck_assert_str_eq(json_string_value(json_object_get(obj, "aor")),
			 "alice@example.net");
	ck_assert_int_eq(json_integer_value(json_object_get(obj, "calls")), 2);
	ck_assert_ptr_null(strstr(wc.body, "secret"));
	json_decref(obj);

	ck_assert_int_eq(
		ask("PATCH", path, "{\"name\":\"Alice\",\"disabled\":true}"),
		200);
	ck_assert_ptr_nonnull(strstr(wc.body, "\"calls\":2"));
	ck_assert_ptr_nonnull(strstr(wc.body, "\"100@example.net\""));
	ck_assert_int_eq(ask("PUT", path, "{}"), 200);
	ck_assert_ptr_nonnull(strstr(wc.body, "\"calls\":0"));
	ck_assert_ptr_nonnull(strstr(wc.body, "\"disabled\":false"));
	ck_assert_int_eq(ask("GET", "/api/v1/accounts", NULL), 200);
	ck_assert_ptr_nonnull(strstr(wc.body, "\"count\":1"));
	ck_assert_int_eq(ask("DELETE", path, NULL), 200);
	ck_assert_int_eq(ask("DELETE", path, NULL), 404);
}
END_TEST


static const struct {
	const char *body, *said;
} badv[] = {
	{"{\"cals\":2}", "cals is no setting, is calls meant?"},
	{"{\"calls\":\"2\"}", "calls takes a number up to 10000"},
	{"{\"calls\":20000}", "calls takes a number up to 10000"},
	{"{\"disabled\":\"yes\"}", "disabled takes yes or no"},
	{"{\"name\":\"a\\nb\"}", "name takes up to 63 characters"},
	{"{\"password\":\"\"}", "the password is empty"},
	{"{\"password\":7}", "the password is empty"},
	{"{\"aliases\":\"100\"}", "aliases takes an array"},
	{"{\"aliases\":[1]}", "aliases takes an array"},
	{"{\"aliases\":[\"bob@example.net\"]}", "is taken"},
	{"{\"aliases\":[\"x@example.org\"]}", "is not at a domain of ours"},
	{"[]", "no JSON object"},
};


START_TEST(an_account_takes_nothing_wrong)
{
	static const char path[] = "/api/v1/accounts/alice@example.net";

	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	wc.token = token();
	for (size_t i = 0; i < ARRAY_SIZE(badv); i++) {
		ck_assert_int_ge(ask("PATCH", path, badv[i].body), 400);
		ck_assert_int_lt(wc.status, 500);
		ck_assert_msg(strstr(wc.body, badv[i].said) != NULL, "%s",
			      wc.body);
	}
	ck_assert_int_eq(
		ask("GET", "/api/v1/accounts/alice@example.org", NULL), 400);
}
END_TEST


START_TEST(what_is_too_large_is_refused)
{
	static char text[1 << 17], path[8192];

	wc.token = token();
	memset(text, 'a', sizeof(text) - 1);
	ck_assert_int_eq(ask("POST", "/api/v1/reload", text), 413);
	ck_assert_int_eq(ask("PUT", "/api/v1/accounts/a@example.net", text),
			 413);
	text[60000] = '\0';
	ck_assert_int_eq(ask("PUT", "/api/v1/accounts/a@example.net", text),
			 400);
	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	ck_assert_int_eq(ask("GET", path, NULL), 414);
}
END_TEST


static const char *const rawv[] = {
	"\r\n\r\n\r\n",
	"GET\r\n\r\n",
	"GET / HTTP/9.9\r\n\r\n",
	"GET /api/v1/status HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
	"POST /api/v1/reload HTTP/1.1\r\nHost: a\r\nContent-Length: "
	"-1\r\n\r\n",
	"POST /api/v1/reload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
	"chunked\r\n\r\nzz\r\n",
	"POST /api/v1/reload HTTP/1.1\r\nHost: a\r\nContent-Length: "
	"99999999999999999999\r\n\r\n",
	"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
};


START_TEST(what_is_no_request_harms_nobody)
{
	const char *got = webclient_raw(&wc, rawv[_i], strlen(rawv[_i]), 100);

	ck_assert_ptr_null(strstr(got, " 200 "));
	ck_assert_int_eq(ask("GET", "/health", NULL), 200);
}
END_TEST


static int dial(void)
{
	const struct sa *sa = web_bound(rig.srv->web);
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, &sa->u.sa, sa->len), 0);

	return fd;
}


START_TEST(connections_have_a_bound)
{
	static const char text[] = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
	int fdv[200], answered = 0;

	for (int i = 0; i < 200; i++) {
		fdv[i] = dial();
		(void)send(fdv[i], text, strlen(text), MSG_NOSIGNAL);
	}
	webclient_wait(300);
	for (int i = 0; i < 200; i++) {
		char buf[2048];

		answered += recv(fdv[i], buf, sizeof(buf), MSG_DONTWAIT) > 0;
	}
	ck_assert_int_gt(answered, 0);
	ck_assert_int_le(answered, WEB_CONNECTIONS_SOURCE_MAX);

	for (int i = 0; i < 200; i++)
		(void)close(fdv[i]);
	webclient_wait(50);
	ck_assert_int_eq(ask("GET", "/health", NULL), 200);
}
END_TEST


START_TEST(who_goes_before_his_answer_is_forgotten)
{
	static const char text[] =
		"GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n";

	for (int i = 0; i < 50; i++) {
		const int fd = dial();

		(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
		(void)close(fd);
	}
	webclient_wait(100);
	ck_assert_int_eq(ask("GET", "/api/v1/status", NULL), 200);
}
END_TEST


/* nothing runs the loop: no answer comes */
START_TEST(a_loop_that_hangs_is_a_503)
{
	static const char text[] = "GET /api/v1/status HTTP/1.1\r\nHost: "
				   "localhost\r\nConnection: close\r\n\r\n";
	const int fd = dial();
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char buf[2048] = "";

	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
	ck_assert_int_eq(poll(&p, 1, 2 * WEB_ANSWER_MS), 1);
	ck_assert_int_gt(recv(fd, buf, sizeof(buf) - 1, 0), 0);
	ck_assert_ptr_nonnull(strstr(buf, "HTTP/1.1 503 "));
	(void)close(fd);
	/* what comes late is thrown away */
	ck_assert_int_eq(ask("GET", "/api/v1/status", NULL), 200);
	ck_assert_uint_eq(rig_counter(&rig, "http_late_total"), 1);
}
END_TEST


static const useconds_t endv[] = {20000, 0, 0, 100, 500, 2000};


START_TEST(an_end_in_the_middle_is_clean)
{
	static const char status[] =
		"GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n";
	static const char events[] =
		"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
	const int a = dial(), b = dial();

	(void)send(a, status, strlen(status), MSG_NOSIGNAL);
	(void)send(b, events, strlen(events), MSG_NOSIGNAL);
	/* with the thread, on their way to it, or not sent yet */
	(void)usleep(endv[_i]);
	rig_stop(&rig);
	start("http { listen = \"127.0.0.1:1\" }\n");
	(void)close(a);
	(void)close(b);
}
END_TEST


/* reads until a text has come */
static void expect(int fd, char *buf, size_t size, const char *text)
{
	size_t n = strlen(buf);

	for (int i = 0; i < 3000 && !strstr(buf, text); i++) {
		const ssize_t got = recv(fd, buf + n, size - n - 1,
					 MSG_DONTWAIT);

		if (got > 0)
			n += (size_t)got;
		buf[n] = '\0';
		webclient_wait(2);
	}
	ck_assert_msg(strstr(buf, text) != NULL, "%s", buf);
}


START_TEST(events_come_as_they_happen)
{
	static const char text[] =
		"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
	static char buf[65536];
	const int fd = dial();

	ck_assert(!web_listened(rig.srv->web));
	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
	buf[0] = '\0';
	expect(fd, buf, sizeof(buf), "text/event-stream");
	expect(fd, buf, sizeof(buf), "retry: ");
	ck_assert(web_listened(rig.srv->web));
	web_event(rig.srv->web, "ban", json_pack("{s:s}", "why", "because"));
	expect(fd, buf, sizeof(buf),
	       "event: ban\ndata: {\"why\":\"because\"}\n\n");
	expect(fd, buf, sizeof(buf), "event: stats\ndata: {");
	(void)close(fd);
	for (int i = 0; i < 2000 && web_listened(rig.srv->web); i++)
		webclient_wait(2);
	ck_assert(!web_listened(rig.srv->web));
}
END_TEST


START_TEST(what_happens_in_the_server_is_told)
{
	static const char text[] =
		"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
	static char buf[65536];
	const int fd = dial();
	struct phone ph;

	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
	buf[0] = '\0';
	expect(fd, buf, sizeof(buf), "retry: ");
	log_error(rig.srv->log, "test.warning", KV_STR("why", "a\"b\n"));
	expect(fd, buf, sizeof(buf),
	       "event: warning\ndata: {\"kind\":\"test.warning\",\"level\":"
	       "\"error\",\"why\":\"a\\\"b\\n\"}\n");
	rig_account(&rig, "alice@example.net", "wonderland");
	phone_open(&ph, &rig, "127.0.0.11");
	phone_register(&ph, "alice", "wonderland", "127.0.0.11:5060");
	expect(fd, buf, sizeof(buf),
	       "event: registration\ndata: {\"event\":\"added\",\"aor\":"
	       "\"alice@example.net\"");
	phone_close(&ph);
	(void)close(fd);
}
END_TEST


START_TEST(a_call_is_told_from_its_ringing_to_its_end)
{
	static const char text[] =
		"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
	static char buf[65536];
	const int fd = dial();
	struct phone alice, bob;
	struct talk t;

	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
	buf[0] = '\0';
	expect(fd, buf, sizeof(buf), "retry: ");
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.1.1.1");
	phone_open(&bob, &rig, "127.2.2.2");
	talk_begin(&t, &alice, &bob, "web-1");
	talk_establish(&t, "192.168.1.10", "192.168.1.10");
	expect(fd, buf, sizeof(buf), "\"event\":\"started\"");
	expect(fd, buf, sizeof(buf), "\"event\":\"answered\"");
	wc.token = token();
	ck_assert_int_eq(ask("DELETE", "/api/v1/calls/web-1", NULL), 200);
	expect(fd, buf, sizeof(buf), "\"event\":\"ended\"");
	phone_close(&alice);
	phone_close(&bob);
	(void)close(fd);
}
END_TEST


START_TEST(a_server_that_drains_is_not_ready)
{
	drain_set(rig.srv->proxy, true);
	ck_assert_int_eq(ask("GET", "/ready", NULL), 503);
	ck_assert_ptr_nonnull(
		strstr(wc.body, "the server is draining, 0 calls are left"));
	ck_assert_int_eq(ask("GET", "/health", NULL), 200);
	drain_set(rig.srv->proxy, false);
	ck_assert_int_eq(ask("GET", "/ready", NULL), 200);
}
END_TEST


START_TEST(who_does_not_read_events_is_let_go)
{
	static const char text[] =
		"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
	static char big[100000];
	const int fd = dial(), small = 4096;

	memset(big, 'x', sizeof(big) - 1);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
	for (int i = 0; i < 500 && !web_listened(rig.srv->web); i++)
		webclient_wait(2);
	for (int i = 0; i < 100; i++) {
		web_event(rig.srv->web, "call", json_string(big));
		webclient_wait(2);
	}
	/* the memory that he holds is bounded, others are served */
	ck_assert_int_eq(ask("GET", "/api/v1/status", NULL), 200);
	(void)close(fd);
}
END_TEST


START_TEST(listeners_have_a_bound)
{
	static const char text[] =
		"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
	int fdv[WEB_STREAMS_MAX];

	for (int i = 0; i < WEB_CONNECTIONS_SOURCE_MAX - 1; i++) {
		fdv[i] = dial();
		(void)send(fdv[i], text, strlen(text), MSG_NOSIGNAL);
	}
	webclient_wait(100);
	ck_assert_int_eq(ask("GET", "/api/v1/status", NULL), 200);
	for (int i = 0; i < WEB_CONNECTIONS_SOURCE_MAX - 1; i++)
		(void)close(fdv[i]);
}
END_TEST


Suite *suite_web_flow(void);
Suite *suite_web_flow(void)
{
	Suite *s = suite_create("web_flow");
	TCase *tc = tcase_create("web_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, each_question_is_answered);
	tcase_add_test(tc, another_token_counts_after_a_reload);
	tcase_add_test(tc, who_has_no_name_of_ours_is_refused);
	tcase_add_test(tc, accounts_are_made_changed_and_deleted);
	tcase_add_test(tc, an_account_takes_nothing_wrong);
	tcase_add_test(tc, what_is_too_large_is_refused);
	test_table(tc, what_is_no_request_harms_nobody, rawv);
	tcase_add_test(tc, connections_have_a_bound);
	tcase_add_test(tc, who_goes_before_his_answer_is_forgotten);
	tcase_add_test(tc, a_loop_that_hangs_is_a_503);
	test_table(tc, an_end_in_the_middle_is_clean, endv);
	tcase_add_test(tc, events_come_as_they_happen);
	tcase_add_test(tc, what_happens_in_the_server_is_told);
	tcase_add_test(tc, a_call_is_told_from_its_ringing_to_its_end);
	tcase_add_test(tc, a_server_that_drains_is_not_ready);
	tcase_add_test(tc, who_does_not_read_events_is_let_go);
	tcase_add_test(tc, listeners_have_a_bound);
	suite_add_tcase(s, tc);

	return s;
}
