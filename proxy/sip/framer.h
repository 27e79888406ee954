/**
 * @file framer.h  Cuts a byte stream into SIP messages (RFC 3261, 18.3): pure
 *
 * The search for the end of a line and of the header goes on where it
 * stopped, so a message that dribbles in byte by byte costs linear time.
 */
#ifndef PROXY_SIP_FRAMER_H
#define PROXY_SIP_FRAMER_H

#include "proxy/sip/guard.h"

enum {
	FRAMER_MAX = GUARD_HEAD_MAX + GUARD_BODY_MAX, /* octets kept */
	FRAMER_METHOD_MAX = 64,
};

enum framer_event {
	FRAMER_MORE = 0, /* feed it */
	FRAMER_PING,     /* n times CRLFCRLF: answer n times CRLF */
	FRAMER_MESSAGE,  /* p, len: one whole message */
	FRAMER_REFUSED,  /* the guard says no; nothing more can be framed */
	FRAMER_JUNK,     /* not SIP; nothing more can be framed */
};

struct framer;

/** One thing that was cut off; p is valid until the next call */
struct frame {
	enum framer_event event;
	const uint8_t *p;
	size_t len;
	size_t n;
};

int framer_alloc(struct framer **fp);

/* takes what fits, after which framer_next() is called until it says MORE */
int framer_push(struct framer *f, const uint8_t *p, size_t len, size_t *taken);

/* g is filled for FRAMER_REFUSED */
void framer_next(struct framer *f, struct frame *fr, struct guard *g);

/* a message has begun and is not there yet */
bool framer_partial(const struct framer *f);

#endif
