/**
 * @file digest.h  HTTP digest for SIP (RFC 7616, 8760): pure
 *
 * Parameters, HA1, response, and nonces that validate themselves: time, salt
 * and realm under a MAC, so that a challenge costs no memory.
 */
#ifndef PROXY_USER_DIGEST_H
#define PROXY_USER_DIGEST_H

#include "common/hash.h"
#include <re.h>

enum digest_alg { DIGEST_MD5 = 0, DIGEST_SHA256 };
enum { DIGEST_HEX_MAX = 65, DIGEST_NONCE_MAX = 40 };

/** Of Authorization or Proxy-Authorization, unquoted slices */
struct digest_cred {
	struct pl username, realm, nonce, uri, response, cnonce, qop, nc,
		opaque;
	enum digest_alg alg;
};
/** Of WWW-Authenticate or Proxy-Authenticate; qop: empty, or the "auth" of
 * the list */
struct digest_challenge {
	struct pl realm, nonce, opaque, qop;
	enum digest_alg alg;
	bool stale;
};

/* ENOTSUP: not Digest, or an unknown algorithm; EBADMSG: unusable */
int digest_cred_decode(struct digest_cred *c, const struct pl *hval);
int digest_challenge_decode(struct digest_challenge *c, const struct pl *hval);

/* of credentials or a challenge, whatever the algorithm; same errors, and
 * EBADMSG for a realm that readers may read differently */
int digest_realm(struct pl *realm, const struct pl *hval);

void digest_ha1(char hex[DIGEST_HEX_MAX], enum digest_alg alg,
		const struct pl *user, const struct pl *realm,
		const struct pl *password);
void digest_response(char hex[DIGEST_HEX_MAX], const char *ha1,
		     const struct digest_cred *c, const struct pl *met);
/* constant time; 0 or EACCES */
int digest_verify(const struct digest_cred *c, const char *ha1,
		  const struct pl *met);

void digest_nonce(char buf[DIGEST_NONCE_MAX], const struct hash_key *key,
		  uint64_t now_s, const struct pl *realm);
/* EACCES: not ours; ETIMEDOUT: ours, too old (answer stale=true) */
int digest_nonce_check(const struct hash_key *key, const struct pl *nonce,
		       uint64_t now_s, uint32_t lifetime_s,
		       const struct pl *realm);

/* an Authorization value for a request of our own; empty cnonce: no qop */
int digest_authorize(char *buf, size_t size, const struct digest_challenge *c,
		     const char *user, const char *password,
		     const struct pl *met, const struct pl *uri, uint32_t nc,
		     const char *cnonce);

#endif
