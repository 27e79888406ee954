/**
 * @file cdr_rotation.h  When a file of records gives way, and to what name
 *
 * "calls.jsonl" becomes "calls-2026-11-20.jsonl", a second one of that day
 * "calls-2026-11-20.2.jsonl".
 */
#ifndef PROXY_ADMIN_HISTORY_CDR_ROTATION_H
#define PROXY_ADMIN_HISTORY_CDR_ROTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CDR_DAY_S = 86400, CDR_ROTATION_MAX = 10000 /* files of a day */ };

/** Read by the thread that writes, and set by the loop */
struct cdr_rotation {
	uint64_t size; /* octets; 0: any */
	bool daily;
	uint32_t keep; /* days; 0: for ever */
};

void cdr_rotation_set(struct cdr_rotation *r, const struct cdr_rotation *to);

/* day: of what was written last, days since 1970 */
bool cdr_rotation_due(const struct cdr_rotation *r, uint64_t size, int64_t day,
		      int64_t today);

/* n: 1 and up. ENAMETOOLONG */
int cdr_rotation_name(char *buf, size_t size, const char *path, int64_t day,
		      unsigned n);

/* is name (without directory) a former file of path, and of what day? */
bool cdr_rotation_is(const char *name, const char *path, int64_t *day);

/* moves it out of the way; removes those that are too old */
int cdr_rotation_move(const char *path, int64_t day);
void cdr_rotation_clean(const struct cdr_rotation *r, const char *path,
			int64_t today);

/* the newest former file; ENOENT */
int cdr_rotation_last(char *buf, size_t size, const char *path);

#endif
