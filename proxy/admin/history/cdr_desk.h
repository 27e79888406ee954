/**
 * @file cdr_desk.h  Where the loop lays records down, and a thread writes
 *
 * Of cdr.c only. It outlives the server where the disk hangs.
 */
#ifndef PROXY_ADMIN_HISTORY_CDR_DESK_H
#define PROXY_ADMIN_HISTORY_CDR_DESK_H

#include <pthread.h>
#include <stdatomic.h>
#include <re.h>
#include "proxy/admin/history/cdr_file.h"

enum { CDR_LINES_MAX = 20000, CDR_BYTES_MAX = 32 << 20 };

struct counter;
struct metrics;

/** A record on its way; one owner at a time */
struct cdr_line {
	struct le le;
	size_t len;
	char text[]; /* with its line end */
};

struct cdr_desk {
	pthread_mutex_t lock;
	pthread_cond_t work, ended;
	struct list linel;   /* struct cdr_line */
	size_t lines, bytes; /* that wait, or are being written */
	bool stop, reopen, over;
	bool pausing; /* what comes now waits until the pause is over */
	int err;      /* of the last try, 0: it was written */
	int fd;       /* rings in the loop when that changes */
	struct metrics *metrics;
	struct counter *written, *lost; /* not owned; metrics holds them */
	struct cdr_file file;           /* the thread's */
};

int cdr_desk_alloc(struct cdr_desk **dp, const char *path,
		   struct metrics *metrics);

/* the loop's side; ENOSPC: too much waits */
int cdr_desk_put(struct cdr_desk *d, struct cdr_line *line);
void cdr_desk_reopen(struct cdr_desk *d);
int cdr_desk_err(struct cdr_desk *d);
/* false: it did not end in that time */
bool cdr_desk_stop(struct cdr_desk *d, unsigned ms);

/* of the thread, to its end */
void *cdr_desk_main(void *arg);

#endif
