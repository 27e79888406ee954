/**
 * @file tap.h  Somebody who hears the packets of a session as they pass
 *
 * Embedded first in what listens (a recording). Its handler runs in the
 * worker's thread for each packet that is accepted: it copies, and never
 * waits. Each stream that a worker has holds it; the last one to let go of it
 * frees it, in whichever thread that is.
 */
#ifndef RELAY_TAP_H
#define RELAY_TAP_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/relay.h"

/** A packet that was accepted, and is about to be sent on */
struct tap_packet {
	unsigned stream;
	enum relay_side side;   /* that it came from */
	enum relay_comp comp;   /* RTCP also where it came to an RTP port */
	const struct sa *src;   /* its source */
	const struct sa *local; /* our port that it came to */
	const uint8_t *p;
	size_t len;
	uint64_t now_us; /* monotonic */
};

struct relay_tap {
	_Atomic uint32_t refs;
	void (*packeth)(struct relay_tap *tap, const struct tap_packet *pkt);
	void (*freeh)(struct relay_tap *tap); /* nobody has it any more */
};

/* one reference, the caller's */
void tap_init(struct relay_tap *tap,
	      void (*packeth)(struct relay_tap *tap,
			      const struct tap_packet *pkt),
	      void (*freeh)(struct relay_tap *tap));
struct relay_tap *tap_hold(struct relay_tap *tap);
void tap_release(struct relay_tap *tap);

#endif
