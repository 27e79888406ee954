/**
 * @file foreign.c  The strangers of a leg: who they are, how much they send
 */
#include "relay/latch/foreign.h"


static size_t place_of(const struct foreign *f, const struct sa *src)
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
 * Count a packet of a stranger, from the worker's thread
 *
 * @param f   Strangers
 * @param src Source of the packet
 */
void foreign_add(struct foreign *f, const struct sa *src)
{
	const size_t i = place_of(f, src);

	if (i == f->c)
		++f->c;

	if (!f->v[i].packets || !sa_cmp(&f->v[i].src, src, SA_ALL)) {
		f->v[i].src = *src;
		cell_set(&f->placev[i].src, src);
	}

	atomic_store_explicit(&f->placev[i].packets, ++f->v[i].packets,
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
 * Add the strangers of a leg to those of its side, from any thread
 *
 * @param f  Strangers
 * @param st Statistics of the side
 */
void foreign_stats(const struct foreign *f, struct relay_stats *st)
{
	for (size_t i = 0; i < RELAY_FOREIGN_MAX; i++) {
		struct relay_foreign one;

		cell_get(&f->placev[i].src, &one.src);
		one.packets = atomic_load_explicit(&f->placev[i].packets,
						   memory_order_relaxed);
		if (sa_af(&one.src) != AF_UNSPEC && one.packets)
			relay_stats_foreign(st, &one);
	}
}
