/**
 * @file sheaf.h  The trails of a call's streams that are over
 *
 * Of a session, for who wants to read them and refers to it before the session
 * goes. Main thread only; a trail itself may be given away, to one at a time.
 */
#ifndef RELAY_TRAIL_SHEAF_H
#define RELAY_TRAIL_SHEAF_H

#include <re.h>

struct trail;

enum { SHEAF_MAX = 8 };

/** A mem object */
struct sheaf {
	struct list traill; /* struct trail, sealed, owned */
};

int sheaf_alloc(struct sheaf **sp);

/* given away; of too many the oldest goes */
void sheaf_put(struct sheaf *s, struct trail *trail);

#endif
