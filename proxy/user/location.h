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
#include "proxy/user/binding.h"

struct location;

enum location_event {
	LOCATION_FIRST,
	LOCATION_ADDED,
	LOCATION_REFRESHED,
	LOCATION_LOST,
	LOCATION_REMOVED,
	LOCATION_LAST
};
/* FIRST/LAST: the AOR's first binding came (ADDED follows), its last one went
 * (after REMOVED). LOST: it stays, but its connection is gone */
typedef void(location_h)(enum location_event ev, struct binding *b, void *arg);

/** One binding of a request; expires_s 0 removes the one that b names */
struct location_change {
	struct binding b; /* the texts are the caller's; aor is not read */
	uint32_t expires_s;
};

enum { LOCATION_MAX = 100000, LOCATION_CHANGES_MAX = 128 };

/* contacts_max: for each AOR; together they are LOCATION_MAX at most, or what
 * location_bound() says */
int location_alloc(struct location **lp, struct timers *timers,
		   uint32_t contacts_max);
void location_bound(struct location *l, uint32_t max);
/* from now on; those above it stay */
void location_limit(struct location *l, uint32_t contacts_max);

/* phones with push parameters stay when their connection dies: someone wakes
 * them (push.h) */
void location_keep_sleepers(struct location *l, bool keep);

/* several may listen; ENOSPC behind the twelfth */
int location_listen(struct location *l, location_h *h, void *arg);
void location_unlisten(struct location *l, location_h *h, void *arg);

/* newest first; NULL: none */
const struct list *location_get(const struct location *l,
				const struct pl *aor);

/* copies what b points to; replaces the one that b names (RFC 3261 section
 * 10.3 step 7 is the registrar's); ENOSPC: contacts_max */
int location_put(struct location *l, const struct binding *b,
		 uint32_t expires_s);
/* all or nothing; no two changes of one binding */
int location_change(struct location *l, const struct pl *aor,
		    const struct location_change *chgv, size_t chgc);
void location_del(struct location *l, struct binding *b);
uint32_t location_count(const struct location *l);

/* those whom h does not keep are let go, some buckets of the table at a time;
 * returns where to go on, 0 when all were seen */
typedef bool(location_keep_h)(const struct pl *aor, void *arg);
uint32_t location_sweep(struct location *l, uint32_t from, uint32_t n,
			location_keep_h *h, void *arg);

/* so many users, about; returns where to go on, 0 when all were seen. h: false
 * is enough for now */
typedef bool(location_walk_h)(const char *aor, const struct list *bindingl,
			      void *arg);
uint32_t location_walk(const struct location *l, uint32_t from, uint32_t n,
		       location_walk_h *h, void *arg);

#endif
