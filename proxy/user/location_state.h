/**
 * @file location_state.h  What the location is made of (location*.c only)
 */
#ifndef PROXY_USER_LOCATION_STATE_H
#define PROXY_USER_LOCATION_STATE_H

#include "common/hash.h"
#include "proxy/user/audience.h"
#include "proxy/user/location.h"
#include "proxy/user/user.h"

struct location {
	struct hash *users;
	struct hash_key key;
	struct timers *timers;
	uint32_t contacts_max;
	uint32_t max;
	uint32_t count;
	uint32_t reserved; /* by prepared changes, above count */
	bool keep_sleepers;
	struct audience audience;
};

struct user *location_user(const struct location *l, const struct pl *aor);

/* the user may be gone afterwards, the binding too */
void location_remove(struct binding *b);

/* its connection is gone: so is the binding, unless that is no loss */
void location_lose(struct binding *b);

#endif
