/**
 * @file test/proxy/admin/http/web.c  A server by itself: TLS, the slow, limits
 */
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <re.h>
#include "common/clock.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/admin/http/web.h"
#include "proxy/admin/http/web_desk.h"
#include "test/mock/certificate.h"
#include "test/mock/tempdir.h"
#include "test/mock/webclient.h"
#include "test/test.h"

enum { HEAD_MS = 150, PATIENCE_MS = 5000 };

static char dir[TEMPDIR_SIZE], pem[128], ca_pem[128];
static struct timers *timers;
static struct metrics *metrics;
static struct web *web;
static struct webclient wc;


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(pem, sizeof(pem), "%s/http.pem", dir);
	(void)snprintf(ca_pem, sizeof(ca_pem), "%s/ca.pem", dir);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	memset(&wc, 0, sizeof(wc));
}


static void teardown(void)
{
	web = mem_deref(web);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
	webclient_close(&wc);
	tempdir_remove(dir);
}


static int make(struct web_conf *conf, const char *addr, const char **why)
{
	ck_assert_int_eq(sa_set_str(&conf->addr, addr, 0), 0);
	conf->data = dir;
	conf->timers = timers;
	conf->metrics = metrics;

	return web_alloc(&web, conf, why);
}


static void start(struct web_conf *conf, const char *addr)
{
	const char *why = "";

	ck_assert_msg(!make(conf, addr, &why), "%s", why);
	ck_assert_int_eq(web_start(web), 0);
	wc.port = sa_port(web_bound(web));
}


static void write_certificates(void)
{
	struct certificate ca, c;
	struct certificate_request rq = {.cn = "ca"};

	certificate_make(&ca, &rq);
	certificate_write_cert(&ca, ca_pem);
	rq.cn = NULL;
	rq.san = "IP:127.0.0.1";
	rq.ca = &ca;
	certificate_make(&c, &rq);
	certificate_write_all(&c, NULL, pem);
	certificate_free(&c);
	certificate_free(&ca);
}


static long ask(const char *method, const char *path, const char *token)
{
	wc.token = token;

	return webclient_ask(&wc, method, path, NULL);
}


/* each address of this host: who asks is not known to sit here */
START_TEST(others_ask_by_tls_and_with_the_token)
{
	struct web_conf conf = {.certificate = pem,
				.token = "0123456789abcdef"};

	write_certificates();
	start(&conf, "0.0.0.0");
	ck_assert_int_eq(ask("GET", "/health", NULL), 0); /* no TLS */
	wc.ca = ca_pem;
	ck_assert_int_eq(ask("GET", "/health", NULL), 200);
	ck_assert_int_eq(ask("GET", "/metrics", NULL), 401);
	ck_assert_int_eq(ask("GET", "/metrics", "0123456789abcdeX"), 401);
	ck_assert_int_eq(ask("GET", "/metrics", conf.token), 200);
	web_set_token(web, "fedcba9876543210");
	ck_assert_int_eq(ask("GET", "/metrics", conf.token), 401);
	ck_assert_int_eq(ask("GET", "/metrics", "fedcba9876543210"), 200);
	ck_assert_ptr_nonnull(strstr(wc.body, "http_refused_total 3\n"));
}
END_TEST


START_TEST(a_certificate_that_nobody_vouches_for_is_not_taken)
{
	const struct certificate_request rq = {.cn = "another"};
	struct web_conf conf = {.certificate = pem};
	struct certificate another;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/another.pem", dir);
	certificate_make(&another, &rq);
	certificate_write_cert(&another, path);
	certificate_free(&another);
	write_certificates();
	start(&conf, "127.0.0.1");
	wc.ca = path;
	ck_assert_int_eq(ask("GET", "/health", NULL), 0);
	wc.ca = ca_pem;
	ck_assert_int_eq(ask("GET", "/health", NULL), 200);
}
END_TEST


START_TEST(it_says_what_it_cannot_start_with)
{
	struct web_conf conf = {.certificate = "/nowhere/http.pem"};
	const char *why = "";

	ck_assert_int_ne(make(&conf, "127.0.0.1", &why), 0);
	ck_assert_str_eq(why, "certificate");

	conf.certificate = "";
	conf.token_file = "/nowhere/token";
	ck_assert_int_ne(make(&conf, "127.0.0.1", &why), 0);
	ck_assert_str_eq(why, "token");

	conf.token_file = "";
	ck_assert_int_ne(make(&conf, "192.0.2.1", &why), 0);
	ck_assert_str_eq(why, "address");
	ck_assert_ptr_null(web);
}
END_TEST


