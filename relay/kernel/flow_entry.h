/**
 * @file flow_entry.h  A flow, inside of flows.c and flow_entry.c
 */
#ifndef RELAY_KERNEL_FLOW_ENTRY_H
#define RELAY_KERNEL_FLOW_ENTRY_H

#include "relay/kernel/flows.h"
#include "relay/kernel/program.h"
#include "relay/kernel/way.h"

struct flow {
	struct le le;           /* of those that may be used anew */
	struct flows *fs;       /* not owned */
	struct flow_slot *slot; /* shared with the program */
	uint32_t index;
	struct way *way; /* to be released */
};

#endif
