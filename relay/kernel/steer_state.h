/**
 * @file steer_state.h  What the files behind steer.h share
 */
#ifndef RELAY_KERNEL_STEER_STATE_H
#define RELAY_KERNEL_STEER_STATE_H

#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/kernel/steer_shared.h"

struct steer_bpf;

struct steer {
	struct steer_bpf *bpf;
	struct steer_owner *ownerv; /* shared with the kernel */
	size_t size;                /* of that memory */
	struct sa addrv[STEER_ADDRESSES];
	size_t addrc;
	uint32_t min, ports, places;
	uint64_t key;
};

void steer_address(struct steer_address *to, const struct sa *sa);

#endif
