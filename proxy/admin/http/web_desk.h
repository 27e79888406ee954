/**
 * @file web_desk.h  Where the HTTP thread lays questions down for others
 *
 * The main loop and a thread that may wait for disks take them, and lay the
 * answers down again. Plain memory with one owner at a time.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_DESK_H
#define PROXY_ADMIN_HTTP_WEB_DESK_H

#include <pthread.h>
#include "common/json.h"

struct web_request;
struct web_route;

enum {
	WEB_ERRANDS_MAX = 128, /* on their way */
	WEB_EVENTS_MAX = 512,  /* that the HTTP thread has not seen */
};

/** A question on its way to its answer */
struct web_errand {
	struct le le;
	struct web_request *request;   /* the HTTP thread's; NULL: given up */
	const struct web_route *route; /* static */
	void *desk;                    /* not owned */
	json_t *question, *answer;
	bool given_up; /* with the lock held */
	int err, fd;   /* fd: of a file, or -1 */
};

/** News on its way to those who listen */
struct web_news {
	struct le le;
	const char *type; /* static */
	json_t *data;
};

struct web_desk {
	pthread_mutex_t lock;
	pthread_cond_t work;             /* for the slow thread */
	struct list loopl, slowl, donel; /* struct web_errand */
	struct list newsl;               /* struct web_news */
	size_t errands, news;
	int loop_fd, web_fd; /* bells of the loop and of the HTTP thread */
	bool stop;
};

int web_desk_init(struct web_desk *d);
void web_desk_close(struct web_desk *d);

/* the HTTP thread's side. put: ENOSPC; the desk's on success */
int web_desk_put(struct web_desk *d, struct web_errand *e, bool slow);
void web_desk_give_up(struct web_desk *d, struct web_errand *e);
bool web_desk_take(struct web_desk *d, struct list *donel,
		   struct list *newsl); /* false: to stop */

/* the others' side. NULL: none waits; of the slow one: to stop */
struct web_errand *web_desk_next(struct web_desk *d, bool *more);
struct web_errand *web_desk_wait(struct web_desk *d);
void web_desk_done(struct web_desk *d, struct web_errand *e);
void web_desk_tell(struct web_desk *d, const char *type, json_t *data);
void web_desk_stop(struct web_desk *d);

/* fd is closed, JSON released */
int web_errand_alloc(struct web_errand **ep, const struct web_route *route,
		     json_t *question);

#endif
