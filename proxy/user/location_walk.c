/**
 * @file location_walk.c  Shows who is registered, some users at a time
 */
#include <re.h>
#include "proxy/user/location_state.h"


/**
 * Walk over the users, some at a time
 *
 * Who is registered all the while is seen once.
 *
 * @param l    Location
 * @param from Where to begin: 0, or what the last call returned
 * @param n    Users; the rest of the last one's bucket follows all the same
 * @param h    Hears of each user; changes nothing. false: enough for now
 * @param arg  Handler's argument
 *
 * @return Where to go on; 0 when all were seen
 */
uint32_t location_walk(const struct location *l, uint32_t from, uint32_t n,
		       location_walk_h *h, void *arg)
{
	const uint32_t size = l ? hash_bsize(l->users) : 0;
	bool more = n > 0;

	if (!h)
		return 0;

	for (; more && from < size; from++) {
		const struct list *bucket = hash_list(l->users, from);

		for (struct le *le = list_head(bucket); le; le = le->next) {
			const struct user *u = le->data;

			n -= n > 0;
			more &= h(u->aor, &u->bindingl, arg) && n;
		}
	}

	return from < size ? from : 0;
}
