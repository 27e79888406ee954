/**
 * @file cell.h  An address that one thread writes and others read
 *
 * A sequence lock of atomic words: the writer never waits, a reader tries
 * again if it was disturbed.
 */
#ifndef RELAY_LATCH_CELL_H
#define RELAY_LATCH_CELL_H

#include <stdatomic.h>
#include <stdint.h>
#include <re.h>

struct cell {
	_Atomic uint32_t turn; /* odd while it is written */
	_Atomic uint64_t wordv[3];
};

void cell_set(struct cell *c, const struct sa *sa);
void cell_get(const struct cell *c, struct sa *sa);

#endif
