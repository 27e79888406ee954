/**
 * @file ties.h  Call-IDs of our own that are said for a call's sake
 *
 * For a call we ask relay servers and redirect servers, under Call-IDs of our
 * own. Each is tied to the call while a transaction may last; what is said
 * later under it (a lease that is kept up) is not of interest.
 */
#ifndef PROXY_ADMIN_TRACE_TIES_H
#define PROXY_ADMIN_TRACE_TIES_H

#include <stdbool.h>
#include <re.h>

enum { TIES_MAX = 10000, TIE_LIFE_MS = 32000, TIE_CALLID_MAX = 255 };

struct ties;
struct timers;

int ties_alloc(struct ties **tp, struct timers *timers);

/* from now on for TIE_LIFE_MS; where there are too many the oldest goes */
void ties_put(struct ties *t, const struct pl *own, const struct pl *call);

/* replaces a Call-ID that is tied by its call's; valid until the next tie */
void ties_follow(struct ties *t, struct pl *callid);

uint32_t ties_count(const struct ties *t);

#endif
