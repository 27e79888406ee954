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

/* EPERM: CAP_NET_RAW is missing */
int chute_alloc(struct chute **op, const struct relay_conf *conf);

/*
 * From leg's port to dst, when the batch is sent; at most CHUTE_MAX.
 * There are DATAGRAM_HEAD octets of room before the payload; it stays where it
 * is until then. counted: the leg's statistics have it.
 */
void chute_add(struct chute *o, struct leg *leg, const struct sa *dst,
	       uint8_t *payload, size_t len, bool counted);

/* in the order in which they were added, for each address of ours */
void chute_send(struct chute *o, struct chute_sum *sum);

#endif
