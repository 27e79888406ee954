/**
 * @file sipuri.h  SIP and tel URIs: decode, compare, canonicalise
 *
 * Linear, no allocation, slices of the input (RFC 3261 section 19.1, 5118).
 * Of a tel URI user is the number and params what follows it; of any other
 * scheme user is all behind the colon. Neither has a host.
 */
#ifndef PROXY_SIP_SIPURI_H
#define PROXY_SIP_SIPURI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum { SIPURI_MAX = 1024, SIPURI_AOR_MAX = 256 };

struct sipuri {
	struct pl scheme; /* "sip", "sips", "tel", ... as written */
	struct pl user;   /* escaped as written; l == 0: none */
	struct pl password;
	struct pl host;    /* IPv6 without brackets */
	bool ipv6;         /* host stood in brackets */
	uint16_t port;     /* 0: none given */
	struct pl params;  /* from the first ';' on, "" if none */
	struct pl headers; /* from '?' on, "" if none */
};

int sipuri_decode(struct sipuri *u, const struct pl *pl);
bool sipuri_is_sip(const struct sipuri *u); /* sip or sips */

/* value of ;name=value or ;name (l == 0); ENOENT */
int sipuri_param(const struct sipuri *u, const char *name, struct pl *val);

/* numeric host and port (5060 where none is given); EINVAL for a name */
int sipuri_addr(const struct sipuri *u, struct sa *sa);

/* RFC 3261 section 19.1.4 */
bool sipuri_equal(const struct sipuri *a, const struct sipuri *b);

/*
 * "user@host": user unescaped once (an escaped NUL is EBADMSG), host in lower
 * case, no port, no parameters: RFC 3261 section 10.3 step 5.
 */
int sipuri_aor(const struct sipuri *u, char *buf, size_t size);

#endif
