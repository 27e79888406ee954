/**
 * @file nonce.c  Nonces that validate themselves
 *
 * 8 hex digits of time, 8 of salt and 16 of a MAC over both and the realm: a
 * challenge costs no memory. The salt makes each unique: two phones challenged
 * in one second must not share a nonce, or the nonce-count of one would look
 * like a replay of the other's. It is brief because a stranger gets it for
 * each forged source address, once a line: 64 bits of MAC can be guessed only
 * by asking us, and what is won is a nonce that anybody gets for the asking.
 */
#include <string.h>
#include <re.h>
#include "proxy/user/digest.h"


enum {
	NONCE_TIME = 8,
	NONCE_HEAD = 16, /* time and salt */
	NONCE_MAC = 16,
	NONCE_LEN = NONCE_HEAD + NONCE_MAC,
	REALM_MAX = 256,
};


static void nonce_mac(char hex[NONCE_MAC + 1], const struct hash_key *key,
		      const char *head, const struct pl *realm)
{
	char text[NONCE_HEAD + REALM_MAX];
	const size_t rlen = realm->l < REALM_MAX ? realm->l : REALM_MAX;
	uint8_t mac[HASH_MAC_SIZE];

	memcpy(text, head, NONCE_HEAD);
	if (rlen)
		memcpy(text + NONCE_HEAD, realm->p, rlen);
	hash_mac(mac, key, text, NONCE_HEAD + rlen);
	(void)re_snprintf(hex, NONCE_MAC + 1, "%w", mac,
			  (size_t)NONCE_MAC / 2);
}


/**
 * Make a nonce that validates itself, another one each time
 *
 * @param buf   Nonce
 * @param key   Key of the MAC
 * @param now_s Time of any clock in s
 * @param realm Realm that it is good for
 */
void digest_nonce(char buf[DIGEST_NONCE_MAX], const struct hash_key *key,
		  uint64_t now_s, const struct pl *realm)
{
	(void)re_snprintf(buf, DIGEST_NONCE_MAX, "%08x%08x", (uint32_t)now_s,
			  rand_u32());
	nonce_mac(buf + NONCE_HEAD, key, buf, realm);
}


/**
 * Check that a nonce is ours and fresh
 *
 * @param key        Key of the MAC
 * @param nonce      Nonce
 * @param now_s      Time of the same clock in s
 * @param lifetime_s How long it is good, in s
 * @param realm      Realm
 *
 * @return 0 if success; EACCES: not ours; ETIMEDOUT: ours, but too old or of
 *         another run of the clock
 */
int digest_nonce_check(const struct hash_key *key, const struct pl *nonce,
		       uint64_t now_s, uint32_t lifetime_s,
		       const struct pl *realm)
{
	char mac[NONCE_MAC + 1];
	struct pl made;
	uint32_t at;

	if (!key || !nonce || !realm || nonce->l != NONCE_LEN)
		return EACCES;

	nonce_mac(mac, key, nonce->p, realm);
	if (!hash_equal(mac, nonce->p + NONCE_HEAD, NONCE_MAC))
		return EACCES;

	made.p = nonce->p;
	made.l = NONCE_TIME;
	at = pl_x32(&made);

	return at > now_s || now_s - at > lifetime_s ? ETIMEDOUT : 0;
}
