/**
 * @file chute.h  What leaves from ports that have no socket of their own
 *
 * One raw socket for each of our addresses: a batch of many calls' datagrams,
 * with headers of ours, leaves in one system call. The kernel finds the way as
 * for any other; these sockets hear nothing, and no error of one target is
 * another's. A worker's.
 */
#ifndef RELAY_ENGINE_CHUTE_H
#define RELAY_ENGINE_CHUTE_H

#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/relay.h"

struct leg;
struct chute;

enum { CHUTE_MAX = 64 };

/** Of a batch */
struct chute_sum {
	uint64_t packets, sent;
};

/** A datagram that leaves; the payload stays where it is until then */
struct chute_item {
	struct leg *leg; /* from its port */
	const struct sa *dst;
	uint8_t *payload; /* with DATAGRAM_HEAD octets of room before it */
	size_t len;
	uint8_t hops; /* of what came; 0: it is ours, or unknown */
	bool counted; /* the leg's statistics have it */
};

/* EPERM: CAP_NET_RAW is missing */
int chute_alloc(struct chute **op, const struct relay_conf *conf);

/* at most CHUTE_MAX; item may go, and so may where it went to */
void chute_add(struct chute *o, const struct chute_item *item);

/* in the order in which they were added, for each address of ours */
void chute_send(struct chute *o, struct chute_sum *sum);

#endif
