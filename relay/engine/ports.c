/**
 * @file ports.c  The media ports of one address: which pair is next
 *
 * The free pairs stand in an unordered array, so a random one is taken in
 * constant time. All rest equally long, so those that rest are a queue.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <re.h>
#include "relay/engine/ports.h"

struct resting {
	uint64_t until;
	uint16_t port;
};

struct ports {
	uint16_t *freev;
	uint32_t freec;
	struct resting *restv; /* ring of total entries */
	uint32_t resth, restc;
	uint32_t total;
	uint32_t first; /* port of the lowest pair */
	uint32_t quarantine_ms;
	bool disputed;
};


static void destructor(void *arg)
{
	struct ports *p = arg;

	mem_deref(p->freev);
	mem_deref(p->restv);
}


static void wake(struct ports *p, uint64_t now_ms)
{
	while (p->restc && p->restv[p->resth].until <= now_ms) {
		p->freev[p->freec++] = p->restv[p->resth].port;
		p->resth = (p->resth + 1) % p->total;
		--p->restc;
	}
}


/**
 * Allocate the ports of an address
 *
 * @param pp            Pointer to allocated ports
 * @param min           Lowest port
 * @param max           Highest port
 * @param quarantine_ms How long a port rests after use [ms]
 *
 * @return 0 if success, otherwise errorcode; EINVAL without a whole pair
 */
int ports_alloc(struct ports **pp, uint16_t min, uint16_t max,
		uint32_t quarantine_ms)
{
	const uint32_t first = ((uint32_t)min + 1) & ~1u;
	struct ports *p;

	if (!pp || !min || first + 1 > max)
		return EINVAL;

	p = mem_zalloc(sizeof(*p), destructor);
	if (!p)
		return ENOMEM;

	p->first = first;
	p->total = (max - first + 1) / 2;
	p->quarantine_ms = quarantine_ms;
	p->freev = mem_zalloc(p->total * sizeof(*p->freev), NULL);
	p->restv = mem_zalloc(p->total * sizeof(*p->restv), NULL);
	if (!p->freev || !p->restv) {
		mem_deref(p);
		return ENOMEM;
	}

	while (p->freec < p->total) {
		p->freev[p->freec] = (uint16_t)(first + 2 * p->freec);
		++p->freec;
	}

	*pp = p;

	return 0;
}


/**
 * Take a random pair
 *
 * @param p      Ports
 * @param now_ms Monotonic time [ms]
 * @param port   Its even port
 *
 * @return 0 if success, ENOSPC if all are in use or at rest
 */
int ports_take(struct ports *p, uint64_t now_ms, uint16_t *port)
{
	uint32_t i;

	if (!p || !port)
		return EINVAL;

	wake(p, now_ms);
	if (!p->freec)
		return ENOSPC;

	i = rand_u32() % p->freec;
	*port = p->freev[i];
	p->freev[i] = p->freev[--p->freec];

	return 0;
}


/**
 * Take one pair and no other
 *
 * @param p      Ports
 * @param now_ms Monotonic time [ms]
 * @param port   Its even port
 *
 * @return 0 if success, EADDRINUSE if it is in use or at rest, EINVAL if it
 *         is none of these
 */
int ports_claim(struct ports *p, uint64_t now_ms, uint16_t port)
{
	if (!p || port & 1 || port < p->first ||
	    port >= p->first + 2 * p->total)
		return EINVAL;

	wake(p, now_ms);
	for (uint32_t i = 0; i < p->freec; i++) {
		if (p->freev[i] != port)
			continue;

		p->freev[i] = p->freev[--p->freec];
		return 0;
	}

	return EADDRINUSE;
}


/**
 * Give a pair back: it rests first
 *
 * @param p      Ports
 * @param now_ms Monotonic time [ms]
 * @param port   Its even port, taken before
 */
void ports_release(struct ports *p, uint64_t now_ms, uint16_t port)
{
	struct resting *r;

	if (!p || !port || p->freec + p->restc >= p->total)
		return;

	r = &p->restv[(p->resth + p->restc++) % p->total];
	r->port = port;
	r->until = now_ms + p->quarantine_ms;
}


/**
 * Note that somebody else may hear what comes for them
 *
 * @param p Ports
 */
void ports_dispute(struct ports *p)
{
	if (p)
		p->disputed = true;
}


/**
 * May somebody else hear what comes for them?
 *
 * @param p Ports
 *
 * @return True if so: who binds one has to see to it
 */
bool ports_disputed(const struct ports *p)
{
	return p && p->disputed;
}


/**
 * Get the number of pairs that could be taken now
 *
 * @param p      Ports
 * @param now_ms Monotonic time [ms]
 *
 * @return Number of free pairs
 */
uint32_t ports_free(struct ports *p, uint64_t now_ms)
{
	if (!p)
		return 0;

	wake(p, now_ms);

	return p->freec;
}


/**
 * Get the number of pairs in the range
 *
 * @param p Ports
 *
 * @return Number of pairs
 */
uint32_t ports_total(const struct ports *p)
{
	return p ? p->total : 0;
}
