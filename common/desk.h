/**
 * @file desk.h  What the loop and the store's thread lay down for each other
 *
 * Inside of common/ only. Plain memory with one owner at a time: reference
 * counts are not atomic in libre 1.1.
 */
#ifndef COMMON_DESK_H
#define COMMON_DESK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include "common/store.h"

struct job;

enum { DESK_BATCH = 256 /* jobs that are taken at once */ };

/** What the thread found when it looked */
struct finding {
	int err;
	void *view; /* owned; NULL: as before */
};

struct desk {
	pthread_mutex_t lock;
	pthread_cond_t work;      /* there is some, or it is to stop */
	pthread_cond_t looked;    /* or ended */
	struct list waitl, donel; /* struct job */
	size_t jobc, bytes;       /* that wait or are not delivered yet */
	bool stop, ended;
	int fd; /* rings in the loop */

	const struct store_view *watch; /* NULL: nobody does */
	uint64_t asked, answered;       /* looks that cannot wait */
	struct finding finding;
	bool found; /* there is one that the loop has not seen */
	void *old;  /* a view to be freed */
};

/** What there is to do for the thread */
struct task {
	struct list jobl;
	const struct store_view *watch; /* look whether there are changes */
	uint64_t asked;                 /* the last one that this answers */
	void *old;
};

uint64_t desk_now_us(void);
struct timespec desk_time(uint64_t us);
int desk_init(struct desk *d);
void desk_close(struct desk *d);

/* the loop's side */
int desk_put(struct desk *d, struct job *job); /* ENOSPC */
bool desk_take_results(struct desk *d, struct list *jobl, struct finding *f);
void desk_watch(struct desk *d, const struct store_view *watch);
void desk_look(struct desk *d); /* waits for it */
void desk_discard(struct desk *d, void *view);
bool desk_stop(struct desk *d, unsigned ms); /* false: it goes on */
void desk_clear(struct list *jobl);          /* nobody is told */

/* the thread's side; false: to stop, and nothing is left */
bool desk_take(struct desk *d, struct task *task, uint64_t look_us);
void desk_take_more(struct desk *d, struct list *jobl);
void desk_done(struct desk *d, struct list *jobl);
void desk_found(struct desk *d, const struct task *task,
		const struct finding *f);
void desk_end(struct desk *d);

#endif
