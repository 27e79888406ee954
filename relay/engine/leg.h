/**
 * @file leg.h  One media port of a path: latch, counters
 *
 * What the main thread may touch while a worker has the leg: the constants
 * and what is atomic.
 */
#ifndef RELAY_ENGINE_LEG_H
#define RELAY_ENGINE_LEG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/latch/cell.h"
#include "relay/latch/foreign.h"
#include "relay/engine/hearsay.h"
#include "relay/latch/latch.h"
#include "relay/latch/packet.h"
#include "relay/relay.h"
#include "relay/latch/srtp_proof.h"

struct ice;
struct leg_past;
struct path;
struct port;
struct ride;

/* one thread counts, any reads */
struct leg_counts {
	_Atomic uint64_t rx_packets, rx_octets;
	_Atomic uint64_t tx_packets, tx_octets;
	_Atomic uint64_t refused, invalid, unsent;
};

/** A datagram that came to a leg, and what it makes of it */
struct arrival {
	const struct sa *src;
	const uint8_t *p;
	size_t len;
	uint64_t now_us;    /* monotonic */
	uint8_t hops;       /* that it may still go; 0: not looked at */
	struct packet pkt;  /* what it is */
	int event;          /* enum relay_event to report, -1 if none */
	struct mbuf *reply; /* to be sent back, the caller's; or NULL */
};

struct leg {
	/* constant while its path has ports */
	struct port *port;      /* not owned */
	const struct sa *local; /* its port's; NULL: it has none */
	int fd;                 /* as well */
	enum relay_side side : 8;
	enum relay_comp comp : 8;

	/* the worker's */
	uint8_t hops;  /* of its source, when last seen; 0: unknown */
	bool told;     /* the first stranger since the anchor was reported */
	bool anchored; /* signalling of its side has come */

	/* constant while its path has ports */
	struct path *path;       /* not owned */
	struct leg *across;      /* of the other side, not owned; NULL: none */
	struct leg *beside;      /* the other component's, not owned */
	struct hearsay *hearsay; /* its side's, not owned; NULL: none */

	/* the worker's */
	struct le le;                    /* of its port's legs */
	const struct relay_terms *terms; /* its path's; NULL: unknown */
	struct ice *ice;                 /* as well; NULL: it has none */
	struct latch latch;
	struct leg_past *past; /* NULL: nothing, or taken up */
	struct srtp_proof proof;

	/* the main thread's: how long it has looked, and seen nothing new */
	uint64_t looked;
	uint32_t quiet;

	/* everybody's */
	_Atomic uint32_t
		silent; /* looks that the worker is to tell the latch */
	struct ride *_Atomic ride; /* NULL: it never was in the kernel */
	_Atomic uint8_t hindrance; /* enum hindrance */
	struct leg_counts counts;
	struct cell latched;
	struct foreign foreign; /* what the worker writes any may read */
};

void leg_init(struct leg *leg, const struct relay_conf *conf,
	      const struct sa *local);
void leg_attach(struct leg *leg, struct port *port);
void leg_listen(struct leg *leg);
void leg_close(struct leg *leg);

/* the terms before stay readable until both of a side's legs know the new */
void leg_anchor(struct leg *leg, const struct anchor *a,
		const struct relay_terms *terms);

/* fills pkt, event and reply; true: forward it */
bool leg_hear(struct leg *leg, struct arrival *arr);

/* from where it leaves */
struct leg *leg_out(const struct leg *leg, const struct arrival *arr);

/* once a second, by the main thread */
void leg_look(struct leg *leg);

/* packets of its source that were forwarded without us; heard: as if its
 * latch had judged them */
void leg_rode(struct leg *leg, uint64_t packets, uint64_t octets, bool heard);

void leg_sent(struct leg *leg, uint64_t packets, uint64_t octets,
	      uint64_t unsent);
void leg_stats(const struct leg *leg, struct relay_stats *st);

#endif
