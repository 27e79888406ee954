/**
 * @file web_state.h  What a server over HTTP is made of, for its files
 *
 * web: start and end. web_loop: the loop's side. web_slow: the threads that may
 * wait. web_thread: the thread that serves, with web_connection, web_request,
 * web_refusal, web_wait, web_reply and web_stream.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_STATE_H
#define PROXY_ADMIN_HTTP_WEB_STATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <re.h>
#include <microhttpd.h>
#include <openssl/bio.h>
#include "common/timer.h"
#include "proxy/admin/http/web.h"
#include "proxy/admin/http/web_desk.h"
#include "proxy/admin/http/web_token.h"
#include "proxy/admin/http/web_uri.h"

struct counter;

/** What a thread answers that may wait */
struct web_slow {
	const char *name; /* static */
	control_h *h;     /* one of these */
	web_file_h *fileh;
	void *arg;
};

/** Such a thread */
struct web_worker {
	struct web *web; /* not owned */
	enum web_lane lane;
	pthread_t thread;
	bool works;
};

struct web {
	/* as they were at the start */
	struct sa addr;             /* bound */
	bool local;                 /* on loopback */
	uint32_t head_ms;           /* for a request's header, or its body */
	char token[WEB_TOKEN_SIZE]; /* the loop writes it, with the lock */
	pthread_mutex_t token_lock;
	bool locks;             /* it is there */
	BIO *certificate, *key; /* NULL: no TLS */
	int fd;                 /* of the listener */
	struct log *log;
	struct metrics *metrics;
	struct counter *requests, *refused, *late; /* not owned */
	struct web_slow slowv[WEB_COMMANDS_MAX];
	size_t slowc;

	struct web_desk desk;
	pthread_t thread;
	bool serves; /* it runs */
	struct web_worker workerv[WEB_LANES];
	atomic_bool ready;
	atomic_uint streams;

	/* the loop's */
	struct control *control;
	struct timers *timers;
	bool (*readyh)(char *why, size_t size, void *arg);
	void *ready_arg;
	struct timer tmr;
	struct list askedl;            /* struct web_asked */
	struct control_request *stats; /* that is asked for */

	/* the thread's */
	struct MHD_Daemon *mhd;
	struct list connectionl; /* struct web_connection */
	struct list waitl;       /* struct web_request */
	struct list streaml;     /* struct web_stream */
};

/** A request, from its first line to its answer */
struct web_request {
	struct le le; /* of those that wait */
	struct web *web;
	struct MHD_Connection *mc;
	const struct web_route *route;
	struct mbuf *body;
	struct web_errand *errand; /* answered or not; owned when answered */
	uint64_t until;            /* ms */
	size_t size;               /* of the body */
	int uri_err;
	bool begun, late, answered;
	struct web_uri uri;
};

/* the loop's side */
int web_loop_start(struct web *w);
void web_loop_stop(struct web *w);

/* the threads that may wait; they end when the desk says stop */
int web_slow_start(struct web *w);
void web_slow_join(struct web *w);

/* the thread that serves */
int web_thread_open(struct web *w);
void *web_thread_main(void *arg);

#endif
