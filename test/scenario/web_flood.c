/**
 * @file scenario/web_flood.c  SIP goes on while HTTP is flooded
 *
 * From several addresses: connections that say nothing, headers octet by octet,
 * bodies that never come, pipelined questions to the main loop. Meanwhile a
 * phone asks, and each answer comes to its first request.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "common/lag.h"
#include "common/metrics.h"
#include "proxy/admin/http/web.h"
#include "proxy/server_state.h"
#include "test/mock/webclient.h"
#include "test/scenario/rig.h"
#include "test/test.h"

enum {
	SOURCES = 5, /* more than all connections that there may be */
	EACH = WEB_CONNECTIONS_SOURCE_MAX + 4,
	PIPELINED = 1000,
	PHONE_REQUESTS = 200,
	FLOOD_MIN = 1000, /* questions, while the phone asks */
	PATIENCE_MS = 10000,
	TICKS = 20,
	TEXT_SIZE = 1 << 17,
};

/** One connection of the flood */
struct pest {
	int fd; /* -1: closed */
	size_t sent;
	unsigned kind;
};

static struct rig rig;
static struct webclient wc;
static char status_text[256], body_text[256], pipeline[TEXT_SIZE];
static atomic_bool stop;
static atomic_uint rounds;


static void setup(void)
{
	rig_start(&rig, "http { listen = \"127.0.0.1:1\" }\n"
			"limit { requests = 0 strangers = 0 failures = 0 }\n");
	memset(&wc, 0, sizeof(wc));
	wc.port = sa_port(web_bound(rig.srv->web));
	(void)snprintf(status_text, sizeof(status_text),
		       "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n"
		       "\r\n");
	(void)snprintf(body_text, sizeof(body_text),
		       "POST /api/v1/reload HTTP/1.1\r\nHost: localhost\r\n"
		       "Authorization: Bearer %s\r\nContent-Length: 9000\r\n"
		       "\r\n",
		       web_token(rig.srv->web));
	pipeline[0] = '\0';
	for (int i = 0; i < PIPELINED; i++)
		strcat(pipeline, status_text);
}


static void teardown(void)
{
	webclient_close(&wc);
	rig_stop(&rig);
}


/* from 127.0.1.N; -1: it is refused */
static int dial(unsigned source)
{
	const struct sa *sa = web_bound(rig.srv->web);
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sa from;

	sa_set_in(&from, 0x7f000100 + source, 0);
	ck_assert_int_ge(fd, 0);
	if (bind(fd, &from.u.sa, from.len) ||
	    connect(fd, &sa->u.sa, sa->len)) {
		(void)close(fd);
		return -1;
	}

	return fd;
}


