/**
 * @file claim.h  Which media ports are ours, said to others like us
 *
 * Who steers ports binds none of them, so another relay on the same addresses
 * would not find them taken. Each therefore says which ones are his, by the
 * name of a socket, that goes with him.
 */
#ifndef RELAY_ENGINE_CLAIM_H
#define RELAY_ENGINE_CLAIM_H

#include <stdbool.h>
#include "relay/relay.h"

/** A zeroed one is closed */
struct claim {
	int fdv[RELAY_ADDR_MAX];
	size_t fdc;
	bool disputed; /* others had some of them before us */
	uint32_t me;   /* who we are to others; 0: made up when it is opened */
};

int claim_open(struct claim *c, const struct relay_conf *conf);
void claim_close(struct claim *c);

#endif
