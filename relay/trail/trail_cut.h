/**
 * @file trail_cut.h  How much of a packet is header, and may be kept
 *
 * Pure.
 */
#ifndef RELAY_TRAIL_TRAIL_CUT_H
#define RELAY_TRAIL_TRAIL_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "relay/latch/packet.h"

/* octets from its first one; secret: what follows an RTCP header is SRTCP's */
size_t trail_cut(const struct packet *pkt, bool secret, const uint8_t *p,
		 size_t len);

#endif
