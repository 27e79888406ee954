/**
 * @file wire.h  The raw far end of a TCP connection, without any SIP
 */
#ifndef TEST_MOCK_WIRE_H
#define TEST_MOCK_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <re.h>

enum { WIRE_MAX = 262144 };

struct wire {
	int fd;
	struct sa addr;   /* near end */
	const char *text; /* not sent yet */
	size_t left;
	char buf[WIRE_MAX]; /* received, with a 0 behind it */
	size_t len;
	bool eof;      /* the other side ended it, orderly or not */
	void *ssl;     /* SSL, NULL: plain */
	bool shaken;   /* the handshake is done */
	bool notified; /* it ended by close_notify */
};

/* blocking, then never again */
void wire_connect(struct wire *w, const struct sa *dst);
void wire_listen(struct wire *w, const char *host);
/* false: nobody is there yet */
bool wire_accept(struct wire *w, const struct wire *listener);
void wire_close(struct wire *w);
/* TLS from here on, by an SSL of the caller that becomes the wire's */
void wire_start_tls(struct wire *w, void *ssl);

/* keeps the pointer until all is sent */
void wire_send(struct wire *w, const char *p, size_t len);
/* sends and receives what can be without waiting */
void wire_poll(struct wire *w);
/* how often that text was received */
size_t wire_count(const struct wire *w, const char *text);

#endif
