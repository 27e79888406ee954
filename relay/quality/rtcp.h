/**
 * @file rtcp.h  What a compound of RTCP says: SR, RR, XR
 *
 * Pure. Reads what is in the clear; SRTCP is nothing to it. What is wrong
 * ends the reading, what was read before counts.
 */
#ifndef RELAY_QUALITY_RTCP_H
#define RELAY_QUALITY_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RTCP_BLOCKS_MAX = 16 };

/** A time that is to come back: of an SR, or of an XR receiver reference */
struct rtcp_time {
	bool set;
	uint32_t ntp; /* its middle bits: 1/65536 s */
};

/** A block about a source: of an SR or RR, or a DLRR of an XR */
struct rtcp_block {
	uint32_t ssrc;
	bool losses; /* the next three are said, not only the time */
	int32_t lost;
	uint32_t highest; /* sequence number that it got */
	uint32_t jitter;  /* ticks of its clock */
	uint32_t lsr;     /* the time that it came with; 0: none */
	uint32_t dlsr;    /* how long ago, 1/65536 s */
};

struct rtcp {
	bool report;      /* there was an SR or RR */
	bool sender;      /* there was an SR: */
	uint32_t ssrc;    /* ... of it */
	uint32_t packets; /* ... that it has sent */
	struct rtcp_time sr, rrtr;
	struct rtcp_block blockv[RTCP_BLOCKS_MAX];
	size_t blockc;
};

/* EBADMSG: nothing in it, or not in the clear */
int rtcp_read(struct rtcp *r, const uint8_t *p, size_t len);

#endif
