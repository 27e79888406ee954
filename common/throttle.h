/**
 * @file throttle.h  Token buckets, and a bounded table of whom they are for
 *
 * A bucket is one number, the time at which it will be full again: zeroed it
 * is full now (the generic cell rate algorithm). The table is seeded, of fixed
 * memory, and forgets whoever was quiet the longest when it is full, but not
 * those whom it was told to keep: strangers in numbers push out strangers.
 * Pure: the clock is passed in, monotonic ms.
 */
#ifndef COMMON_THROTTLE_H
#define COMMON_THROTTLE_H

#include "common/hash.h"

/** That many at once, and that many again in each period; n 0: no limit */
struct throttle_rate {
	uint32_t n;
	uint32_t period_ms;
};

enum { THROTTLE_UNIT = 1000 }; /* what one token costs */

typedef uint64_t throttle_bucket;

/* false: not enough left, nothing was taken */
bool throttle_take(throttle_bucket *b, const struct throttle_rate *r,
		   uint64_t now_ms, uint32_t cost);
/* takes it all the same, down to empty; true if there was not enough */
bool throttle_drain(throttle_bucket *b, const struct throttle_rate *r,
		    uint64_t now_ms, uint32_t cost);
void throttle_give(throttle_bucket *b, const struct throttle_rate *r,
		   uint32_t cost);
/* would a token be refused? */
bool throttle_empty(throttle_bucket b, const struct throttle_rate *r,
		    uint64_t now_ms);

enum { THROTTLE_KEY_SIZE = 16 };

/** Whom it is for: IPv4 host, IPv6 /64, a hash of an address with its port, or
 * of text */
struct throttle_key {
	uint8_t b[THROTTLE_KEY_SIZE];
};

void throttle_key_sa(struct throttle_key *key, const struct sa *sa);
/* that very address and port */
void throttle_key_flow(struct throttle_key *key, const struct hash_key *secret,
		       const struct sa *sa);
void throttle_key_text(struct throttle_key *key, const struct hash_key *secret,
		       const struct pl *text);
/* of throttle_key_sa(): the IPv6 prefix as its first address; EINVAL */
int throttle_key_addr(struct sa *sa, const struct throttle_key *key);

struct throttle_table;

/* max entries of size octets each; kept_max of them may be kept */
int throttle_table_alloc(struct throttle_table **tp, uint32_t max, size_t size,
			 uint32_t kept_max);
/* NULL: not there; the touched one is the last to be forgotten */
void *throttle_table_find(struct throttle_table *t,
			  const struct throttle_key *key);
/* the same, zeroed where it is new; never NULL */
void *throttle_table_get(struct throttle_table *t,
			 const struct throttle_key *key);
void throttle_table_keep(struct throttle_table *t, void *entry, bool keep);
void throttle_table_drop(struct throttle_table *t, void *entry);
uint32_t throttle_table_count(const struct throttle_table *t);

/* newest first; it may drop the entry; true stops and gives that entry */
typedef bool(throttle_table_h)(const struct throttle_key *key, void *entry,
			       void *arg);
void *throttle_table_apply(struct throttle_table *t, throttle_table_h *h,
			   void *arg);

#endif
