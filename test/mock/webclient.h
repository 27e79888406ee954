/**
 * @file mock/webclient.h  Who asks over HTTP, while the loop of the test runs
 */
#ifndef TEST_MOCK_WEBCLIENT_H
#define TEST_MOCK_WEBCLIENT_H

#include <stddef.h>
#include <stdint.h>

enum { WEBCLIENT_BODY_MAX = 1 << 20, WEBCLIENT_HEAD_MAX = 8192 };

struct webclient {
	uint16_t port;
	const char *token; /* NULL: none is shown */
	const char *host;  /* NULL: the address */
	const char *ca;    /* NULL: no TLS */
	long status;       /* of the last answer; 0: there was none */
	char *body;
	char head[WEBCLIENT_HEAD_MAX];
};

/* asks and waits; body: or NULL. The status */
long webclient_ask(struct webclient *wc, const char *method, const char *path,
		   const char *body);

/* octets as they are, by a connection of its own; what comes within ms, up to
 * the end of it */
const char *webclient_raw(struct webclient *wc, const void *p, size_t len,
			  unsigned ms);

/* the loop runs so long */
void webclient_wait(unsigned ms);
void webclient_close(struct webclient *wc);

#endif
