/**
 * @file attach.h  Where the kernel's program sits: ingress, tcx or clsact
 *
 * With tcx (Linux 6.6) a descriptor holds it: it is gone with the process,
 * however that ends. A filter of clsact stays until it is removed: one that
 * was left behind by a process that was killed does nothing any more, for
 * nobody beats (flows.h), and is removed when the next one starts.
 */
#ifndef RELAY_KERNEL_ATTACH_H
#define RELAY_KERNEL_ATTACH_H

#include "relay/kernel/flows.h"

struct attach;

/* on each Ethernet interface that has one of the addresses, and on those that
 * have others: packets may come by any; why: static */
int attach_alloc(struct attach **ap, int prog_fd,
		 const struct flows_conf *conf, const char **why);
enum flows_attach attach_mode(const struct attach *a);

/* is it an address of ours that is there? */
bool attach_covers(const struct attach *a, const struct sa *local);

#endif
