/**
 * @file ports.c  The media ports of one address: which pair is next
 *
 * The free pairs stand in an unordered array, so a random one is taken in
 * constant time. All rest equally long, so those that rest are a queue. Which
 * are taken is known apart from that: it outlasts the range.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <re.h>
#include "relay/engine/ports.h"

enum { PAIRS_MAX = 65536 / 2 };

struct resting {
	uint64_t until;
	uint16_t port;
};

struct ports_range {
	uint16_t *freev;
	uint32_t freec;
	struct resting *restv; /* ring of total entries */
	uint32_t resth, restc;
	uint32_t total;
	uint32_t first; /* port of the lowest pair */
};

struct ports {
	struct ports_range *range;
	uint8_t takenv[PAIRS_MAX / 8]; /* bits, of whatever range */
	uint32_t quarantine_ms;
	bool disputed;
};


static void range_destructor(void *arg)
{
	struct ports_range *r = arg;

	mem_deref(r->freev);
	mem_deref(r->restv);
}


static void destructor(void *arg)
{
	struct ports *p = arg;

	mem_deref(p->range);
}


static bool is_taken(const struct ports *p, uint16_t port)
{
	return p->takenv[port / 16] & 1u << (port / 2 % 8);
}


static void set_taken(struct ports *p, uint16_t port, bool taken)
{
	const uint8_t bit = (uint8_t)(1u << (port / 2 % 8));

	if (taken)
		p->takenv[port / 16] |= bit;
	else
		p->takenv[port / 16] &= (uint8_t)~bit;
}


static bool is_in(const struct ports_range *r, uint16_t port)
{
	return port >= r->first && port < r->first + 2 * r->total;
}


/* the i-th that rests, or the place behind the last one */
static struct resting *resting(const struct ports_range *r, uint32_t i)
{
	const uint32_t at = r->resth + i;

	return &r->restv[at < r->total ? at : at - r->total];
}


static void rest(struct ports_range *r, uint16_t port, uint64_t until)
{
	struct resting *x = resting(r, r->restc++);

	x->port = port;
	x->until = until;
}


static void wake(struct ports *p, uint64_t now_ms)
{
	struct ports_range *r = p->range;

	while (r->restc && r->restv[r->resth].until <= now_ms) {
		r->freev[r->freec++] = r->restv[r->resth].port;
		r->resth = (r->resth + 1) % r->total;
		--r->restc;
	}
}


/**
 * Allocate a range of ports, none of them free yet
 *
 * @param rp  Pointer to allocated range
 * @param min Lowest port
 * @param max Highest port
 *
 * @return 0 if success, otherwise errorcode; EINVAL without a whole pair
 */
int ports_range_alloc(struct ports_range **rp, uint16_t min, uint16_t max)
{
	const uint32_t first = ((uint32_t)min + 1) & ~1u;
	struct ports_range *r;

	if (!rp || !min || first + 1 > max)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), range_destructor);
	if (!r)
		return ENOMEM;

	r->first = first;
	r->total = (max - first + 1) / 2;
	r->freev = mem_zalloc(r->total * sizeof(*r->freev), NULL);
	r->restv = mem_zalloc(r->total * sizeof(*r->restv), NULL);
	if (!r->freev || !r->restv) {
		mem_deref(r);
		return ENOMEM;
	}

	*rp = r;

	return 0;
}


/* those that rest go on resting, for as long as they would have */
static void inherit_rest(struct ports *p, struct ports_range *next)
{
	const struct ports_range *old = p->range;

	for (uint32_t i = 0; old && i < old->restc; i++) {
		const struct resting *x = resting(old, i);

		if (!is_in(next, x->port))
			continue;

		rest(next, x->port, x->until);
		set_taken(p, x->port, true);
	}
}


static void forget_rest(struct ports *p)
{
	const struct ports_range *r = p->range;

	for (uint32_t i = 0; i < r->restc; i++)
		set_taken(p, resting(r, i)->port, false);
}


/**
 * Take ports of another range from now on
 *
 * @param p    Ports
 * @param next Range, given away
 */
void ports_move(struct ports *p, struct ports_range *next)
{
	if (!p || !next)
		return;

	inherit_rest(p, next);
	for (uint32_t i = 0; i < next->total; i++) {
		const uint16_t port = (uint16_t)(next->first + 2 * i);

		if (!is_taken(p, port))
			next->freev[next->freec++] = port;
	}

	mem_deref(p->range);
	p->range = next;
	forget_rest(p);
}


/**
 * Say how long a port rests that is given back from now on
 *
 * @param p             Ports
 * @param quarantine_ms Time [ms]
 */
void ports_quarantine(struct ports *p, uint32_t quarantine_ms)
{
	if (p)
		p->quarantine_ms = quarantine_ms;
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
	struct ports_range *range;
	struct ports *p;
	int err;

	if (!pp)
		return EINVAL;

	err = ports_range_alloc(&range, min, max);
	if (err)
		return err;

	p = mem_zalloc(sizeof(*p), destructor);
	if (!p) {
		mem_deref(range);
		return ENOMEM;
	}

	p->quarantine_ms = quarantine_ms;
	ports_move(p, range);
	*pp = p;

	return 0;
}


/* the i-th that is free */
static void take(struct ports *p, uint32_t i)
{
	struct ports_range *r = p->range;

	set_taken(p, r->freev[i], true);
	r->freev[i] = r->freev[--r->freec];
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
	if (!p->range->freec)
		return ENOSPC;

	i = rand_u32() % p->range->freec;
	*port = p->range->freev[i];
	take(p, i);

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
	if (!p || port & 1 || !is_in(p->range, port))
		return EINVAL;

	wake(p, now_ms);
	for (uint32_t i = 0; i < p->range->freec; i++) {
		if (p->range->freev[i] != port)
			continue;

		take(p, i);
		return 0;
	}

	return EADDRINUSE;
}


/**
 * Give a pair back: it rests first, or is forgotten where it is of another
 * range than the present one
 *
 * @param p      Ports
 * @param now_ms Monotonic time [ms]
 * @param port   Its even port, taken before
 */
void ports_release(struct ports *p, uint64_t now_ms, uint16_t port)
{
	if (!p || !port || port & 1 || !is_taken(p, port))
		return;

	set_taken(p, port, false);
	if (is_in(p->range, port))
		rest(p->range, port, now_ms + p->quarantine_ms);
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

	return p->range->freec;
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
	return p ? p->range->total : 0;
}