static int dial(void)
{
	const struct sa *sa = web_bound(web);
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, &sa->u.sa, sa->len), 0);

	return fd;
}


static const struct {
	const char *first; /* and then more of the same, octet by octet */
	char more;
} slowv[] = {
	{"GET /health HTTP/1.1\r\nX-Slow: ", 'a'},
	{"POST /api/v1/reload HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
	 "Bearer 0123456789abcdef\r\nContent-Length: 16000\r\n\r\n",
	 ' '},
};


/* never silent, and never at its end */
START_TEST(who_is_slow_has_a_deadline)
{
	struct web_conf conf = {.head_ms = HEAD_MS,
				.token = "0123456789abcdef"};
	uint64_t begun, ms;
	char got[512];
	ssize_t n = -1;
	int fd;

	start(&conf, "127.0.0.1");
	fd = dial();
	begun = clock_us() / 1000;
	(void)send(fd, slowv[_i].first, strlen(slowv[_i].first), MSG_NOSIGNAL);
	do {
		webclient_wait(10);
		(void)send(fd, &slowv[_i].more, 1, MSG_NOSIGNAL);
		n = recv(fd, got, sizeof(got), MSG_DONTWAIT);
		ms = clock_us() / 1000 - begun;
	} while (n < 0 && errno == EAGAIN && ms < PATIENCE_MS);

	ck_assert_msg(n >= 0 || errno == ECONNRESET, "it is still there");
	ck_assert_uint_ge(ms, HEAD_MS);
	(void)close(fd);
	ck_assert_int_eq(ask("GET", "/health", NULL), 200);
}
END_TEST


#define NEXT "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST "POST /api/v1/reload HTTP/1.1\r\nHost: a\r\n"

