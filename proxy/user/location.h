/**
 * @file location.h  Where the users are: bindings in memory
 *
 * A binding is a Contact with the flow it came over, the source it was seen
 * from, its Path, and the verdict of the comparison. Owned by the location;
 * each has a timer; take a reference to keep one.
 */
#ifndef PROXY_USER_LOCATION_H
#define PROXY_USER_LOCATION_H

#include "common/timer.h"
#include "proxy/media/nat.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/message.h"

struct location;

struct binding {
	struct le le; /* newest first in its AOR */
	char *aor;
	char *contact; /* the URI's text */
	char *path;    /* Route header value(s), or NULL */
	char *callid;
	char *user_agent; /* or NULL */
	uint32_t cseq;
	uint16_t q;        /* 0-1000 */
	struct flow *flow; /* referenced */
	struct sa source;  /* of the REGISTER */
	struct nat_verdict verdict;
	uint64_t expires_at; /* monotonic ms */
	struct timer tmr;
	struct flow_watch watch; /* a lost connection takes it away */
};

enum location_event {
	LOCATION_FIRST,
	LOCATION_ADDED,
	LOCATION_REFRESHED,
	LOCATION_REMOVED,
	LOCATION_LAST
};
/* FIRST/LAST: the AOR's first binding came, its last one went */
typedef void(location_h)(enum location_event ev, struct binding *b, void *arg);

int location_alloc(struct location **lp, struct timers *timers,
		   uint32_t contacts_max);
void location_listen(struct location *l, location_h *h, void *arg);

/* newest first; NULL: none */
const struct list *location_get(const struct location *l,
				const struct pl *aor);

/* copies what b points to; replaces the one with an equal Contact URI (RFC
 * 3261 section 10.3 step 7 is the registrar's); ENOSPC: contacts_max */
int location_put(struct location *l, const struct binding *b,
		 uint32_t expires_s);
void location_del(struct location *l, struct binding *b);
uint32_t location_count(const struct location *l);

#endif
