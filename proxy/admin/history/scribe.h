/**
 * @file scribe.h  A thread that writes what the loop hands it
 *
 * No disk is waited for. What waits is bounded; what is too much for it is
 * lost, counted and said.
 */
#ifndef PROXY_ADMIN_HISTORY_SCRIBE_H
#define PROXY_ADMIN_HISTORY_SCRIBE_H

#include "proxy/admin/history/tray.h"

struct log;
struct scribe;

/** What a scribe is called; all of it outlives it */
struct scribe_names {
	const char *thread;                         /* 15 octets */
	const char *fails, *works, *misses, *hangs; /* kinds of the log */
	const char *written, *lost;                 /* counters */
	const char *file;
};

/* mem_deref() writes what waits, for 2 s at most; writer->arg is the scribe's
 * on success */
int scribe_alloc(struct scribe **sp, const struct tray_writer *writer,
		 const struct scribe_names *names, struct log *log,
		 struct metrics *metrics);

/* copied; d: where it is in the box, which the caller holds; NULL: it is not.
 * ENOSPC, ENOMEM: it is lost */
int scribe_write(struct scribe *s, int kind, uint64_t key, const char *text,
		 size_t len, const struct deposit *d);
void scribe_order(struct scribe *s, int order);

/* for other threads, as long as the scribe lives */
struct tray *scribe_tray(struct scribe *s);

#endif
