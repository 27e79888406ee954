/**
 * @file trunk_order.c  In which order trunks are tried
 */
#include "proxy/core/trunk_order.h"


static unsigned state_of(const struct trunk_choice *c)
{
	return c->down ? 2 : c->rests ? 1 : 0;
}


static bool comes_before(const struct trunk_choice *a,
			 const struct trunk_choice *b)
{
	if (state_of(a) != state_of(b))
		return state_of(a) < state_of(b);

	return a->priority < b->priority;
}


/* a few, and those that are equal stay as they stand */
static void sort(struct trunk_choice *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct trunk_choice c = v[i];
		size_t k = i;

		for (; k && comes_before(&c, &v[k - 1]); k--)
			v[k] = v[k - 1];
		v[k] = c;
	}
}


static void move_to_front(struct trunk_choice *v, size_t i)
{
	const struct trunk_choice c = v[i];

	for (; i; i--)
		v[i] = v[i - 1];
	v[0] = c;
}


/* RFC 2782: a running sum, and a number below it */
static void draw(struct trunk_choice *v, size_t n, trunk_random_h *randomh)
{
	uint64_t sum = 0, at;

	for (size_t i = 0; i < n; i++)
		sum += v[i].weight;
	if (!sum)
		return;

	at = randomh() % sum;
	for (size_t i = 0; i < n; i++) {
		if (at < v[i].weight) {
			move_to_front(v, i);
			break;
		}
		at -= v[i].weight;
	}

	draw(v + 1, n - 1, randomh);
}


/**
 * Put trunks into the order in which they are tried
 *
 * @param v         Trunks
 * @param n         How many
 * @param desperate Those that are down as well
 * @param randomh   Random numbers
 *
 * @return How many are tried
 */
size_t trunk_order(struct trunk_choice *v, size_t n, bool desperate,
		   trunk_random_h *randomh)
{
	size_t end;

	sort(v, n);
	for (size_t i = 0; i < n; i = end) {
		end = i + 1;
		while (end < n && !comes_before(&v[i], &v[end]))
			++end;
		draw(v + i, end - i, randomh);
	}

	for (end = 0; end < n && (desperate || !v[end].down); end++)
		;

	return end;
}
