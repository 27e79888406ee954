/**
 * @file hatch.h  What the loop and the store's thread lay down for each other
 *
 * Inside of common/ only. Plain memory with one owner at a time: reference
 * counts are not atomic in libre 1.1.
 */
#ifndef COMMON_HATCH_H
#define COMMON_HATCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include "common/store.h"

struct job;

enum {
	HATCH_BATCH = 256, /* jobs that are taken at once */
	HATCH_WHY_MAX = 160,
};

/** What the thread found when it looked */
struct finding {
	int err;
	void *view; /* owned; NULL: as before */
};

struct hatch {
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
	char why[HATCH_WHY_MAX]; /* the last failure, a sentence */
	bool found;              /* there is one that the loop has not seen */
	void *old;               /* a view to be freed */
};

/** What there is to do for the thread */
struct task {
	struct list jobl;
	const struct store_view *watch; /* look whether there are changes */
	uint64_t asked;                 /* the last one that this answers */
	void *old;
};

int hatch_init(struct hatch *d);
void hatch_close(struct hatch *d);

/* the loop's side */
int hatch_put(struct hatch *d, struct job *job); /* ENOSPC */
void hatch_why(struct hatch *d, char why[HATCH_WHY_MAX]);
bool hatch_take_results(struct hatch *d, struct list *jobl, struct finding *f);
void hatch_watch(struct hatch *d, const struct store_view *watch);
void hatch_look(struct hatch *d); /* waits for it */
void hatch_discard(struct hatch *d, void *view);
bool hatch_stop(struct hatch *d, unsigned ms); /* false: it goes on */
void hatch_clear(struct list *jobl);           /* nobody is told */

/* the thread's side; false: to stop, and nothing is left */
bool hatch_take(struct hatch *d, struct task *task, uint64_t look_us);
void hatch_take_more(struct hatch *d, struct list *jobl);
void hatch_done(struct hatch *d, struct list *jobl);
void hatch_found(struct hatch *d, const struct task *task,
		 const struct finding *f);
void hatch_say(struct hatch *d, const char *why);
void hatch_end(struct hatch *d);

#endif
