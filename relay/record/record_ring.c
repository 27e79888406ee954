/**
 * @file record_ring.c  Packets on their way from a worker to the writer
 */
#include <string.h>
#include "relay/record/record_ring.h"

enum {
	ALIGN = 8,
	HEAD = sizeof(struct record_packet),
	MASK = RECORD_RING_SIZE - 1,
};

/* instead of an entry's length: the rest up to the end is empty */
static const uint32_t SKIP = UINT32_MAX;

_Static_assert(!(RECORD_RING_SIZE & (RECORD_RING_SIZE - 1)) &&
		       HEAD % ALIGN == 0,
	       "entries start where a structure may");


/**
 * Make an address small
 *
 * @param a  Small address
 * @param sa Address, or NULL
 */
void record_addr_set(struct record_addr *a, const struct sa *sa)
{
	const int af = sa ? sa_af(sa) : AF_UNSPEC;
	const struct in_addr *in;

	memset(a, 0, sizeof(*a));
	if (af == AF_INET) {
		in = &sa->u.in.sin_addr;
		memcpy(a->b, in, sizeof(*in));
	}
	else if (af == AF_INET6) {
		memcpy(a->b, &sa->u.in6.sin6_addr, sizeof(a->b));
		a->v6 = 1;
	}
	else {
		return;
	}

	a->isset = 1;
	a->port = sa_port(sa);
}


static size_t entry_size(size_t len)
{
	return (HEAD + len + ALIGN - 1) & ~((size_t)ALIGN - 1);
}


static struct record_packet *entry_at(struct record_ring *r, uint64_t pos)
{
	return (struct record_packet *)(void *)(r->buf + (pos & MASK));
}


static bool push(struct record_ring *r, const struct record_packet *pkt,
		 const uint8_t *p)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	const uint64_t tail = atomic_load_explicit(&r->tail,
						   memory_order_acquire);
	const size_t size = entry_size(pkt->len);
	const size_t end = RECORD_RING_SIZE - (size_t)(head & MASK);
	const size_t skip = size > end ? end : 0;

	if (pkt->len > RECORD_PACKET_MAX ||
	    head + skip + size - tail > RECORD_RING_SIZE)
		return false;

	/* what is left at the end may be too small for a whole head */
	if (skip) {
		if (end >= HEAD)
			entry_at(r, head)->len = SKIP;
		head += skip;
	}

	memcpy(entry_at(r, head), pkt, HEAD);
	memcpy(r->buf + (head & MASK) + HEAD, p, pkt->len);
	atomic_store_explicit(&r->head, head + size, memory_order_release);

	return true;
}


/**
 * Push a packet
 *
 * @param r   Ring
 * @param pkt What it is, its length included
 * @param p   Its octets
 *
 * @return True if it is in, false if it is to be counted as lost
 */
bool record_ring_push(struct record_ring *r, const struct record_packet *pkt,
		      const uint8_t *p)
{
	bool done;

	/* a call has one worker; as it goes from one dialog to another of the
	 * same INVITE, both may speak */
	if (atomic_flag_test_and_set_explicit(&r->busy, memory_order_acquire))
		return false;

	done = push(r, pkt, p);
	atomic_flag_clear_explicit(&r->busy, memory_order_release);

	return done;
}


/**
 * Look at the oldest packet; from one thread only
 *
 * @param r  Ring
 * @param pp Its octets
 *
 * @return What it is, NULL if there is none
 */
const struct record_packet *record_ring_peek(struct record_ring *r,
					     const uint8_t **pp)
{
	const uint64_t head = atomic_load_explicit(&r->head,
						   memory_order_acquire);
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
	size_t end;

	if (tail == head)
		return NULL;

	end = RECORD_RING_SIZE - (size_t)(tail & MASK);
	if (end < HEAD || entry_at(r, tail)->len == SKIP) {
		tail += end;
		atomic_store_explicit(&r->tail, tail, memory_order_release);
	}

	*pp = r->buf + (tail & MASK) + HEAD;

	return entry_at(r, tail);
}


/**
 * Let go of the packet that was looked at
 *
 * @param r Ring, not empty
 */
void record_ring_pop(struct record_ring *r)
{
	const uint64_t tail = atomic_load_explicit(&r->tail,
						   memory_order_relaxed);

	atomic_store_explicit(&r->tail,
			      tail + entry_size(entry_at(r, tail)->len),
			      memory_order_release);
}
