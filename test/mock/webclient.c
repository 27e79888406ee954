/**
 * @file mock/webclient.c  Who asks over HTTP, while the loop of the test runs
 */
#include <pthread.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <curl/curl.h>
#include <re.h>
#include "test/mock/webclient.h"
#include "test/test.h"

enum { TIMEOUT_S = 20, TURN_MS = 2, LINE_SIZE = 512 };

/** One question in its thread */
struct errand {
	struct webclient *wc;
	const char *method, *path, *body;
	size_t len, headlen;
	atomic_bool over;
};


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


/**
 * Let the loop run
 *
 * @param ms Milliseconds
 */
void webclient_wait(unsigned ms)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, ms, stop_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


static size_t body_handler(char *p, size_t size, size_t n, void *arg)
{
	struct errand *e = arg;

	if (e->len + size * n >= WEBCLIENT_BODY_MAX)
		return 0;

	memcpy(e->wc->body + e->len, p, size * n);
	e->len += size * n;
	e->wc->body[e->len] = '\0';

	return size * n;
}


static size_t head_handler(char *p, size_t size, size_t n, void *arg)
{
	struct errand *e = arg;

	if (e->headlen + size * n >= sizeof(e->wc->head))
		return 0;

	memcpy(e->wc->head + e->headlen, p, size * n);
	e->headlen += size * n;
	e->wc->head[e->headlen] = '\0';

	return size * n;
}


static struct curl_slist *headers(const struct webclient *wc)
{
	struct curl_slist *l = NULL;
	char line[LINE_SIZE];

	if (wc->token) {
		(void)snprintf(line, sizeof(line), "Authorization: Bearer %s",
			       wc->token);
		l = curl_slist_append(l, line);
	}
	if (wc->host) {
		(void)snprintf(line, sizeof(line), "Host: %s", wc->host);
		l = curl_slist_append(l, line);
	}

	return l;
}


static void *ask_main(void *arg)
{
	struct errand *e = arg;
	struct webclient *wc = e->wc;
	struct curl_slist *l = headers(wc);
	char url[LINE_SIZE * 20];
	CURL *c = curl_easy_init();

	(void)snprintf(url, sizeof(url), "%s://127.0.0.1:%u%s",
		       wc->ca ? "https" : "http", wc->port, e->path);
	(void)curl_easy_setopt(c, CURLOPT_URL, url);
	(void)curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
	(void)curl_easy_setopt(c, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, e->method);
	if (!strcmp(e->method, "HEAD"))
		(void)curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	if (wc->ca)
		(void)curl_easy_setopt(c, CURLOPT_CAINFO, wc->ca);
	if (e->body)
		(void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, e->body);
	(void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, l);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, body_handler);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, e);
	(void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, head_handler);
	(void)curl_easy_setopt(c, CURLOPT_HEADERDATA, e);
	if (curl_easy_perform(c) == CURLE_OK)
		(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE,
					&wc->status);
	curl_easy_cleanup(c);
	curl_slist_free_all(l);
	atomic_store(&e->over, true);

	return NULL;
}


/**
 * Ask, and wait for the answer
 *
 * @param wc     Client
 * @param method Method
 * @param path   Path and query
 * @param body   Body, or NULL
 *
 * @return Status, 0: there was no answer
 */
long webclient_ask(struct webclient *wc, const char *method, const char *path,
		   const char *body)
{
	struct errand e = {
		.wc = wc, .method = method, .path = path, .body = body};
	pthread_t thread;

	if (!wc->body)
		wc->body = malloc(WEBCLIENT_BODY_MAX);
	ck_assert_ptr_nonnull(wc->body);
	wc->body[0] = wc->head[0] = '\0';
	wc->status = 0;
	ck_assert_int_eq(pthread_create(&thread, NULL, ask_main, &e), 0);
	while (!atomic_load(&e.over))
		webclient_wait(TURN_MS);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);

	return wc->status;
}


/**
 * Send octets, and take what comes
 *
 * @param wc  Client
 * @param p   Octets
 * @param len How many
 * @param ms  How long to wait for the end
 *
 * @return What came
 */
const char *webclient_raw(struct webclient *wc, const void *p, size_t len,
			  unsigned ms)
{
	struct sa sa;
	size_t n = 0;
	int fd;

	if (!wc->body)
		wc->body = malloc(WEBCLIENT_BODY_MAX);
	ck_assert_ptr_nonnull(wc->body);
	sa_set_in(&sa, INADDR_LOOPBACK, wc->port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, &sa.u.sa, sa.len), 0);
	(void)send(fd, p, len, MSG_NOSIGNAL);
	for (unsigned t = 0; t < ms; t += TURN_MS) {
		const ssize_t got = recv(fd, wc->body + n,
					 WEBCLIENT_BODY_MAX - n - 1,
					 MSG_DONTWAIT);

		if (!got)
			break;
		if (got > 0)
			n += (size_t)got;
		webclient_wait(TURN_MS);
	}
	(void)close(fd);
	wc->body[n] = '\0';

	return wc->body;
}


/**
 * Free what a client holds
 *
 * @param wc Client
 */
void webclient_close(struct webclient *wc)
{
	free(wc->body);
	wc->body = NULL;
}
