/**
 * @file flow_entry.h  A flow, inside of flows.c and flow_entry.c
 */
#ifndef RELAY_KERNEL_FLOW_ENTRY_H
#define RELAY_KERNEL_FLOW_ENTRY_H

#include "relay/kernel/flows.h"
#include "relay/kernel/program.h"
#include "relay/kernel/spare.h"
#include "relay/kernel/way.h"

struct flow {
	struct le le;           /* of those that may be used anew */
	struct flows *fs;       /* not owned */
	struct flow_slot *slot; /* shared with the program */
	uint32_t index;
	struct way *way; /* to be released */

	/* headers of its packets */
	struct flow_head *ring; /* NULL: none are kept */
	uint32_t ring_index;
	uint64_t read; /* of its packets: who owns it has their headers */
};

/* a ring that is nobody else's */
void flow_remember(struct flow *f, struct flow_head *ring);

/* with the lock held: its ring is somebody else's to take */
void flow_forget(struct flow *f, struct spare *rings, uint64_t now_us);

#endif
