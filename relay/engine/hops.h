/**
 * @file hops.h  How many hops a datagram may still go
 *
 * We are one of them, as a router is: what two relays send to each other, for
 * their phones say so, ends.
 */
#ifndef RELAY_ENGINE_HOPS_H
#define RELAY_ENGINE_HOPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* of what we begin, and at most of what we pass on; 0: unknown; 1: no more */
enum { HOPS_UNKNOWN = 0, HOPS_LAST = 1, HOPS_MAX = 64, HOPS_ROOM = 24 };

/* from now on the kernel says it of what a socket of that family receives */
void hops_ask(int fd, int af);

/* of what came; its control has HOPS_ROOM for this */
uint8_t hops_read(struct msghdr *msg);

/* of a source, of which one more packet came, or was not looked at */
uint8_t hops_learn(uint8_t known, uint8_t hops);

/* of what is passed on, of which that came */
uint8_t hops_next(uint8_t hops);

/* of what a socket sends from now on */
void hops_set(int fd, int af, uint8_t hops);

#endif
