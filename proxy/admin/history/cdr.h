/**
 * @file cdr.h  Call records: one JSON object a line, in a file
 *
 * Written by a thread of its own: no disk is waited for. What waits is
 * bounded; what is too much for it is lost, counted and said.
 */
#ifndef PROXY_ADMIN_HISTORY_CDR_H
#define PROXY_ADMIN_HISTORY_CDR_H

#include <stddef.h>

struct cdr;
struct log;
struct metrics;

/* the file need not be writable yet; mem_deref() writes what waits, for 2 s at
 * most */
int cdr_alloc(struct cdr **cp, const char *path, struct log *log,
	      struct metrics *metrics);

/* without line end; copied. ENOSPC: it is lost */
int cdr_write(struct cdr *c, const char *line, size_t len);

/* the file was moved away: the next record begins another one. It is noticed
 * without that as well */
void cdr_reopen(struct cdr *c);

#endif
