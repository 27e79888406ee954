/**
 * @file tray.h  Where the loop lays records down, and a thread writes
 *
 * Of scribe.c. It outlives the server where the disk hangs. Records are plain
 * memory with one owner at a time.
 */
#ifndef PROXY_ADMIN_HISTORY_TRAY_H
#define PROXY_ADMIN_HISTORY_TRAY_H

#include <pthread.h>
#include <re.h>
#include "proxy/admin/history/strongbox.h"

enum {
	TRAY_SLIPS_MAX = 20000,
	TRAY_BYTES_MAX = 32 << 20,
	TRAY_BATCH = 64,
	TRAY_WHY_SIZE = 160,
};

struct counter;
struct metrics;

/** A record on its way */
struct slip {
	struct le le;
	uint64_t key;
	/* what is to be done with it; its writer knows. Below 0: it is no
	 * record, and is not counted */
	int kind;
	struct deposit deposit; /* the tray holds it while it has the slip */
	size_t len;
	char text[]; /* ends with a NUL that len does not count */
};

/** Who writes; all of it in the thread, but arg is made on the loop */
struct tray_writer {
	/* all or, with an error, none of them; n may be 0: is it ready? why:
	 * a sentence, where the errorcode says too little */
	int (*writeh)(struct slip *const *slipv, int n, char *why, void *arg);
	/* what tray_order() wants, before the next batch */
	void (*orderh)(int order, void *arg);
	/* from time to time, between the batches; NULL: nothing to do */
	void (*idleh)(void *arg);
	unsigned idle_ms;
	struct strongbox *box; /* of the deposits, or NULL; referenced */
	void *arg; /* an object of libre's; the tray's once it is made */
};

struct tray {
	pthread_mutex_t lock;
	pthread_cond_t work, ended;
	struct list slipl;   /* struct slip */
	size_t slips, bytes; /* that wait, or are being written */
	bool stop, over;
	int order;    /* 0: none */
	bool pausing; /* what comes now waits until the pause is over */
	int err;      /* of the last try, 0: it was written */
	char why[TRAY_WHY_SIZE];
	int fd; /* rings in the loop when that changes */
	struct metrics *metrics;
	struct counter *written, *lost; /* not owned; metrics holds them */
	struct tray_writer writer;
};

/* written, lost: names of counters */
int tray_alloc(struct tray **tp, const struct tray_writer *writer,
	       struct metrics *metrics, const char *written, const char *lost);

/* NULL: no memory. It has no deposit yet */
struct slip *slip_alloc(int kind, uint64_t key, const char *text, size_t len);

/* from any thread, who holds its deposit. ENOSPC: too much waits, otherwise
 * the slip is the tray's */
int tray_put(struct tray *t, struct slip *slip);
/* a copy of it, from any thread; it counts as lost where it has no room */
void tray_copy(struct tray *t, int kind, const struct slip *slip);

/* the loop's side */
void tray_order(struct tray *t, int order); /* not 0; the last one */
int tray_err(struct tray *t, char why[TRAY_WHY_SIZE]);
/* false: it did not end in that time */
bool tray_stop(struct tray *t, unsigned ms);

/* of the thread, to its end */
void *tray_main(void *arg);

#endif
