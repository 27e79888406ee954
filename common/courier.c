/**
 * @file courier.c  HTTP POSTs on the loop, without waiting (libcurl)
 *
 * libcurl tells which descriptors it waits for and when it wants to be called
 * again; both come from our loop and our timers. A delivery ends inside of
 * libcurl's own calls, so its handler is called by a timer of its own.
 */
#include <errno.h>
#include <string.h>
#include <curl/curl.h>
#include <re.h>
#include "common/courier.h"
#include "common/timer.h"


struct courier {
	CURLM *multi;
	struct timers *timers;
	struct timer tmr;
	struct list deliveryl;
	size_t max;
	struct curl_slist *headers;
};

struct delivery {
	struct le le;
	struct courier *c; /* referenced */
	CURL *easy;
	bool added;
	struct timer tmr; /* it is over */
	int err;
	unsigned status;
	delivery_h *h;
	void *arg;
};


static void delivery_destructor(void *arg)
{
	struct delivery *d = arg;

	timer_cancel(&d->tmr);
	list_unlink(&d->le);
	if (d->added)
		(void)curl_multi_remove_handle(d->c->multi, d->easy);
	if (d->easy)
		curl_easy_cleanup(d->easy);
	mem_deref(d->c);
}


static void destructor(void *arg)
{
	struct courier *c = arg;

	timer_cancel(&c->tmr);
	if (c->multi)
		(void)curl_multi_cleanup(c->multi);
	timer_cancel(&c->tmr);
	curl_slist_free_all(c->headers);
	mem_deref(c->timers);
}


static int code_errno(CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return 0;

	case CURLE_OPERATION_TIMEDOUT:
		return ETIMEDOUT;

	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
		return ECONNREFUSED;

	case CURLE_OUT_OF_MEMORY:
		return ENOMEM;

	default:
		return EPROTO;
	}
}


static void over_handler(void *arg)
{
	struct delivery *d = arg;
	delivery_h *h = d->h;

	list_unlink(&d->le);
	h(d->err, d->status, d->arg);
}


static void note(const CURLMsg *msg)
{
	struct delivery *d = NULL;
	long status = 0;

	(void)curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &d);
	if (!d)
		return;

	d->err = code_errno(msg->data.result);
	if (!d->err) {
		(void)curl_easy_getinfo(msg->easy_handle,
					CURLINFO_RESPONSE_CODE, &status);
		d->status = (unsigned)status;
	}
	timer_start(d->c->timers, &d->tmr, 0, over_handler, d);
}


static void work(struct courier *c, curl_socket_t fd, int what)
{
	CURLMsg *msg;
	int n;

	(void)curl_multi_socket_action(c->multi, fd, what, &n);
	while ((msg = curl_multi_info_read(c->multi, &n))) {
		if (msg->msg == CURLMSG_DONE)
			note(msg);
	}
}


/** What the loop knows of one of libcurl's descriptors */
struct wire {
	struct courier *c; /* not owned */
	curl_socket_t fd;
};


static void fd_handler(int flags, void *arg)
{
	const struct wire *w = arg;
	int what = 0;

	if (flags & FD_READ)
		what |= CURL_CSELECT_IN;
	if (flags & FD_WRITE)
		what |= CURL_CSELECT_OUT;
	if (flags & FD_EXCEPT)
		what |= CURL_CSELECT_ERR;

	work(w->c, w->fd, what);
}


static int socket_handler(CURL *easy, curl_socket_t fd, int what, void *arg,
			  void *sockp)
{
	struct courier *c = arg;
	struct wire *w = sockp;
	int flags = 0;
	(void)easy;

	if (what == CURL_POLL_REMOVE) {
		fd_close(fd);
		(void)curl_multi_assign(c->multi, fd, NULL);
		mem_deref(w);
		return 0;
	}

	if (!w) {
		w = mem_zalloc(sizeof(*w), NULL);
		if (!w)
			return -1;
		w->c = c;
		w->fd = fd;
		(void)curl_multi_assign(c->multi, fd, w);
	}

	if (what & CURL_POLL_IN)
		flags |= FD_READ;
	if (what & CURL_POLL_OUT)
		flags |= FD_WRITE;

	return fd_listen(fd, flags, fd_handler, w) ? -1 : 0;
}


