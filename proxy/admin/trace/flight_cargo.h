/**
 * @file flight_cargo.h  What a file of the flight recorder is made of
 *
 * Messages, and the headers of the packets of that time, in one order. Made by
 * the loop, read by the thread that writes the file: it owns all of it then.
 */
#ifndef PROXY_ADMIN_TRACE_FLIGHT_CARGO_H
#define PROXY_ADMIN_TRACE_FLIGHT_CARGO_H

#include <stddef.h>
#include <stdint.h>
#include <re.h>

struct flight_cargo;
struct sheaf;

/* room for a message as well as for a packet that came and went */
enum { CARGO_READ_MIN = 8192 };

/* messages as of pcap_write(), in order; it is given away, as what is in the
 * sheaf now. Either may be NULL. wall_us: since 1970, when at_us was 0 */
int flight_cargo_alloc(struct flight_cargo **cp, struct mbuf *messages,
		       struct sheaf *sheaf, uint64_t wall_us);

/* octets of memory; 0: there is nothing in it */
size_t flight_cargo_size(const struct flight_cargo *c);

/* the next packets, whole ones: how many octets; 0: that was all. size is
 * CARGO_READ_MIN at least */
size_t flight_cargo_read(uint8_t *buf, size_t size, void *arg);

#endif
