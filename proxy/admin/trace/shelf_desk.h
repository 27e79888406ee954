/**
 * @file shelf_desk.h  Where the loop lays packets down, and a thread writes
 *
 * Of shelf.c only. It outlives the shelf where the disk hangs.
 */
#ifndef PROXY_ADMIN_TRACE_SHELF_DESK_H
#define PROXY_ADMIN_TRACE_SHELF_DESK_H

#include <pthread.h>
#include "proxy/admin/trace/shelf.h"

enum { SHELF_PATH_MAX = 512 };

/** Packets on their way; one owner at a time */
struct parcel {
	struct le le;
	char name[SHELF_NAME_MAX];
	struct shelf_source source; /* readh NULL: data is all of it */
	size_t len;
	uint8_t data[];
};

/** What is there, the oldest first */
struct shelf_files {
	size_t n;
	uint64_t bytes;
	struct shelf_file v[SHELF_FILES_MAX];
};

struct shelf_desk {
	pthread_mutex_t lock;
	pthread_cond_t work, ended;
	struct list parcell; /* struct parcel */
	size_t waiting;      /* octets */
	bool stop, over;
	bool changed; /* the bounds: look at once */
	struct shelf_bounds bounds;
	struct shelf_files files; /* as the loop sees them */

	/* the thread's */
	char dir[SHELF_PATH_MAX];
	struct counter *written, *lost; /* not owned */
	struct log *log;                /* not owned */
	bool failing;
	struct shelf_files found;
};

int shelf_desk_alloc(struct shelf_desk **dp, const struct shelf_conf *conf,
		     struct log *log);

/* the loop's side; ENOSPC: too much waits */
int shelf_desk_put(struct shelf_desk *d, struct parcel *p);
void shelf_desk_limit(struct shelf_desk *d, const struct shelf_bounds *b);
/* false: it did not end in that time */
bool shelf_desk_stop(struct shelf_desk *d, unsigned ms);

/* of the thread, to its end */
void *shelf_desk_main(void *arg);

/* shelf_keep.c, in the thread: looks what is there, removes what is too old
 * or too much */
void shelf_keep(struct shelf_files *files, const char *path,
		const struct shelf_bounds *b, uint64_t now_s);

#endif
