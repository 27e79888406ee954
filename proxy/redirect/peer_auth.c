/**
 * @file peer_auth.c  Is that really the peer whose secret we know?
 *
 * Pure: the nonce validates itself, so a challenge costs no memory.
 */
#include <string.h>
#include <re.h>
#include "proxy/redirect/peer_auth.h"
#include "proxy/user/digest.h"


enum { NONCE_LIFETIME_S = 60 };


static int print_challenge(char *buf, size_t size, const char *alg,
			   const struct pl *realm, const char *nonce,
			   bool stale)
{
	return re_snprintf(buf, size,
			   "WWW-Authenticate: Digest realm=\"%r\", "
			   "nonce=\"%s\", algorithm=%s, qop=\"auth\"%s\r\n",
			   realm, nonce, alg, stale ? ", stale=true" : "");
}


/* one for each algorithm, the preferred first (RFC 8760 section 2.3) */
static void challenge_print(char buf[PEER_AUTH_CHALLENGE_SIZE],
			    const struct hash_key *key, uint64_t now_s,
			    const struct pl *realm, bool stale)
{
	char nonce[DIGEST_NONCE_MAX];
	int n;

	digest_nonce(nonce, key, now_s, realm);
	n = print_challenge(buf, PEER_AUTH_CHALLENGE_SIZE, "SHA-256", realm,
			    nonce, stale);
	if (n < 0 ||
	    print_challenge(buf + n, PEER_AUTH_CHALLENGE_SIZE - (size_t)n,
			    "MD5", realm, nonce, stale) < 0)
		buf[0] = '\0';
}


static int cred_verify(const struct digest_cred *c, const struct message *req,
		       const struct config_peer *peer)
{
	char ha1[DIGEST_HEX_MAX];
	struct pl name, secret;

	pl_set_str(&name, peer->name);
	pl_set_str(&secret, peer->secret);
	if (pl_cmp(&c->username, &name) || pl_cmp(&c->uri, &req->ruri))
		return EACCES;

	digest_ha1(ha1, c->alg, &name, &c->realm, &secret);

	return digest_verify(c, ha1, &req->met);
}


/* 0, EACCES, or ETIMEDOUT: right, but with an old nonce */
static int header_check(const struct hdr *h, const struct message *req,
			const struct config_peer *peer,
			const struct hash_key *key, uint64_t now_s,
			const struct pl *realm)
{
	struct digest_cred c;
	int err;

	if (digest_cred_decode(&c, &h->val) || pl_cmp(&c.realm, realm) ||
	    cred_verify(&c, req, peer))
		return EACCES;

	err = digest_nonce_check(key, &c.nonce, now_s, NONCE_LIFETIME_S,
				 realm);

	return err && err != ETIMEDOUT ? EACCES : err;
}


/**
 * Check a peer's Authorization
 *
 * @param req       Request
 * @param peer      The peer that it comes from, by its address
 * @param nonce_key Key of the nonces' MAC
 * @param now_s     Time in seconds
 * @param realm     Realm
 * @param challenge The header lines of a 401
 *
 * @return 0 if success, EACCES if it has to be challenged, otherwise
 *         errorcode
 */
int peer_auth_check(const struct message *req, const struct config_peer *peer,
		    const struct hash_key *nonce_key, uint64_t now_s,
		    const struct pl *realm,
		    char challenge[PEER_AUTH_CHALLENGE_SIZE])
{
	int err = EACCES;

	if (!req || !peer || !nonce_key || !realm || !challenge)
		return EINVAL;

	if (!peer->secret[0])
		return 0;

	for (const struct hdr *h = message_hdr(req, HDR_AUTHORIZATION);
	     h && err == EACCES; h = message_hdr_next(req, h))
		err = header_check(h, req, peer, nonce_key, now_s, realm);
	if (!err)
		return 0;

	challenge_print(challenge, nonce_key, now_s, realm, err == ETIMEDOUT);

	return EACCES;
}
