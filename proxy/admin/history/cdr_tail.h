/**
 * @file cdr_tail.h  The last records in the files of a former run
 *
 * What a crash has come between is in the file already, though nobody knows
 * it. JSON or CSV.
 */
#ifndef PROXY_ADMIN_HISTORY_CDR_TAIL_H
#define PROXY_ADMIN_HISTORY_CDR_TAIL_H

#include <re.h>

enum { CDR_TAIL_MAX = 32 << 20 }; /* octets of a file */

struct cdr_tail;

/* of the file and of the newest former one; those that are not there are
 * empty */
int cdr_tail_alloc(struct cdr_tail **tp, const char *path);

/* false: no such record; the text is the tail's */
bool cdr_tail_find(const struct cdr_tail *t, uint64_t id, struct pl *line);

/* is that line there, without its line feed? */
bool cdr_tail_has(const struct cdr_tail *t, const struct pl *line);

/* what stands behind the last line feed of the file that is written now */
void cdr_tail_rest(const struct cdr_tail *t, struct pl *rest);

#endif
