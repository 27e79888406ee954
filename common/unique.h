/**
 * @file unique.h  Numbers that nobody foresees, cheaply
 *
 * SipHash of a counter under a key of its own: as good as random to who does
 * not know the key, without OpenSSL's generator and its locks for each of
 * them. For names of things, not for keys and passwords.
 */
#ifndef COMMON_UNIQUE_H
#define COMMON_UNIQUE_H

#include <stdint.h>

struct unique;

/* of one thread */
int unique_alloc(struct unique **up);
uint64_t unique_next(struct unique *u);

#endif
