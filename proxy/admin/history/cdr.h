/**
 * @file cdr.h  Call records: one a line, in a file
 *
 * JSON or CSV. Written by a thread of its own: no disk is waited for. What
 * waits is bounded; what is too much for it is lost, counted and said.
 */
#ifndef PROXY_ADMIN_HISTORY_CDR_H
#define PROXY_ADMIN_HISTORY_CDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cdr;
struct deposit;
struct history;
struct log;
struct metrics;
struct strongbox;

/** When a file gives way, and how long it stays then */
struct cdr_limits {
	uint32_t size_mb;   /* 0: it does not for its size */
	bool daily;         /* and with each day (UTC) */
	uint32_t keep_days; /* 0: for ever */
};

struct cdr_conf {
	const char *path;
	bool csv; /* with a line of names; false: JSON */
	struct cdr_limits limits;
	/* is handed each record once it is in the file, or could not be
	 * written at once: what the history says has ended is there. Not
	 * owned, and ends later; NULL: nobody */
	struct history *history;
	struct strongbox *box; /* of the records' deposits, or NULL */
};

/* the file need not be writable yet; mem_deref() writes what waits, for 2 s at
 * most */
int cdr_alloc(struct cdr **cp, const struct cdr_conf *conf, struct log *log,
	      struct metrics *metrics);

/* JSON without line end; copied. key: the id that the call began under; d:
 * where it is in the box, which the caller holds; NULL: it is not. ENOSPC: it
 * is lost */
int cdr_write(struct cdr *c, uint64_t key, const char *line, size_t len,
	      const struct deposit *d);

/* from now on */
void cdr_limit(struct cdr *c, const struct cdr_limits *limits);

/* the file was moved away: the next record begins another one. It is noticed
 * without that as well */
void cdr_reopen(struct cdr *c);

/* another file begins now */
void cdr_rotate(struct cdr *c);

#endif
