/**
 * @file json_in.h  JSON that we have written, read again
 *
 * It lay on a disk: another version may have written it, or an operator's
 * hand, so each value is checked. What is absent is no error, and leaves a
 * zero.
 */
#ifndef COMMON_JSON_IN_H
#define COMMON_JSON_IN_H

#include <stdbool.h>
#include <stdint.h>
#include "common/json.h"

/* as json_out_exact() has written it; the caller's. Absent: stays as it is */
int json_in_text(char **textp, const json_t *o, const char *name);

/* the same into a buffer; EBADMSG: too long as well */
int json_in_words(char *buf, size_t size, const json_t *o, const char *name);

/* at most max, else EBADMSG */
int json_in_number(uint64_t *n, const json_t *o, const char *name,
		   uint64_t max);

/* as json_out_id() has written it */
int json_in_id(uint64_t *id, const json_t *o, const char *name);
int json_in_sa(struct sa *sa, const json_t *o, const char *name);

/* false as well where it is none */
bool json_in_bool(const json_t *o, const char *name);

#endif
