/**
 * @file foreign.c  The strangers of a leg: who they are, how much they send
 */
#include "relay/latch/foreign.h"


static size_t place_of(const struct foreign_places *f, const struct sa *src)
{
	size_t least = 0;

	for (size_t i = 0; i < f->c; i++) {
		if (sa_cmp(&f->v[i].src, src, SA_ALL))
			return i;
		if (f->v[i].packets < f->v[least].packets)
			least = i;
	}

	return f->c < RELAY_FOREIGN_MAX ? f->c : least;
}


/**
 * Forget all strangers
 *
 * @param f Strangers, which no worker has
 */
void foreign_close(struct foreign *f)
{
	mem_deref(atomic_load_explicit(&f->places, memory_order_relaxed));
	atomic_store_explicit(&f->places, NULL, memory_order_relaxed);
}


/* what is published is zeroed, and stays until the end */
static struct foreign_places *places_of(struct foreign *f)
{
	struct foreign_places *p;

	p = atomic_load_explicit(&f->places, memory_order_relaxed);
	if (!p) {
		p = mem_zalloc(sizeof(*p), NULL);
		atomic_store_explicit(&f->places, p, memory_order_release);
	}

	return p;
}


/**
 * Note who was refused, from the worker's thread
 *
 * @param f   Strangers
 * @param src Source of the packet
 */
void foreign_note(struct foreign *f, const struct sa *src)
{
	struct foreign_places *p = places_of(f);

	if (p)
		cell_set(&p->last, src);
}


/**
 * Count a packet of a stranger, from the worker's thread
 *
 * @param f   Strangers
 * @param src Source of the packet
 */
void foreign_add(struct foreign *f, const struct sa *src)
{
	struct foreign_places *p = places_of(f);
	size_t i;

	if (!p)
		return;

	cell_set(&p->last, src);
	i = place_of(p, src);
	if (i == p->c)
		++p->c;

	if (!p->v[i].packets || !sa_cmp(&p->v[i].src, src, SA_ALL)) {
		p->v[i].src = *src;
		cell_set(&p->placev[i].src, src);
	}

	atomic_store_explicit(&p->placev[i].packets, ++p->v[i].packets,
			      memory_order_relaxed);
}


/* the most first; what there is no room for is the least */
static void place(struct relay_stats *st, const struct relay_foreign *one)
{
	size_t i = st->foreignc;

	if (i == RELAY_FOREIGN_MAX) {
		if (one->packets <= st->foreignv[--i].packets)
			return;
	}
	else {
		++st->foreignc;
	}

	for (; i && st->foreignv[i - 1].packets < one->packets; i--)
		st->foreignv[i] = st->foreignv[i - 1];
	st->foreignv[i] = *one;
}


static void take_out(struct relay_stats *st, size_t i)
{
	for (--st->foreignc; i < st->foreignc; i++)
		st->foreignv[i] = st->foreignv[i + 1];
}


/**
 * Add a stranger to those of a side, or of a call
 *
 * @param st  Statistics; the ones who sent most stay, most first
 * @param one Stranger
 */
void relay_stats_foreign(struct relay_stats *st,
			 const struct relay_foreign *one)
{
	struct relay_foreign sum;

	if (!st || !one)
		return;

	sum = *one;
	for (size_t i = 0; i < st->foreignc; i++) {
		if (!sa_cmp(&st->foreignv[i].src, &sum.src, SA_ALL))
			continue;

		sum.packets += st->foreignv[i].packets;
		take_out(st, i);
		break;
	}

	place(st, &sum);
}


/**
 * Get who was refused last, from any thread
 *
 * @param f   Strangers
 * @param src His address, af unset if nobody was
 */
void foreign_last(const struct foreign *f, struct sa *src)
{
	const struct foreign_places *p;

	p = atomic_load_explicit(&f->places, memory_order_acquire);
	if (p)
		cell_get(&p->last, src);
	else
		sa_init(src, AF_UNSPEC);
}


/**
 * Add the strangers of a leg to those of its side, from any thread
 *
 * @param f  Strangers
 * @param st Statistics of the side
 */
void foreign_stats(const struct foreign *f, struct relay_stats *st)
{
	const struct foreign_places *p;

	p = atomic_load_explicit(&f->places, memory_order_acquire);
	for (size_t i = 0; p && i < RELAY_FOREIGN_MAX; i++) {
		struct relay_foreign one;

		cell_get(&p->placev[i].src, &one.src);
		one.packets = atomic_load_explicit(&p->placev[i].packets,
						   memory_order_relaxed);
		if (sa_af(&one.src) != AF_UNSPEC && one.packets)
			relay_stats_foreign(st, &one);
	}
}