static void timeout_handler(void *arg)
{
	work(arg, CURL_SOCKET_TIMEOUT, 0);
}


static int timer_handler(CURLM *multi, long ms, void *arg)
{
	struct courier *c = arg;
	(void)multi;

	if (ms < 0)
		timer_cancel(&c->tmr);
	else
		timer_start(c->timers, &c->tmr, (uint64_t)ms, timeout_handler,
			    c);

	return 0;
}


static int set_headers(struct courier *c)
{
	/* without the last one a body is asked for permission first */
	static const char *const linev[] = {"Content-Type: application/json",
					    "Accept:", "Expect:"};

	for (size_t i = 0; i < ARRAY_SIZE(linev); i++) {
		struct curl_slist *l = curl_slist_append(c->headers, linev[i]);

		if (!l)
			return ENOMEM;
		c->headers = l;
	}

	return 0;
}


/**
 * Allocate a courier
 *
 * @param cp     Courier
 * @param timers Timers
 * @param max    Deliveries at once
 *
 * @return 0 if success, otherwise errorcode
 */
int courier_alloc(struct courier **cp, struct timers *timers, size_t max)
{
	struct courier *c;

	if (!cp || !timers || !max)
		return EINVAL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return ENOSYS;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->timers = mem_ref(timers);
	c->max = max;
	c->multi = curl_multi_init();
	if (!c->multi || set_headers(c)) {
		mem_deref(c);
		return ENOMEM;
	}

	(void)curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION,
				socket_handler);
	(void)curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	(void)curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION,
				timer_handler);
	(void)curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	*cp = c;

	return 0;
}


static size_t body_handler(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;

	return size * n;
}


static int set_options(const struct delivery *d, const char *url,
		       const char *json, uint32_t timeout_ms)
{
	CURL *e = d->easy;
	CURLcode code = CURLE_OK;

	code |= curl_easy_setopt(e, CURLOPT_URL, url);
	code |= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	code |= curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, json);
	code |= curl_easy_setopt(e, CURLOPT_HTTPHEADER, d->c->headers);
	code |= curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, body_handler);
	code |= curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	code |= curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	code |= curl_easy_setopt(e, CURLOPT_PROXY, "");
	code |= curl_easy_setopt(e, CURLOPT_MAXFILESIZE, 65536L);
	code |= curl_easy_setopt(e, CURLOPT_USERAGENT,
				 "viaduct/" VIADUCT_VERSION);
	code |= curl_easy_setopt(e, CURLOPT_PRIVATE, d);

	return code == CURLE_OK ? 0 : EINVAL;
}


/**
 * Post a text
 *
 * @param dp         Delivery; the caller's
 * @param c          Courier
 * @param url        http or https
 * @param json       Text, copied
 * @param timeout_ms For all of it
 * @param h          Handler
 * @param arg        Its argument
 *
 * @return 0 if success, otherwise errorcode; ENOSPC: too many are under way
 */
int courier_post(struct delivery **dp, struct courier *c, const char *url,
		 const char *json, uint32_t timeout_ms, delivery_h *h,
		 void *arg)
{
	struct delivery *d;
	int err;

	if (!dp || !c || !url || !json || !timeout_ms || !h)
		return EINVAL;
	if (list_count(&c->deliveryl) >= c->max)
		return ENOSPC;

	d = mem_zalloc(sizeof(*d), delivery_destructor);
	if (!d)
		return ENOMEM;

	d->c = mem_ref(c);
	d->h = h;
	d->arg = arg;
	d->easy = curl_easy_init();
	err = d->easy ? set_options(d, url, json, timeout_ms) : ENOMEM;
	if (!err && curl_multi_add_handle(c->multi, d->easy))
		err = ENOMEM;
	if (err) {
		mem_deref(d);
		return err;
	}

	d->added = true;
	list_append(&c->deliveryl, &d->le, d);
	*dp = d;

	return 0;
}
