/**
 * @file throttle.c  Token buckets as one number each, and their keys
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "common/throttle.h"


enum { FAMILY_4 = 4, FAMILY_6 = 6, TEXT = 't', FLOW = 'f', PREFIX_6 = 8 };


/* us until the cost is back */
static uint64_t step(const struct throttle_rate *r, uint32_t cost)
{
	return (uint64_t)cost * r->period_ms / r->n;
}


/**
 * Take tokens out of a bucket
 *
 * @param b      Bucket
 * @param r      Its rate
 * @param now_ms Monotonic time in ms
 * @param cost   Cost in thousandths of a token
 *
 * @return false if there is not enough; then nothing was taken
 */
bool throttle_take(throttle_bucket *b, const struct throttle_rate *r,
		   uint64_t now_ms, uint32_t cost)
{
	const uint64_t now = now_ms * 1000;
	const uint64_t at = *b > now ? *b : now;

	if (!r->n)
		return true;

	if (at + step(r, cost) > now + (uint64_t)r->period_ms * 1000)
		return false;

	*b = at + step(r, cost);

	return true;
}


/**
 * Take tokens out of a bucket, as many as there are
 *
 * @param b      Bucket
 * @param r      Its rate
 * @param now_ms Monotonic time in ms
 * @param cost   Cost in thousandths of a token
 *
 * @return true if there was not enough
 */
bool throttle_drain(throttle_bucket *b, const struct throttle_rate *r,
		    uint64_t now_ms, uint32_t cost)
{
	if (throttle_take(b, r, now_ms, cost))
		return false;

	*b = (now_ms + r->period_ms) * 1000;

	return true;
}


/**
 * Put tokens back that were taken for nothing
 *
 * @param b    Bucket
 * @param r    Its rate
 * @param cost Cost in thousandths of a token
 */
void throttle_give(throttle_bucket *b, const struct throttle_rate *r,
		   uint32_t cost)
{
	const uint64_t back = r->n ? step(r, cost) : 0;

	*b = *b > back ? *b - back : 0;
}


/**
 * Is there less than a token left?
 *
 * @param b      Bucket
 * @param r      Its rate
 * @param now_ms Monotonic time in ms
 *
 * @return true if so
 */
bool throttle_empty(throttle_bucket b, const struct throttle_rate *r,
		    uint64_t now_ms)
{
	return !throttle_take(&b, r, now_ms, THROTTLE_UNIT);
}


/**
 * The key of a source: an IPv4 host, or the /64 of an IPv6 one
 *
 * @param key Key
 * @param sa  Source; an IPv4-mapped address is its IPv4 address
 */
void throttle_key_sa(struct throttle_key *key, const struct sa *sa)
{
	struct sa x = *sa;
	uint8_t in6[16];

	memset(key, 0, sizeof(*key));
	addr_unmap(&x);
	if (sa_af(&x) == AF_INET6) {
		sa_in6(&x, in6);
		key->b[0] = FAMILY_6;
		memcpy(&key->b[1], in6, PREFIX_6);
	}
	else if (sa_af(&x) == AF_INET) {
		key->b[0] = FAMILY_4;
		memcpy(&key->b[1], &x.u.in.sin_addr, 4);
	}
}


static void key_hash(struct throttle_key *key, uint8_t kind, uint64_t h)
{
	memset(key, 0, sizeof(*key));
	key->b[0] = kind;
	memcpy(&key->b[8], &h, sizeof(h));
}


/**
 * The key of one address with its port
 *
 * @param key    Key
 * @param secret Nobody who chooses the port knows it
 * @param sa     Address
 */
void throttle_key_flow(struct throttle_key *key, const struct hash_key *secret,
		       const struct sa *sa)
{
	uint8_t b[16 + 2] = {0};
	struct sa x = *sa;

	addr_unmap(&x);
	if (sa_af(&x) == AF_INET6)
		sa_in6(&x, b);
	else if (sa_af(&x) == AF_INET)
		memcpy(b, &x.u.in.sin_addr, 4);

	b[16] = (uint8_t)(sa_port(&x) >> 8);
	b[17] = (uint8_t)sa_port(&x);
	key_hash(key, FLOW, hash_sip(secret, b, sizeof(b)));
}


/**
 * The key of a text, as of an account
 *
 * @param key    Key
 * @param secret Nobody who chooses the text knows it
 * @param text   Text
 */
void throttle_key_text(struct throttle_key *key, const struct hash_key *secret,
		       const struct pl *text)
{
	key_hash(key, TEXT, hash_sip(secret, text->p, text->l));
}


/**
 * The source that a key is of
 *
 * @param sa  Address, of an IPv6 prefix the first
 * @param key Key
 *
 * @return 0 if success, EINVAL if it is not a source's
 */
int throttle_key_addr(struct sa *sa, const struct throttle_key *key)
{
	uint8_t in6[16] = {0};
	uint32_t in4;

	if (!sa || !key)
		return EINVAL;

	if (key->b[0] == FAMILY_6) {
		memcpy(in6, &key->b[1], PREFIX_6);
		sa_set_in6(sa, in6, 0);
		return 0;
	}

	if (key->b[0] != FAMILY_4)
		return EINVAL;

	memcpy(&in4, &key->b[1], sizeof(in4));
	sa_set_in(sa, ntohl(in4), 0);

	return 0;
}
