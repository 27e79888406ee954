/**
 * @file hash.c  SipHash-2-4 and HMAC-SHA256
 *
 * SipHash after J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast
 * short-input PRF" (2012). Strangers choose our table keys (Call-ID, branch,
 * user), so an unkeyed hash would let them fill one bucket.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* SHA256_Init() and its kin */
#include <endian.h>
#include <string.h>
#include <unistd.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include "common/addr.h"
#include "common/hash.h"


enum { WORD = 8 };

struct sip_state {
	uint64_t v0, v1, v2, v3;
};


static inline uint64_t rotl(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}


/* the words of a short text, hashed some 200 times for a call */
static inline uint64_t load(const uint8_t *p)
{
	uint64_t w;

	memcpy(&w, p, WORD);

	return le64toh(w);
}


static inline uint64_t load_rest(const uint8_t *p, size_t n)
{
	uint64_t w = 0;

	for (size_t i = 0; i < n; i++)
		w |= (uint64_t)p[i] << (8 * i);

	return w;
}


/* A-Z become a-z, eight at once; the C locale's rule in any locale */
static inline uint64_t lower(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101ULL;
	const uint64_t low = w & 0x7f * ones;
	const uint64_t from_a = low + (0x80 - 'A') * ones;
	const uint64_t behind_z = low + (0x80 - 'Z' - 1) * ones;

	return w | (from_a & ~behind_z & ~w & 0x80 * ones) >> 2;
}


