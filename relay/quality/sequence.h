/**
 * @file sequence.h  What is missing from a source of RTP, by its numbers
 *
 * Pure. Sequence numbers by RFC 3550 appendix A.1, but with a window of what
 * came, so that a packet that comes twice does not hide one that never came.
 * Losses are judged for bursts (RFC 3611 section 4.7.2) some packets later:
 * what comes after that is too late to be heard, and counts as lost to the
 * ear, though not to the network.
 */
#ifndef RELAY_QUALITY_SEQUENCE_H
#define RELAY_QUALITY_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

/* the kernel's programs know no atomic words that are just read and written */
#ifdef __bpf__
typedef volatile uint64_t losses_count;
#else
#include <stdatomic.h>
typedef _Atomic uint64_t losses_count;
#endif

/** One thread counts, any reads; over all sources of a leg */
struct losses {
	losses_count expected, lost, reordered, duplicates;
	losses_count bursts, burst_lost; /* Gmin 16 */
	losses_count runs, run_lost;     /* losses in a row */
};

struct sequence {
	uint16_t seq;    /* highest */
	uint16_t retry;  /* what would follow a jump */
	uint8_t pending; /* newest packets, not judged for bursts yet */
	uint8_t gap; /* packets that came since the last loss, at most Gmin */
	bool gone;   /* the packet before was lost */
	uint32_t near;     /* losses with less than Gmin between them */
	uint32_t span;     /* expected since the last jump */
	uint32_t expected; /* since the beginning */
	uint32_t received; /* none counted twice */
	uint64_t seen;     /* bit n: packet seq - n came */
};

enum { SEQUENCE_LATE = 0, SEQUENCE_JUMP = -1 };

void sequence_begin(struct sequence *s, struct losses *l, uint16_t seq);

/* how far it is ahead of the highest before; or SEQUENCE_LATE (or double, or
 * not believed yet), SEQUENCE_JUMP: begun anew */
int sequence_add(struct sequence *s, struct losses *l, uint16_t seq);

/* BurstR of ITU-T G.107, hundredths: 100 where losses come at random */
uint32_t losses_burst_ratio(const struct losses *l);

#endif
