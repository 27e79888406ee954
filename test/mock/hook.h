/**
 * @file mock/hook.h  An operator's HTTP hook on loopback
 */
#ifndef TEST_MOCK_HOOK_H
#define TEST_MOCK_HOOK_H

#include <re.h>

struct hook {
	struct http_sock *sock;
	char url[64];
	unsigned status; /* that it answers; 0: it is silent */
	unsigned requests;
	char body[4096]; /* of the last one */
	char head[1024]; /* "POST /wake application/json" */
	struct list connl;
};

/* any port of 127.0.0.1 */
void hook_open(struct hook *h, unsigned status);
void hook_close(struct hook *h);

#endif
