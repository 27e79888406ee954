/**
 * @file user.h  One address-of-record with its bindings
 *
 * Inside of the location; gone with the last of its bindings.
 */
#ifndef PROXY_USER_USER_H
#define PROXY_USER_USER_H

#include "proxy/user/binding.h"

struct location;

struct user {
	struct le he;
	struct location *loc; /* not owned */
	uint32_t *count;      /* the location's, of all bindings */
	char *aor;
	struct list bindingl; /* newest first */
};

int user_alloc(struct user **up, struct location *l, uint32_t *count,
	       const struct pl *aor);

/* b becomes its newest; takes over the caller's reference to a new one */
void user_take(struct user *u, struct binding *b);

/* b does nothing any more; the caller gets the reference */
void user_drop(struct binding *b);

#endif
