/**
 * @file history_writer.h  What the history's thread does
 *
 * Of history.c only.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_WRITER_H
#define PROXY_ADMIN_HISTORY_HISTORY_WRITER_H

#include "proxy/admin/history/history.h"
#include "proxy/admin/history/history_keep.h"
#include "proxy/admin/history/history_reap.h"
#include "proxy/admin/history/strongbox.h"
#include "proxy/admin/history/tray.h"

enum { HISTORY_IDLE_MS = 1000, HISTORY_MB = 1 << 20 };

/** Kinds of slips */
enum {
	HISTORY_SETTLE = -1, /* the calls that go on are put */
	HISTORY_PUT = 0,
	HISTORY_DROP,
	HISTORY_FLIGHT,
};

struct history_writer {
	struct history_db db;
	struct history_post post;
	struct history_reap reap;
	struct history_keep keep;
	char lines[HISTORY_DIR_MAX]; /* file of records, or "" */
	uint32_t made;               /* of the database, that was told */
	uint64_t beat_us;            /* when it was written last */
	uint64_t clean_us;           /* when places are forgotten next */
	uint64_t done;               /* those that are old enough then */
	bool settled;            /* what a former server left open is over */
	struct strongbox *box;   /* or NULL; referenced */
	struct metrics *metrics; /* holds the counters */
	struct counter *refused; /* not owned */
};

int history_writer_alloc(struct history_writer **wp,
			 const struct history_conf *conf,
			 struct metrics *metrics);

/* for a tray (struct tray_writer) */
int history_writer_write(struct slip *const *slipv, int n, char *why,
			 void *arg);
void history_writer_idle(void *arg);

#endif
