/**
 * @file targets.h  The targets of a request, and the order to try them in
 *
 * Sorted by q, no target twice, bounded. They are tried in groups (RFC 3261
 * section 16.6): the targets of a group at the same time, the next group when
 * that has failed. Of one instance only one flow is tried at a time, the next
 * one where that failed (RFC 5626 section 5.3). Pure.
 */
#ifndef PROXY_CORE_TARGETS_H
#define PROXY_CORE_TARGETS_H

#include "common/config.h"
#include "proxy/core/target.h"

/** Zeroed by targets_init(); targets_flush() gives up what it holds */
struct targets {
	struct list waitl;  /* of later groups, highest q first */
	struct list groupl; /* of the group under way, not tried yet */
	struct list workl;  /* being tried */
	struct list donel;
	size_t count; /* ever added */
	size_t max;
};

void targets_init(struct targets *ts, size_t max);
void targets_flush(struct targets *ts);

/* keeps a reference. EALREADY: it is there, or was; ENOSPC: too many */
int targets_add(struct targets *ts, struct target *t);

/* opens the next group, if none is; false: there is no target left */
bool targets_group(struct targets *ts, enum config_fork fork);

/* those waiting with at least that q come into the group under way */
void targets_join(struct targets *ts, uint16_t q);

/* how many could be tried now; and one of them, not referenced; NULL: none */
size_t targets_ready(const struct targets *ts);
struct target *targets_take(struct targets *ts);

/* it was tried; another: another flow of its instance may be tried */
void targets_done(struct targets *ts, struct target *t, bool another);

/* no more of them are tried */
void targets_stop(struct targets *ts);

#endif
