/**
 * @file location_sweep.c  Lets go users who are no longer served
 */
#include <re.h>
#include "proxy/user/location_state.h"


/* listeners hear of each binding; the user is gone with the last one */
static void remove_user(struct user *u)
{
	struct le *le;

	mem_ref(u);
	while ((le = list_head(&u->bindingl)))
		location_remove(le->data);
	mem_deref(u);
}


static void sweep_bucket(struct list *bucket, location_keep_h *h, void *arg)
{
	struct le *le = list_head(bucket);

	while (le) {
		struct user *u = le->data;
		struct pl aor;

		pl_set_str(&aor, u->aor);
		if (h(&aor, arg)) {
			le = le->next;
			continue;
		}

		/* whatever a listener did to its neighbours */
		remove_user(u);
		le = list_head(bucket);
	}
}


/**
 * Let go users, some at a time
 *
 * @param l    Location
 * @param from Where to begin: 0, or what the last call returned
 * @param n    Buckets of the table
 * @param h    Says of each user whether it stays
 * @param arg  Handler's argument
 *
 * @return Where to go on; 0 when all were seen
 */
uint32_t location_sweep(struct location *l, uint32_t from, uint32_t n,
			location_keep_h *h, void *arg)
{
	const uint32_t size = l ? hash_bsize(l->users) : 0;

	if (!h || from >= size)
		return 0;

	mem_ref(l);
	while (n-- && from < size)
		sweep_bucket(hash_list(l->users, from++), h, arg);
	mem_deref(l);

	return from < size ? from : 0;
}
