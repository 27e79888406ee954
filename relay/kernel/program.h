/**
 * @file program.h  The kernel's program, loaded, and its maps
 */
#ifndef RELAY_KERNEL_PROGRAM_H
#define RELAY_KERNEL_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include "relay/kernel/flow_map.h"
#include "relay/kernel/flows.h"

struct program;

/* slots, and as many ways; why: static */
int program_alloc(struct program **pp, uint32_t slots, struct log *log,
		  const char **why);
int program_fd(const struct program *p);

/* it works for some seconds; ns */
void program_beat(struct program *p, uint64_t now);
struct flow_slot *program_slot(const struct program *p, uint32_t index);
struct flow_way *program_ways(const struct program *p);

/* FLOW_HEADS of them */
struct flow_head *program_ring(const struct program *p, uint32_t index);

/* by whom it is known, and what is made of its packets */
void program_aim(struct flow_slot *slot, const struct flow_conf *conf);

/* one at a time. EEXIST; ENOSPC: its port has too many */
int program_add(struct program *p, uint32_t index);
void program_remove(struct program *p, uint32_t index);

#endif
