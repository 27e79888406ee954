/**
 * @file tcp_places.c  Who may have one of the connections there are
 *
 * An address is counted, of IPv6 a /64: one host has as many addresses as it
 * likes there. Behind an address with phones of ours there may be many more of
 * them. An eighth of all places is not for strangers, and when the rest is
 * taken, a newcomer gets the place of the stranger who came first: a phone
 * that comes anew registers at once and is none any more.
 */
#include <errno.h>
#include <string.h>
#include "common/metrics.h"
#include "common/throttle.h"
#include "proxy/sip/gate.h"
#include "proxy/sip/tcp_state.h"


enum {
	KNOWN_FACTOR = 10, /* as for requests: the gate's */
	RESERVE = 8,       /* one of so many places is not for strangers */
	LOOKS = 256,       /* for one who has to go */
};

/** What is counted of one source */
struct census {
	struct throttle_key key;
	uint32_t n;
};


/**
 * The bucket of a peer: that of all who are counted with it
 *
 * @param p  Pool
 * @param sa The peer's address
 *
 * @return Hash
 */
uint32_t tcp_pool_bucket(const struct tcp_pool *p, const struct sa *sa)
{
	struct throttle_key key;
	struct pl pl = {(const char *)key.b, sizeof(key.b)};

	throttle_key_sa(&key, sa);

	return hash_pl(&p->key, &pl);
}


static bool census_handler(struct le *le, void *arg)
{
	const struct connection *c = le->data;
	struct census *census = arg;
	struct throttle_key key;

	if (!c->accepted)
		return false;

	throttle_key_sa(&key, &c->flow->peer);
	if (!memcmp(&key, &census->key, sizeof(key)))
		++census->n;

	return false;
}


static uint32_t of_source(const struct tcp_pool *p, const struct sa *peer)
{
	struct census census = {.n = 0};

	throttle_key_sa(&census.key, peer);
	(void)hash_lookup(p->ht, tcp_pool_bucket(p, peer), census_handler,
			  &census);

	return census.n;
}


/* whoever has shown a certificate is no stranger */
static bool is_stranger(const struct tcp_pool *p, const struct connection *c)
{
	return !c->flow->names && !gate_knows(p->gate, &c->flow->peer);
}


/* those who stay are looked at again after all others */
static bool shed(struct tcp_pool *p)
{
	for (uint32_t i = 0; i < LOOKS && p->acceptedl.head; i++) {
		struct connection *c = p->acceptedl.head->data;

		if (is_stranger(p, c)) {
			counter_inc(p->shed);
			connection_close(c, ECONNABORTED);
			return true;
		}

		list_unlink(&c->le);
		list_append(&p->acceptedl, &c->le, c);
	}

	return false;
}


/**
 * Is there a place for one more connection? A stranger may lose his for it
 *
 * @param p    Pool
 * @param peer Who wants to connect
 *
 * @return NULL if so, otherwise the limit that is reached
 */
const char *tcp_pool_place(struct tcp_pool *p, const struct sa *peer)
{
	const bool known = gate_knows(p->gate, peer);
	const bool counts = p->gate && known;
	const uint32_t total = known ? p->total
				     : p->total - p->total / RESERVE;

	if (of_source(p, peer) >=
	    (uint64_t)p->per_source * (counts ? KNOWN_FACTOR : 1))
		return "per source";

	return p->count < total || shed(p) ? NULL : "total";
}
