/**
 * @file codec_cell.h  A codec that one thread writes and others read
 *
 * As cell.h does it: the writer never waits, a reader tries again if it was
 * disturbed.
 */
#ifndef RELAY_QUALITY_CODEC_CELL_H
#define RELAY_QUALITY_CODEC_CELL_H

#include <stdatomic.h>
#include <stdint.h>
#include "relay/terms.h"

struct codec_cell {
	_Atomic uint32_t turn; /* odd while it is written */
	_Atomic uint32_t pt, clock;
	_Atomic uint64_t namev[2];
};

void codec_cell_set(struct codec_cell *c, const struct relay_codec *codec);

/* all but its channels */
void codec_cell_get(const struct codec_cell *c, struct relay_codec *codec);

#endif
