/**
 * @file user.c  One address-of-record with its bindings
 */
#include <re.h>
#include "proxy/user/user.h"


static void destructor(void *arg)
{
	struct user *u = arg;
	struct le *le;

	hash_unlink(&u->he);
	while ((le = list_head(&u->bindingl))) {
		struct binding *b = le->data;

		user_drop(b);
		mem_deref(b);
	}
	mem_deref(u->aor);
}


/**
 * Allocate a user without bindings
 *
 * @param up    User
 * @param l     Its location, not owned
 * @param count The location's count of all bindings
 * @param aor   Canonical address-of-record
 *
 * @return 0 if success, otherwise errorcode
 */
int user_alloc(struct user **up, struct location *l, uint32_t *count,
	       const struct pl *aor)
{
	struct user *u = mem_zalloc(sizeof(*u), destructor);
	int err;

	if (!u)
		return ENOMEM;

	u->loc = l;
	u->count = count;
	err = pl_strdup(&u->aor, aor);
	if (err)
		mem_deref(u);
	else
		*up = u;

	return err;
}


/**
 * Make a binding the newest of a user, whether it was there before or not
 *
 * @param u User
 * @param b Binding; the reference to a new one is taken over
 */
void user_take(struct user *u, struct binding *b)
{
	if (!b->user)
		++*u->count;

	b->user = u;
	list_unlink(&b->le);
	list_prepend(&u->bindingl, &b->le, b);
}


/**
 * Take a binding out of its user; others may still hold a reference
 *
 * @param b Binding; the user's reference is the caller's now
 */
void user_drop(struct binding *b)
{
	list_unlink(&b->le);
	timer_cancel(&b->tmr);
	flow_unwatch(&b->watch);
	--*b->user->count;
	b->user = NULL;
}
