/**
 * @file layer.h  One stage of a connection: TCP, TLS, WebSocket, SIP
 *
 * A connection is a chain of them, the socket lowest, SIP on top. Octets that
 * arrive go up, each stage decoding for the next; what we say goes down. A
 * stage between the two embeds struct layer as its first member, fills ops
 * and knows neither its neighbours nor the connection.
 *
 * Whoever gets an error from layer_up() or layer_down() returns it at once:
 * it runs back to the connection, which closes. The stages live on until that
 * has returned.
 */
#ifndef PROXY_SIP_LAYER_H
#define PROXY_SIP_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct layer;

struct layer_ops {
	const char *name; /* "tls": whose handshake is waited for */
	bool whole; /* what it passes up is one whole SIP message a call; not
		     * whole: octets of a stream, to be framed */

	/* the one below is established: begin. Ends by layer_established(),
	 * at once or when a handshake is done */
	int (*start)(struct layer *l);

	/* from below; decoded on by layer_up() */
	int (*input)(struct layer *l, const uint8_t *p, size_t len);

	/* one message from above, all of it; encoded on by layer_down().
	 * Only once this one is established. */
	int (*output)(struct layer *l, const uint8_t *p, size_t len);

	/* our last words have been said: say that (close_notify, a Close
	 * frame); NULL: nothing to say */
	void (*end)(struct layer *l);
};

struct layer {
	const struct layer_ops *ops;
	struct layer *above, *below; /* not owned */
	void *owner;                 /* of the two ends: the connection */
};

void layer_put_on(struct layer *below, struct layer *above);

/* the handshake is done: the one above begins */
int layer_established(struct layer *l);
int layer_up(struct layer *l, const uint8_t *p, size_t len);
int layer_down(struct layer *l, const uint8_t *p, size_t len);

/* from the top down: all say that it ends */
void layer_end(struct layer *top);

#endif
