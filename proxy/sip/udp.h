/**
 * @file udp.h  A UDP listener: datagrams in, flows out
 *
 * One unconnected socket on one specific address, so replies always leave
 * from where the request came to. Keepalives and what is neither SIP nor STUN
 * end here, counted.
 */
#ifndef PROXY_SIP_UDP_H
#define PROXY_SIP_UDP_H

#include "proxy/sip/flow.h"

struct metrics;
struct udp_listener;
struct outbox;
struct traffic;
struct onlooker;

/* p, len: starts with what may be a start line, or is STUN; arrived_us: when
 * the kernel got it, as clock_us() has the time */
typedef void(udp_input_h)(struct flow *flow, const uint8_t *p, size_t len,
			  uint64_t arrived_us, void *arg);

/* may more be read, and: what was there was read. With the handler's argument */
typedef bool(udp_room_h)(void *arg);
typedef void(udp_turn_h)(void *arg);

int udp_listener_alloc(struct udp_listener **lp, const struct sa *laddr,
		       struct metrics *metrics, udp_input_h *h, void *arg);
const struct sa *udp_listener_addr(const struct udp_listener *l);

/* reads no more than there is room for, and says when it has; each may be
 * NULL */
void udp_listener_turns(struct udp_listener *l, udp_room_h *roomh,
			udp_turn_h *turnh);

/* tells of each datagram; keeps a reference */
void udp_listener_count(struct udp_listener *l, struct traffic *traffic);

/* is shown each message that leaves; keeps a reference */
void udp_listener_show(struct udp_listener *l, struct onlooker *onlooker);

/* what its flows send waits there for the end of a batch, and what it reads is
 * one; keeps a reference */
void udp_listener_batch(struct udp_listener *l, struct outbox *box);

/* a flow to that peer; it keeps the listener */
int udp_listener_flow(struct flow **fp, struct udp_listener *l,
		      const struct sa *peer);

/* pure: how long that datagram has waited in the kernel, us; now_us: now, since 1970. 0
 * where a clock was set meanwhile */
struct msghdr;
uint64_t udp_age(struct msghdr *mh, uint64_t now_us);

/* takes in no more; its flows still send */
void udp_listener_stop(struct udp_listener *l);

/* and its flows send no more (ENOTCONN) */
void udp_listener_close(struct udp_listener *l);

#endif
