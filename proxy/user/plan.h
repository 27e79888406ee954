/**
 * @file plan.h  What one REGISTER changes
 */
#ifndef PROXY_USER_PLAN_H
#define PROXY_USER_PLAN_H

#include "proxy/user/registration.h"

enum { PLAN_WAYS_MAX = 4 }; /* flows of one phone (RFC 5626) at once */

struct plan {
	struct location_change chgv[LOCATION_CHANGES_MAX];
	struct binding *heldv[LOCATION_CHANGES_MAX]; /* what goes */
	size_t n;
	size_t stay; /* bindings that there will be */
};

/* EPROTO: CSeq too low (RFC 3261 section 10.3 step 7); ENOSPC: too many */
int plan_alloc(struct plan **pp, const struct registration *reg,
	       const struct list *have, uint32_t contacts_max);

#endif
