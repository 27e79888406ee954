/**
 * @file rotation.c  A list of servers, tried in order; a failed one rests
 */
#include <string.h>
#include <re.h>
#include "common/rotation.h"
#include "common/timer.h"


struct server {
	struct config_addr addr;
	bool failed;       /* since its last success */
	bool probing;      /* one caller tries it out after its rest */
	uint64_t rests_to; /* monotonic ms */
};

struct rotation {
	const struct timers *timers; /* not owned */
	uint32_t rest_ms;
	struct server serverv[CONFIG_SERVER_MAX];
	size_t serverc;
};


/**
 * Allocate a rotation over a list of servers
 *
 * @param rp      Pointer to the allocated rotation
 * @param serverv Servers in the order of preference
 * @param serverc Number of servers, CONFIG_SERVER_MAX at most
 * @param rest_ms How long a failed server is left alone, in milliseconds
 * @param timers  The clock
 *
 * @return 0 if success, otherwise errorcode
 */
int rotation_alloc(struct rotation **rp, const struct config_addr *serverv,
		   size_t serverc, uint32_t rest_ms,
		   const struct timers *timers)
{
	struct rotation *r;

	if (!rp || !timers || serverc > CONFIG_SERVER_MAX ||
	    (serverc && !serverv))
		return EINVAL;

	r = mem_zalloc(sizeof(*r), NULL);
	if (!r)
		return ENOMEM;

	r->timers = timers;
	r->rest_ms = rest_ms;
	r->serverc = serverc;
	for (size_t i = 0; i < serverc; i++)
		r->serverv[i].addr = serverv[i];

	*rp = r;
	return 0;
}


/**
 * Number of servers in the list
 *
 * @param r Rotation
 *
 * @return Number of servers
 */
size_t rotation_count(const struct rotation *r)
{
	return r ? r->serverc : 0;
}


/**
 * Address of a server
 *
 * @param r Rotation
 * @param i Index of the server
 *
 * @return Its address, NULL behind the last
 */
const struct config_addr *rotation_server(const struct rotation *r, size_t i)
{
	return r && i < r->serverc ? &r->serverv[i].addr : NULL;
}


/**
 * How long a server is left alone yet
 *
 * @param r Rotation
 * @param i Index of the server
 *
 * @return Time in ms; 0: it is asked
 */
uint64_t rotation_rests(const struct rotation *r, size_t i)
{
	const struct server *s;
	uint64_t now;

	if (!r || i >= r->serverc)
		return 0;

	s = &r->serverv[i];
	now = timers_now(r->timers);

	return s->failed && s->rests_to > now ? s->rests_to - now : 0;
}


static bool usable(const struct server *s, uint64_t now)
{
	if (!s->failed)
		return true;

	return !s->probing && now >= s->rests_to;
}


/**
 * Find the first server that may be asked now
 *
 * @param ip   Index of the server
 * @param r    Rotation
 * @param from Index where the search starts
 *
 * @return 0 if success, ENOENT when the others rest, otherwise errorcode
 */
int rotation_next(size_t *ip, struct rotation *r, size_t from)
{
	uint64_t now;

	if (!ip || !r)
		return EINVAL;

	now = timers_now(r->timers);
	for (size_t i = from; i < r->serverc; i++) {
		struct server *s = &r->serverv[i];

		if (!usable(s, now))
			continue;

		s->probing = s->failed;
		*ip = i;
		return 0;
	}

	return ENOENT;
}


/**
 * The server answered: it is asked again by everybody
 *
 * @param r Rotation
 * @param i Index of the server
 */
void rotation_succeed(struct rotation *r, size_t i)
{
	if (!r || i >= r->serverc)
		return;

	r->serverv[i].failed = false;
	r->serverv[i].probing = false;
}


/**
 * The server did not answer as it should: it rests
 *
 * @param r Rotation
 * @param i Index of the server
 */
void rotation_fail(struct rotation *r, size_t i)
{
	if (!r || i >= r->serverc)
		return;

	r->serverv[i].failed = true;
	r->serverv[i].probing = false;
	r->serverv[i].rests_to = timers_now(r->timers) + r->rest_ms;
}


/**
 * The caller gave up before the server showed anything
 *
 * @param r Rotation
 * @param i Index of the server
 */
void rotation_release(struct rotation *r, size_t i)
{
	if (r && i < r->serverc)
		r->serverv[i].probing = false;
}
