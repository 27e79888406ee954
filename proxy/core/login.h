/**
 * @file login.h  How we answer the challenges of one server (RFC 7616), pure
 *
 * Remembers the last challenge of a user agent server (401) and of a proxy
 * (407), so that the next request carries the answer from the start.
 */
#ifndef PROXY_CORE_LOGIN_H
#define PROXY_CORE_LOGIN_H

#include "proxy/sip/message.h"
#include "proxy/user/digest.h"

enum {
	LOGIN_LINES_MAX = 2560, /* both header lines */
	LOGIN_NONCE_MAX = 512,
	LOGIN_REALM_MAX = 128,
};

/** What one 401 or 407 asked for; zeroed: nothing was asked yet */
struct login_asked {
	enum digest_alg alg;
	bool qop;
	bool has_opaque;
	char realm[LOGIN_REALM_MAX];
	char nonce[LOGIN_NONCE_MAX]; /* "": never challenged */
	char opaque[LOGIN_REALM_MAX];
	uint32_t nc;    /* uses of the nonce so far */
	uint64_t epoch; /* counts the challenges that were learned */
};

struct login {
	struct login_asked server, proxy;
};

/*
 * Takes the best challenge of a 401 or 407. EACCES: it is no news, what we
 * have answered was wrong; ENOENT: none that we understand. epoch: of the
 * answer that this request carried (0: none); realm: the only one that is
 * answered, "": any.
 */
int login_learn(struct login *l, const struct message *resp, uint64_t epoch,
		const char *realm);

/* whole header lines for a request, "" while nothing was asked; EOVERFLOW */
int login_lines(char *buf, size_t size, struct login *l, const char *user,
		const char *password, const struct pl *met,
		const struct pl *uri);

/* of the challenges that login_lines() answers now */
uint64_t login_epoch(const struct login *l);

#endif
