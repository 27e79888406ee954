/**
 * @file sip_layer.c  The uppermost layer of a connection: SIP
 */
#include <errno.h>
#include <re.h>
#include "common/metrics.h"
#include "proxy/sip/connection.h"
#include "proxy/sip/sip_layer.h"

enum { BAD_MAX = 16 }; /* more of them than good ones: no accident */


/* RFC 5626 section 4.4.1 */
static void pong(struct connection *c, size_t n)
{
	struct mbuf *mb = mbuf_alloc(2 * n);

	if (!mb)
		return;

	while (n--)
		(void)mbuf_write_str(mb, "\r\n");
	mb->pos = 0;
	(void)connection_send(c, mb);
	counter_inc(c->conf->pings);
	mem_deref(mb);
}


/* A bad message that was cut out whole costs nothing but itself: who shares a
 * connection with others must not end theirs, and of a callee's bad Contact
 * the caller's ACK is made. A flood of them is another thing. */
static void take_message(struct connection *c, const struct frame *fr)
{
	int err;

	c->spoken = true;
	err = c->conf->msgh(c->flow, fr->p, fr->len, c->conf->arg);
	if (!err)
		c->bad -= c->bad > 0;
	else if (err != EBADMSG || ++c->bad > BAD_MAX)
		connection_linger(c);
}


/* whole frames, until the stream has no more of them or is not SIP */
static bool take_frames(struct connection *c)
{
	struct frame fr;
	bool progress = false;

	while (c->state == CONNECTION_OPEN) {
		framer_next(c->framer, &fr, c->conf->guard);

		switch (fr.event) {
		case FRAMER_MORE:
			return progress;
		case FRAMER_PING:
			pong(c, fr.n);
			break;
		case FRAMER_MESSAGE:
			take_message(c, &fr);
			break;
		case FRAMER_REFUSED:
			c->conf->badh(c->flow, c->conf->guard, c->conf->arg);
			connection_linger(c);
			break;
		case FRAMER_JUNK:
			counter_inc(c->conf->junk);
			connection_close(c, EPROTO);
			break;
		}
		progress = true;
	}

	return progress;
}


static int stream(struct connection *c, const uint8_t *p, size_t len)
{
	bool progress = false;
	size_t n;

	while (len && c->state == CONNECTION_OPEN) {
		if (framer_push(c->framer, p, len, &n) || !n)
			return ENOMEM;
		p += n;
		len -= n;
		progress |= take_frames(c);
	}

	connection_heard(c, progress, framer_partial(c->framer));

	return 0;
}


static bool is_ping(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] != '\r' && p[i] != '\n')
			return false;
	}

	return true;
}


/* a bad one costs nothing but itself: the next begins in its own frame */
static int message(struct connection *c, const uint8_t *p, size_t len)
{
	if (is_ping(p, len)) {
		if (len >= 4)
			pong(c, 1);
	}
	else {
		c->spoken = true;
		(void)c->conf->msgh(c->flow, p, len, c->conf->arg);
	}
	connection_heard(c, true, false);

	return 0;
}


static int input(struct layer *l, const uint8_t *p, size_t len)
{
	struct connection *c = l->owner;
	int err;

	/* it lingers: not read any more */
	if (c->state != CONNECTION_OPEN)
		return c->state == CONNECTION_CLOSED ? ENOTCONN : 0;

	err = l->below->ops->whole ? message(c, p, len) : stream(c, p, len);

	return c->state == CONNECTION_CLOSED ? ENOTCONN : err;
}


static int start(struct layer *l)
{
	return connection_opened(l->owner);
}


const struct layer_ops sip_layer_ops = {
	.name = "sip",
	.start = start,
	.input = input,
};
