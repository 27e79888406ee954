/**
 * @file trail_reader.h  Packets of a trail, in the order of time
 */
#ifndef RELAY_TRAIL_TRAIL_READER_H
#define RELAY_TRAIL_TRAIL_READER_H

#include "relay/trail/trail.h"

/** Where a track is read */
struct trail_mark {
	const struct le *le; /* of its page; NULL: at its end */
	size_t at;
};

struct trail_reader {
	const struct trail *trail; /* not owned, sealed */
	struct trail_mark markv[2 * TRAIL_KINDS];
	int next;       /* mark of the next packet, -1: there is none */
	uint64_t at_us; /* of it, monotonic; UINT64_MAX: there is none */
};

/** A packet, valid as long as its trail */
struct trail_packet {
	enum trail_kind kind;
	enum relay_side side;
	uint64_t at_us;               /* monotonic */
	const struct sa *src, *local; /* as it came */
	const struct sa *out, *dst;   /* as it left; dst NULL: it did not */
	const uint8_t *p;
	size_t kept, wire;
};

void trail_reader_init(struct trail_reader *r, const struct trail *trail);

/* false: that was the last one */
bool trail_reader_next(struct trail_reader *r, struct trail_packet *pkt);

#endif