/* with another request behind it, as somebody in front might have read it */
static const struct {
	const char *text;
	unsigned status;
} badv[] = {
	{POST
	 "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	 400},
	{POST
	 "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
	 400},
	{POST "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 411},
	{POST "Transfer-Encoding: xchunked\r\n\r\n", 411},
	{POST "Content-Length: 0\r\nContent-Length: 40\r\n\r\n", 400},
	{POST "Content-Length : 40\r\n\r\n", 400},
	{POST "host: b\r\n\r\n", 400},
	{"GET /health HTTP/1.1\r\n\r\n", 400},
	{POST "Authorization: a\r\nAuthorization: b\r\n\r\n", 400},
	{POST "X: a\x01z\r\n\r\n", 400},
};


static void is_problem(const char *got, unsigned status)
{
	char line[64];
	json_t *obj;

	(void)snprintf(line, sizeof(line), "HTTP/1.1 %u ", status);
	ck_assert_msg(!strncmp(got, line, strlen(line)), "%s", got);
	ck_assert_ptr_nonnull(
		strstr(got, "\r\nContent-Type: application/problem+json"));
	got = strstr(got, "\r\n\r\n");
	ck_assert_ptr_nonnull(got);
	obj = json_loads(got, 0, NULL);
	ck_assert_msg(obj != NULL, "nothing else comes behind it: %s", got);
	ck_assert_uint_eq(json_integer_value(json_object_get(obj, "status")),
			  status);
	json_decref(obj);
}


START_TEST(what_can_be_read_in_two_ways_is_the_last_of_a_connection)
{
	struct web_conf conf = {0};
	char text[512];

	start(&conf, "127.0.0.1");
	(void)snprintf(text, sizeof(text), "%s" NEXT, badv[_i].text);
	is_problem(webclient_raw(&wc, text, strlen(text), PATIENCE_MS),
		   badv[_i].status);
}
END_TEST


static const struct {
	const char *before; /* so many octets, and what is behind them */
	size_t n;
	const char *behind;
	unsigned status;
} largev[] = {
	{"GET /", 5000, " HTTP/1.1\r\nHost: a\r\n", 414},
	{"GET /", 131072, " HTTP/1.1\r\nHost: a\r\n", 414},
	{"GET /health HTTP/1.1\r\nHost: a\r\nX: ", 17000, "\r\n", 431},
	{"GET /health HTTP/1.1\r\nHost: a\r\nX: ", 131072, "\r\n", 431},
	{POST "Content-Length: 20000\r\nAuthorization: Bearer "
	      "0123456789abcdef\r\nX: ",
	 1, "\r\n", 413},
};


START_TEST(what_is_too_large_is_a_problem)
{
	struct web_conf conf = {.token = "0123456789abcdef"};
	static char text[1 << 18];
	size_t len;

	start(&conf, "127.0.0.1");
	len = (size_t)snprintf(text, sizeof(text), "%s", largev[_i].before);
	memset(text + len, 'a', largev[_i].n);
	len += largev[_i].n;
	(void)snprintf(text + len, sizeof(text) - len,
		       "%sConnection: close\r\n\r\n", largev[_i].behind);
	is_problem(webclient_raw(&wc, text, strlen(text), PATIENCE_MS),
		   largev[_i].status);
	ck_assert_int_eq(ask("GET", "/health", NULL), 200);
}
END_TEST


/* a question that takes as long as the test wants */
static sem_t begun, gate;


static int slow_handler(json_t *answer, const json_t *question, void *arg)
{
	(void)answer;
	(void)question;
	(void)arg;
	(void)sem_post(&begun);
	(void)sem_wait(&gate);

	return 0;
}


static int quick_handler(json_t *answer, const json_t *question, void *arg)
{
	(void)question;

	return json_object_set_new(answer, "who", json_string(arg));
}


static void start_lanes(void)
{
	static const char who[] = "quick";
	struct web_conf conf = {.token = "0123456789abcdef"};
	const char *why = "";

	(void)sem_init(&begun, 0, 0);
	(void)sem_init(&gate, 0, 0);
	ck_assert_int_eq(make(&conf, "127.0.0.1", &why), 0);
	ck_assert_int_eq(web_command(web, "history", slow_handler, NULL), 0);
	ck_assert_int_eq(
		web_command(web, "series", quick_handler, (void *)who), 0);
	ck_assert_int_eq(
		web_command(web, "account.patch", quick_handler, (void *)who),
		0);
	ck_assert_int_eq(web_start(web), 0);
	wc.port = sa_port(web_bound(web));
}


static int search(void)
{
	static const char text[] = "GET /api/v1/history HTTP/1.1\r\nHost: "
				   "localhost\r\n\r\n";
	const int fd = dial();

	ck_assert_int_gt(send(fd, text, strlen(text), MSG_NOSIGNAL), 0);

	return fd;
}


START_TEST(nobody_waits_behind_a_long_search)
{
	char got[1024] = "";
	int fd;

	start_lanes();
	fd = search();
	(void)sem_wait(&begun);
	ck_assert_int_eq(ask("GET", "/api/v1/series", NULL), 200);
	ck_assert_str_eq(wc.body, "{\"who\":\"quick\"}");
	ck_assert_int_eq(
		ask("PATCH", "/api/v1/accounts/a@b", "0123456789abcdef"), 200);
	(void)sem_post(&gate);
	ck_assert_int_gt(recv(fd, got, sizeof(got) - 1, 0), 0);
	ck_assert_ptr_nonnull(strstr(got, "HTTP/1.1 200 "));
	(void)close(fd);
}
END_TEST


START_TEST(searches_have_a_queue_with_an_end)
{
	int fdv[WEB_QUEUE_MAX + 1];

	start_lanes();
	fdv[0] = search();
	(void)sem_wait(&begun);
	for (int i = 1; i < WEB_QUEUE_MAX + 1; i++)
		fdv[i] = search();
	ck_assert_int_eq(ask("GET", "/api/v1/history", NULL), 503);
	ck_assert_ptr_nonnull(strstr(wc.head, "\r\nRetry-After: 2\r\n"));
	ck_assert_ptr_nonnull(strstr(wc.body, "too many requests wait"));
	for (int i = 0; i < WEB_QUEUE_MAX + 1; i++) {
		char got[1024] = "";

		(void)sem_post(&gate);
		ck_assert_int_gt(recv(fdv[i], got, sizeof(got) - 1, 0), 0);
		ck_assert_ptr_nonnull(strstr(got, "HTTP/1.1 200 "));
		(void)close(fdv[i]);
	}
}
END_TEST


Suite *suite_web(void);
Suite *suite_web(void)
{
	Suite *s = suite_create("web");
	TCase *tc = tcase_create("web");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, others_ask_by_tls_and_with_the_token);
	tcase_add_test(tc, a_certificate_that_nobody_vouches_for_is_not_taken);
	tcase_add_test(tc, it_says_what_it_cannot_start_with);
	test_table(tc, who_is_slow_has_a_deadline, slowv);
	test_table(tc,
		   what_can_be_read_in_two_ways_is_the_last_of_a_connection,
		   badv);
	test_table(tc, what_is_too_large_is_a_problem, largev);
	tcase_add_test(tc, nobody_waits_behind_a_long_search);
	tcase_add_test(tc, searches_have_a_queue_with_an_end);
	suite_add_tcase(s, tc);

	return s;
}
