/**
 * @file place.h  Which of our addresses faces a side
 */
#ifndef RELAY_PLACE_H
#define RELAY_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <re.h>
#include "relay/relay.h"

/** Zeroed: anywhere */
struct place {
	char zone[RELAY_ZONE_SIZE]; /* "": any */
	bool strict;                /* in no other zone */
	struct sa best;             /* of ours; af unset: none */
};

/* "" and NULL are no name; ENOENT: we have no such zone */
int place_find(struct place *p, const struct relay_conf *conf,
	       const struct sa *towards, const char *zone);

/* the addresses of that family, the best one first; returns how many */
size_t place_order(size_t indexv[RELAY_ADDR_MAX], const struct place *p,
		   const struct relay_conf *conf, int af);

#endif