static inline void round1(struct sip_state *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = rotl(s->v1, 13) ^ s->v0;
	s->v3 = rotl(s->v3, 16) ^ s->v2;
	s->v0 = rotl(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = rotl(s->v1, 17) ^ s->v2;
	s->v3 = rotl(s->v3, 21) ^ s->v0;
	s->v2 = rotl(s->v2, 32);
}


static inline void compress(struct sip_state *s, uint64_t w)
{
	s->v3 ^= w;
	round1(s);
	round1(s);
	s->v0 ^= w;
}


static uint64_t siphash(const struct hash_key *key, const uint8_t *p,
			size_t len, bool fold_case)
{
	const uint64_t k0 = load(key->b), k1 = load(key->b + WORD);
	struct sip_state s = {
		.v0 = k0 ^ 0x736f6d6570736575ULL,
		.v1 = k1 ^ 0x646f72616e646f6dULL,
		.v2 = k0 ^ 0x6c7967656e657261ULL,
		.v3 = k1 ^ 0x7465646279746573ULL,
	};
	size_t left = len;
	uint64_t w;

	for (; left >= WORD; left -= WORD, p += WORD) {
		w = load(p);
		compress(&s, fold_case ? lower(w) : w);
	}

	w = load_rest(p, left);
	compress(&s, (fold_case ? lower(w) : w) | (uint64_t)len << 56);

	s.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		round1(&s);

	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}


static uint32_t fold(uint64_t h)
{
	return (uint32_t)(h ^ h >> 32);
}


/* one half of HMAC, RFC 2104: the key's block with that pad, then text */
static void hmac_half(uint8_t md[SHA256_DIGEST_LENGTH],
		      const uint8_t block[SHA256_CBLOCK], uint8_t pad,
		      const void *p, size_t len)
{
	uint8_t head[SHA256_CBLOCK];
	SHA256_CTX ctx;

	for (size_t i = 0; i < sizeof(head); i++)
		head[i] = block[i] ^ pad;

	(void)SHA256_Init(&ctx);
	(void)SHA256_Update(&ctx, head, sizeof(head));
	(void)SHA256_Update(&ctx, p, len);
	(void)SHA256_Final(md, &ctx);
	OPENSSL_cleanse(head, sizeof(head));
	OPENSSL_cleanse(&ctx, sizeof(ctx));
}


/*
 * On OpenSSL's block function: HMAC() looks its algorithm up by name and
 * allocates eight times for each call, fifteen times the cost of the hash.
 */
static void hmac_sha256(uint8_t *out, size_t outlen, const void *key,
			size_t keylen, const void *p, size_t len)
{
	uint8_t block[SHA256_CBLOCK] = {0}, md[SHA256_DIGEST_LENGTH];

	if (keylen > sizeof(block))
		(void)SHA256(key, keylen, block);
	else if (keylen)
		memcpy(block, key, keylen);

	hmac_half(md, block, 0x36, p, len);
	hmac_half(md, block, 0x5c, md, sizeof(md));
	memcpy(out, md, outlen);
	OPENSSL_cleanse(md, sizeof(md));
	OPENSSL_cleanse(block, sizeof(block));
}


/**
 * Make a key nobody knows
 *
 * @param key Result
 */
void hash_key_random(struct hash_key *key)
{
	if (getentropy(key->b, sizeof(key->b)))
		rand_bytes(key->b, sizeof(key->b));
}


/**
 * Derive the key for one purpose from a secret
 *
 * @param key     Result: the first octets of HMAC-SHA256(secret, purpose)
 * @param secret  Secret
 * @param len     Its length in octets
 * @param purpose What the key is for; another purpose gives another key
 */
void hash_key_derive(struct hash_key *key, const uint8_t *secret, size_t len,
		     const char *purpose)
{
	hmac_sha256(key->b, sizeof(key->b), secret, len, purpose,
		    strlen(purpose));
}


/**
 * SipHash-2-4
 *
 * @param key Key
 * @param p   Octets, NULL when len is 0
 * @param len Their number
 *
 * @return 64-bit hash
 */
uint64_t hash_sip(const struct hash_key *key, const void *p, size_t len)
{
	return siphash(key, p, len, false);
}


/**
 * Hash text as key of libre's struct hash
 *
 * @param key Key
 * @param pl  Text; NULL hashes as empty
 *
 * @return 32-bit hash
 */
uint32_t hash_pl(const struct hash_key *key, const struct pl *pl)
{
	return fold(siphash(key, pl ? (const uint8_t *)pl->p : NULL,
			    pl ? pl->l : 0, false));
}


/**
 * The same without regard to ASCII case
 *
 * @param key Key
 * @param pl  Text; NULL hashes as empty
 *
 * @return 32-bit hash
 */
uint32_t hash_pl_ci(const struct hash_key *key, const struct pl *pl)
{
	return fold(siphash(key, pl ? (const uint8_t *)pl->p : NULL,
			    pl ? pl->l : 0, true));
}


/**
 * Hash a socket address; an IPv4-mapped one as its IPv4 address
 *
 * @param key  Key
 * @param sa   Socket address
 * @param port Whether the port counts
 *
 * @return 32-bit hash
 */
uint32_t hash_sa(const struct hash_key *key, const struct sa *sa, bool port)
{
	uint8_t b[16 + 2] = {0};
	size_t len = 0;
	struct sa x = *sa;

	addr_unmap(&x);

	if (sa_af(&x) == AF_INET6) {
		sa_in6(&x, b);
		len = 16;
	}
	else if (sa_af(&x) == AF_INET) {
		memcpy(b, &x.u.in.sin_addr, 4);
		len = 4;
	}

	if (port) {
		b[len++] = (uint8_t)(sa_port(&x) >> 8);
		b[len++] = (uint8_t)sa_port(&x);
	}

	return fold(siphash(key, b, len, false));
}


/**
 * Message authentication code: HMAC-SHA256, cut
 *
 * @param mac Result
 * @param key Key
 * @param p   Octets
 * @param len Their number
 */
void hash_mac(uint8_t mac[HASH_MAC_SIZE], const struct hash_key *key,
	      const void *p, size_t len)
{
	hmac_sha256(mac, HASH_MAC_SIZE, key->b, sizeof(key->b), p, len);
}


/**
 * Compare in a time that does not tell where the difference is
 *
 * @param a   First
 * @param b   Second
 * @param len Octets of both
 *
 * @return true if equal
 */
bool hash_equal(const void *a, const void *b, size_t len)
{
	return !CRYPTO_memcmp(a, b, len);
}