/* what is read, if anything is there; -1: closed */
static ssize_t take(int fd, char *buf, size_t size)
{
	const ssize_t n = recv(fd, buf, size, MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return 0;

	return n > 0 ? n : -1;
}


static const char *text_of(unsigned kind)
{
	return kind == 0   ? ""
	       : kind == 1 ? body_text
	       : kind == 2 ? status_text
			   : pipeline;
}


/* headers go octet by octet, the rest as fast as it is taken */
static void molest(struct pest *p, unsigned source)
{
	const char *text = text_of(p->kind);
	const size_t len = strlen(text);
	const size_t max = p->kind == 2 ? 1 : len;
	static char buf[TEXT_SIZE];
	ssize_t n;

	if (p->fd < 0) {
		p->fd = dial(source);
		p->sent = 0;
		return;
	}

	if (p->sent == len && p->kind == 3)
		p->sent = 0;
	n = send(p->fd, text + p->sent,
		 len - p->sent < max ? len - p->sent : max,
		 MSG_NOSIGNAL | MSG_DONTWAIT);
	p->sent += n > 0 ? (size_t)n : 0;
	if (take(p->fd, buf, sizeof(buf)) < 0) {
		(void)close(p->fd);
		p->fd = -1;
	}
}


static void *flood_main(void *arg)
{
	static struct pest pestv[SOURCES][EACH];
	(void)arg;

	for (unsigned s = 0; s < SOURCES; s++) {
		for (unsigned i = 0; i < EACH; i++) {
			pestv[s][i].fd = -1;
			pestv[s][i].kind = i % 4;
		}
	}
	while (!atomic_load(&stop)) {
		for (unsigned s = 0; s < SOURCES; s++) {
			for (unsigned i = 0; i < EACH; i++)
				molest(&pestv[s][i], s + 1);
		}
		(void)atomic_fetch_add(&rounds, 1);
		(void)usleep(1000);
	}
	for (unsigned s = 0; s < SOURCES; s++) {
		for (unsigned i = 0; i < EACH; i++) {
			if (pestv[s][i].fd >= 0)
				(void)close(pestv[s][i].fd);
		}
	}

	return NULL;
}


static void options(struct phone *ph, unsigned n)
{
	phone_send(ph,
		   "OPTIONS sip:127.0.0.1:%u SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKflood%u;rport\r\n"
		   "Max-Forwards: 70\r\nFrom: <sip:a@example.net>;tag=%u\r\n"
		   "To: <sip:example.net>\r\nCall-ID: flood-%u\r\n"
		   "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
		   sa_port(&rig.us), ph->host, ph->port, n, n, n);
	(void)phone_recv(ph);
	ck_assert_msg(strstr(ph->msg, "SIP/2.0 ") == ph->msg, "%s", ph->msg);
}


/* how late the loop heard half of its ticks, by its own measure, in us */
static uint64_t lag_median(const struct histogram *lag,
			   const struct histogram_view *before)
{
	struct histogram_view now;

	histogram_read(lag, &now);

	return histogram_quantile(lag, before, &now, 500);
}


static uint64_t ticks(const struct histogram *lag,
		      const struct histogram_view *before)
{
	struct histogram_view now;

	histogram_read(lag, &now);

	return now.n - before->n;
}


START_TEST(a_phone_is_answered_while_http_is_flooded)
{
	const uint64_t asked = rig_counter(&rig, "http_requests_total");
	const struct histogram *lag = metrics_histogram(
		rig.srv->metrics, "main_loop_late_seconds");
	struct histogram_view before;
	unsigned n = 0;
	pthread_t flood;
	struct phone ph;

	phone_open(&ph, &rig, "127.0.0.10");
	atomic_store(&stop, false);
	histogram_read(lag, &before);
	ck_assert_int_eq(pthread_create(&flood, NULL, flood_main, NULL), 0);
	for (int ms = 0; ms < PATIENCE_MS && atomic_load(&rounds) < 10; ms++)
		webclient_wait(1);
	while (n < PHONE_REQUESTS || ticks(lag, &before) < TICKS ||
	       rig_counter(&rig, "http_requests_total") < asked + FLOOD_MIN)
		options(&ph, n++);
	ck_assert_uint_lt(lag_median(lag, &before), LAG_TICK_MS * 1000);
	atomic_store(&stop, true);
	ck_assert_int_eq(pthread_join(flood, NULL), 0);
	phone_close(&ph);

	/* and the server serves on */
	for (int ms = 0; ms < PATIENCE_MS; ms += 10) {
		if (webclient_ask(&wc, "GET", "/api/v1/status", NULL) == 200)
			break;
		webclient_wait(10);
	}
	ck_assert_int_eq(wc.status, 200);
}
END_TEST


/* counts answers of that status; to the end of PATIENCE_MS at most */
static unsigned answers(int fd, const char *line, unsigned want)
{
	static char buf[1 << 20];
	size_t len = 0;
	unsigned n = 0;

	for (int ms = 0; ms < PATIENCE_MS && n < want; ms++) {
		const ssize_t got = take(fd, buf + len, sizeof(buf) - len - 1);

		if (got < 0)
			break;
		len += (size_t)got;
		buf[len] = '\0';
		n = 0;
		for (const char *p = buf; (p = strstr(p, line)) != NULL; p++)
			++n;
		if (!got)
			webclient_wait(1);
	}

	return n;
}


START_TEST(a_thousand_requests_at_once_are_answered_one_by_one)
{
	static char text[TEXT_SIZE];
	const int fd = dial(1);

	text[0] = '\0';
	for (int i = 0; i < PIPELINED; i++)
		strcat(text, "HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n");
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL),
			 (ssize_t)strlen(text));
	ck_assert_uint_eq(answers(fd, "HTTP/1.1 200 OK\r\n", PIPELINED),
			  PIPELINED);
	(void)close(fd);
}
END_TEST


/* who holds all that one address may have shuts nobody else out */
START_TEST(each_address_has_a_bound_of_its_own)
{
	static const char text[] = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
	int fdv[2 * WEB_CONNECTIONS_SOURCE_MAX];
	unsigned held = 0;
	int other;

	for (size_t i = 0; i < ARRAY_SIZE(fdv); i++) {
		fdv[i] = dial(1);
		ck_assert_int_ge(fdv[i], 0);
		(void)send(fdv[i], text, strlen(text), MSG_NOSIGNAL);
	}
	other = dial(2);
	(void)send(other, text, strlen(text), MSG_NOSIGNAL);
	ck_assert_uint_eq(answers(other, "HTTP/1.1 200 OK\r\n", 1), 1);
	/* those came before, so theirs is decided */
	for (size_t i = 0; i < ARRAY_SIZE(fdv); i++) {
		held += answers(fdv[i], "HTTP/1.1 200 OK\r\n", 1);
		(void)close(fdv[i]);
	}
	ck_assert_uint_eq(held, WEB_CONNECTIONS_SOURCE_MAX);
	(void)close(other);
}
END_TEST


Suite *suite_web_flood(void);
Suite *suite_web_flood(void)
{
	Suite *s = suite_create("web_flood");
	TCase *tc = tcase_create("web_flood");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, a_phone_is_answered_while_http_is_flooded);
	tcase_add_test(tc,
		       a_thousand_requests_at_once_are_answered_one_by_one);
	tcase_add_test(tc, each_address_has_a_bound_of_its_own);
	suite_add_tcase(s, tc);

	return s;
}
