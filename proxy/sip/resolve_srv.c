/**
 * @file resolve_srv.c  The order of SRV records (RFC 2782)
 */
#include <re.h>
#include "proxy/sip/resolve_rules.h"


/**
 * A number by chance: the same state gives the same one
 *
 * @param state State, any; it moves on
 * @param n     Above all that may come, not 0
 *
 * @return A number below n
 */
uint32_t resolve_chance(uint32_t *state, uint32_t n)
{
	uint32_t x = *state += 0x9e3779b9;

	/* the finalizer of MurmurHash3 */
	x = (x ^ x >> 16) * 0x85ebca6b;
	x = (x ^ x >> 13) * 0xc2b2ae35;
	x ^= x >> 16;

	return (uint32_t)((uint64_t)x * n >> 32);
}


/* those of weight 0 first: they have a chance only where the sum is hit */
static bool goes_before(const struct resolve_rr *a, const struct resolve_rr *b)
{
	if (a->order != b->order)
		return a->order < b->order;

	return !a->preference && b->preference;
}


static void sort(const struct resolve_rr **v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct resolve_rr *rr = v[i];
		size_t k = i;

		for (; k && goes_before(rr, v[k - 1]); k--)
			v[k] = v[k - 1];
		v[k] = rr;
	}
}


static size_t choose(const struct resolve_rr **v, size_t n, uint32_t *state)
{
	uint32_t sum = 0, at;

	for (size_t i = 0; i < n; i++)
		sum += v[i]->preference;

	at = resolve_chance(state, sum + 1);
	for (size_t i = 0; i < n; i++) {
		if (at <= v[i]->preference)
			return i;
		at -= v[i]->preference;
	}

	return n - 1;
}


static void shuffle(const struct resolve_rr **v, size_t n, uint32_t *state)
{
	for (; n > 1; v++, n--) {
		const size_t i = choose(v, n, state);
		const struct resolve_rr *rr = v[i];

		for (size_t k = i; k; k--)
			v[k] = v[k - 1];
		v[0] = rr;
	}
}


/**
 * Put SRV records into the order in which they are tried
 *
 * @param v     Records
 * @param n     Their number
 * @param state Of resolve_chance()
 */
void resolve_srv_order(const struct resolve_rr **v, size_t n, uint32_t *state)
{
	sort(v, n);

	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && v[to]->order == v[from]->order;)
			++to;
		shuffle(v + from, to - from, state);
	}
}
