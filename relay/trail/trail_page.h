/**
 * @file trail_page.h  Where headers of packets stand, one behind the other
 *
 * All packets of a page came from one source, and went to one target: it says
 * both once. Inside of relay/trail only.
 */
#ifndef RELAY_TRAIL_TRAIL_PAGE_H
#define RELAY_TRAIL_TRAIL_PAGE_H

#include <stdint.h>
#include <re.h>

enum { TRAIL_PAGE_SIZE = 1024, TRAIL_ALIGN = 4 };

/* of a record's flags */
enum {
	TRAIL_TO_RTCP = 1,   /* it came to the port of RTCP */
	TRAIL_FROM_RTCP = 2, /* it left from the other side's */
};

/** What stands before the octets of a packet that are kept */
struct trail_record {
	uint32_t after_us; /* the page's first */
	uint16_t wire;     /* octets that it had */
	uint8_t kept;
	uint8_t flags;
};

struct trail_track;

struct trail_page {
	struct le le;     /* of its track, or of those that are free */
	struct le age_le; /* of those that may go for others, oldest first */
	struct trail_track *track; /* not owned */
	uint64_t first_us;         /* monotonic */
	struct sa src;
	struct sa dst; /* af unset: they were not sent on */
	uint16_t used; /* octets of data */
	uint16_t packets;
	uint8_t data[];
};

enum { TRAIL_ROOM = TRAIL_PAGE_SIZE - sizeof(struct trail_page) };

static inline size_t trail_record_size(size_t kept)
{
	return sizeof(struct trail_record) +
	       (kept + TRAIL_ALIGN - 1) / TRAIL_ALIGN * TRAIL_ALIGN;
}

#endif
