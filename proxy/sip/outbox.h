/**
 * @file outbox.h  Datagrams that leave together, at the end of a batch
 *
 * What is sent while a batch of messages is being worked on waits for its end,
 * a dozen at most, and leaves by one system call, in the order in which it was
 * sent. Outside of a batch a datagram leaves at once. What the kernel refuses
 * then, flow_failed() tells.
 */
#ifndef PROXY_SIP_OUTBOX_H
#define PROXY_SIP_OUTBOX_H

#include <re.h>

enum {
	OUTBOX_MAX = 16,     /* datagrams that wait */
	OUTBOX_LARGE = 4096, /* octets; larger ones do not wait */
};

struct outbox;
struct flow;
struct metrics;

int outbox_alloc(struct outbox **op, struct metrics *metrics);

/* a batch; they nest, and what waits leaves at the end of the outermost */
void outbox_hold(struct outbox *o);
void outbox_release(struct outbox *o);

/* by that socket to the flow's peer; mb is referenced while it waits. NULL:
 * at once. errno of sendto(2), but for what is as if the network lost it */
int outbox_send(struct outbox *o, int fd, struct flow *flow, struct mbuf *mb);

/* now; before a socket closes */
void outbox_flush(struct outbox *o);

#endif
