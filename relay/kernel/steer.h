/**
 * @file steer.h  A few sockets for all media ports (BPF sk_lookup)
 *
 * A program in the kernel hands what comes for a port of ours to its worker's
 * socket. To give a port to a worker is a store to memory that we share with
 * it: nothing is bound, no descriptor, no system call. What comes for a port
 * that no worker has goes where it would go without us. The program ends with
 * its descriptor, so with the process, however that ends.
 *
 * A port may have a source that is known. What others send there comes by
 * another door, and of that not more than some 30000 packets a second: a
 * flood neither fills the queue that calls are in nor that of all newcomers.
 */
#ifndef RELAY_KERNEL_STEER_H
#define RELAY_KERNEL_STEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/kernel/steer_shared.h"

struct steer;

enum { STEER_NOWHERE = UINT32_MAX };

struct steer_conf {
	const struct sa *addrv; /* ours */
	size_t addrc;
	uint16_t port_min, port_max; /* of each of them */
};

/*
 * Loads and attaches the program. `why` (a static text) is set on error.
 * ENOSYS: built without eBPF; EPERM: CAP_BPF and CAP_NET_ADMIN are missing.
 */
int steer_alloc(struct steer **sp, const struct steer_conf *conf,
		const char **why);

/* the worker's door for that family: bound to anything, connected to nobody */
int steer_hear(struct steer *s, unsigned worker, int af, enum steer_door door,
	       int fd);

/* what is too much ends there: bound likewise, and read by nobody */
int steer_sink(struct steer *s, int af, int fd);

/* number of an address and port of ours, of so many */
uint32_t steer_place(const struct steer *s, const struct sa *local);
uint32_t steer_places(const struct steer *s);

/* what comes from there is known, until the port is given or taken again */
void steer_know(struct steer *s, uint32_t place, const struct sa *src);
bool steer_knows(const struct steer *s, uint32_t place);

/* any thread; who has it from steer_has() sees what was before steer_give() */
bool steer_has(const struct steer *s, uint32_t place, unsigned worker);
void steer_give(struct steer *s, uint32_t place, unsigned worker);
void steer_take(struct steer *s, uint32_t place);

#endif
