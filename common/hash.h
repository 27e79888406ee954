/**
 * @file hash.h  Keyed hashes: table keys no stranger can aim at, short MACs
 *
 * SipHash-2-4 for tables (as the key of libre's struct hash) and for the
 * 64-bit cookies in branches; HMAC-SHA256 (OpenSSL) for what travels longer.
 */
#ifndef COMMON_HASH_H
#define COMMON_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum { HASH_KEY_SIZE = 16, HASH_MAC_SIZE = 16, HASH_SECRET_SIZE = 32 };

struct hash_key {
	uint8_t b[HASH_KEY_SIZE];
};

void hash_key_random(struct hash_key *key);

/* a key for one purpose out of a secret: HMAC-SHA256(secret, purpose) */
void hash_key_derive(struct hash_key *key, const uint8_t *secret, size_t len,
		     const char *purpose);

uint64_t hash_sip(const struct hash_key *key, const void *p, size_t len);

/* libre's table key */
uint32_t hash_pl(const struct hash_key *key, const struct pl *pl);
uint32_t hash_pl_ci(const struct hash_key *key, const struct pl *pl);
uint32_t hash_sa(const struct hash_key *key, const struct sa *sa, bool port);

/* the first HASH_MAC_SIZE octets of HMAC-SHA256 */
void hash_mac(uint8_t mac[HASH_MAC_SIZE], const struct hash_key *key,
	      const void *p, size_t len);

/* constant time */
bool hash_equal(const void *a, const void *b, size_t len);

#endif
