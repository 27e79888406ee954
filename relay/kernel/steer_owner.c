/**
 * @file steer_owner.c  Which worker has a port, and who is known there
 */
#include <string.h>
#include "relay/kernel/steer.h"
#include "relay/kernel/steer_state.h"

enum { MAPPED = 0xffff };


/**
 * Write an address as the program compares it
 *
 * @param to Written
 * @param sa Address, port ignored
 */
void steer_address(struct steer_address *to, const struct sa *sa)
{
	memset(to, 0, sizeof(*to));
	if (sa_af(sa) == AF_INET) {
		to->v[2] = htonl(MAPPED);
		to->v[3] = sa->u.in.sin_addr.s_addr;
	}
	else {
		memcpy(to->v, &sa->u.in6.sin6_addr, sizeof(to->v));
	}
}


/**
 * Get the number of an address and port
 *
 * @param s     Steering
 * @param local Address and port
 *
 * @return Its number, STEER_NOWHERE if it is not ours
 */
uint32_t steer_place(const struct steer *s, const struct sa *local)
{
	const uint32_t port = (uint32_t)sa_port(local) - s->min;

	if (port >= s->ports)
		return STEER_NOWHERE;

	for (size_t i = 0; i < s->addrc; i++) {
		if (sa_cmp(&s->addrv[i], local, SA_ADDR))
			return (uint32_t)i * s->ports + port;
	}

	return STEER_NOWHERE;
}


/**
 * Get the number of all addresses' ports
 *
 * @param s Steering
 *
 * @return How many there are
 */
uint32_t steer_places(const struct steer *s)
{
	return s ? s->places : 0;
}


/**
 * Does a worker have a port?
 *
 * @param s      Steering
 * @param place  Number of the port
 * @param worker The worker's
 *
 * @return True if it has
 */
bool steer_has(const struct steer *s, uint32_t place, unsigned worker)
{
	return s && place < s->places &&
	       __atomic_load_n(&s->ownerv[place].worker, __ATOMIC_ACQUIRE) ==
		       worker + 1;
}


static void set_known(struct steer *s, uint32_t place, uint32_t mark)
{
	__atomic_store_n(&s->ownerv[place].known, mark, __ATOMIC_RELAXED);
}


/**
 * Give a port to a worker; nobody is known there
 *
 * @param s      Steering
 * @param place  Its number
 * @param worker The worker's
 */
void steer_give(struct steer *s, uint32_t place, unsigned worker)
{
	if (!s || place >= s->places || worker >= STEER_WORKERS)
		return;

	set_known(s, place, 0);
	__atomic_store_n(&s->ownerv[place].worker, (uint8_t)(worker + 1),
			 __ATOMIC_RELEASE);
}


/**
 * Take a port from whoever has it
 *
 * @param s     Steering
 * @param place Its number
 */
void steer_take(struct steer *s, uint32_t place)
{
	if (!s || place >= s->places)
		return;

	__atomic_store_n(&s->ownerv[place].worker, 0, __ATOMIC_RELEASE);
	set_known(s, place, 0);
}


/**
 * Say who is known at a port
 *
 * @param s     Steering
 * @param place Number of the port
 * @param src   Address and port, NULL: nobody
 */
void steer_know(struct steer *s, uint32_t place, const struct sa *src)
{
	struct steer_address from;

	if (!s || place >= s->places)
		return;

	if (!src) {
		set_known(s, place, 0);
		return;
	}

	steer_address(&from, src);
	set_known(s, place, steer_mark(&from, sa_port(src), s->key));
}


/**
 * Is anybody known at a port?
 *
 * @param s     Steering
 * @param place Number of the port
 *
 * @return True if somebody is
 */
bool steer_knows(const struct steer *s, uint32_t place)
{
	return s && place < s->places &&
	       __atomic_load_n(&s->ownerv[place].known, __ATOMIC_RELAXED);
}
