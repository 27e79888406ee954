/**
 * @file cell.c  An address that one thread writes and others read
 */
#include <string.h>
#include "relay/latch/cell.h"

enum { AF_SHIFT = 16 };


static void pack(uint64_t wordv[3], const struct sa *sa)
{
	const int af = sa_af(sa);

	memset(wordv, 0, 3 * sizeof(*wordv));
	if (af == AF_INET)
		wordv[1] = sa_in(sa);
	else if (af == AF_INET6)
		sa_in6(sa, (uint8_t *)&wordv[1]);
	else
		return;

	wordv[0] = (uint64_t)af << AF_SHIFT | sa_port(sa);
}


static void unpack(struct sa *sa, const uint64_t wordv[3])
{
	const int af = (int)(wordv[0] >> AF_SHIFT);
	const uint16_t port = (uint16_t)wordv[0];

	sa_init(sa, AF_UNSPEC);
	if (af == AF_INET)
		sa_set_in(sa, (uint32_t)wordv[1], port);
	else if (af == AF_INET6)
		sa_set_in6(sa, (const uint8_t *)&wordv[1], port);
}


/**
 * Write the address; from one thread only
 *
 * @param c  Cell
 * @param sa Address, of no family to clear it
 */
void cell_set(struct cell *c, const struct sa *sa)
{
	const uint32_t turn = atomic_load_explicit(&c->turn,
						   memory_order_relaxed);
	uint64_t wordv[3];

	pack(wordv, sa);

	/* each word is released, so who sees it sees the odd turn as well */
	atomic_store_explicit(&c->turn, turn + 1, memory_order_relaxed);
	for (size_t i = 0; i < 3; i++)
		atomic_store_explicit(&c->wordv[i], wordv[i],
				      memory_order_release);
	atomic_store_explicit(&c->turn, turn + 2, memory_order_release);
}


/**
 * Read the address, from any thread
 *
 * @param c  Cell
 * @param sa Address, of no family if there is none
 */
void cell_get(const struct cell *c, struct sa *sa)
{
	uint64_t wordv[3];
	uint32_t turn;

	do {
		turn = atomic_load_explicit(&c->turn, memory_order_acquire);
		for (size_t i = 0; i < 3; i++)
			wordv[i] = atomic_load_explicit(&c->wordv[i],
							memory_order_acquire);
	} while (turn & 1 ||
		 turn != atomic_load_explicit(&c->turn, memory_order_relaxed));

	unpack(sa, wordv);
}
