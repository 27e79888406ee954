/**
 * @file web_desk.h  Where the HTTP thread lays questions down for others
 *
 * The main loop takes them, or one of the threads that may wait for disks:
 * each has a lane of its own, so that nobody waits behind a long search but
 * who searches. They lay the answers down again. Plain memory with one owner
 * at a time.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_DESK_H
#define PROXY_ADMIN_HTTP_WEB_DESK_H

#include <pthread.h>
#include <stdatomic.h>
#include "common/json.h"
#include "proxy/admin/http/web_route.h"

struct web_request;

enum {
	WEB_ERRANDS_MAX = 128, /* on their way */
	WEB_QUEUE_MAX = 8,     /* of a lane, that nobody works at yet */
	WEB_EVENTS_MAX = 512,  /* that the HTTP thread has not seen */
};

/** A question on its way to its answer */
struct web_errand {
	struct le le;
	struct web_request *request;   /* the HTTP thread's; NULL: given up */
	const struct web_route *route; /* static */
	void *desk;                    /* not owned */
	json_t *question, *answer;
	atomic_bool given_up; /* for who works at it, who may stop then */
	int err, fd;          /* fd: of a file, or -1 */
};

/** News on its way to those who listen */
struct web_news {
	struct le le;
	const char *type; /* static */
	json_t *data;
};

struct web_desk {
	pthread_mutex_t lock;
	pthread_cond_t workv[WEB_LANES];
	struct list loopl, lanev[WEB_LANES], donel; /* struct web_errand */
	struct list newsl;                          /* struct web_news */
	size_t errands, news;
	int loop_fd, web_fd; /* bells of the loop and of the HTTP thread */
	bool stop;
};

int web_desk_init(struct web_desk *d);
void web_desk_close(struct web_desk *d);

/* the HTTP thread's side. put: by its route; ENOSPC; the desk's on success */
int web_desk_put(struct web_desk *d, struct web_errand *e);
void web_desk_give_up(struct web_desk *d, struct web_errand *e);
bool web_desk_take(struct web_desk *d, struct list *donel,
		   struct list *newsl); /* false: to stop */

/* the others' side. next: the loop's, NULL: none waits. wait: NULL: to stop */
struct web_errand *web_desk_next(struct web_desk *d, bool *more);
struct web_errand *web_desk_wait(struct web_desk *d, enum web_lane lane);
void web_desk_done(struct web_desk *d, struct web_errand *e);
void web_desk_tell(struct web_desk *d, const char *type, json_t *data);
void web_desk_stop(struct web_desk *d);

/* fd is closed, JSON released */
int web_errand_alloc(struct web_errand **ep, const struct web_route *route,
		     json_t *question);

#endif
