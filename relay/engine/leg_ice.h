/**
 * @file leg_ice.h  A port whose side speaks ICE: its checks end here
 */
#ifndef RELAY_ENGINE_LEG_ICE_H
#define RELAY_ENGINE_LEG_ICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "relay/latch/latch.h"

struct arrival;
struct leg;

/* after our login towards its side, or its terms, have changed */
void leg_ice_update(struct leg *leg);

/* STUN; true: it ends here, perhaps with a reply or an event */
bool leg_ice_ends(struct leg *leg, struct arrival *arr);

/* anything else, at a port whose latch is told that its side speaks ICE */
enum latch_verdict leg_ice_judge(struct leg *leg, const struct arrival *arr);

/* where several legs have a port; 0: as good as any other */
unsigned leg_ice_fits(const struct leg *leg, const struct sa *src,
		      const uint8_t *p, size_t len);

#endif
