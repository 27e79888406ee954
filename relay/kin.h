/**
 * @file kin.h  Sessions that share the ports towards one side
 *
 * One offer went there, and several answered it.
 */
#ifndef RELAY_KIN_H
#define RELAY_KIN_H

#include <re.h>
#include "relay/relay.h"

struct path;

/** A mem object, held by each session that belongs to it */
struct kin {
	struct list sessionl;
	struct relay_session *first; /* whose ports they are; NULL: ended */
	enum relay_side shared;
};

/* EINVAL: `of` shares its other side already */
int kin_join(struct relay_session *s, struct relay_session *of,
	     enum relay_side shared);
void kin_leave(struct relay_session *s);

/* whose ports of that side stream n of the session has as well, or NULL */
const struct path *kin_path(const struct relay_session *s, unsigned n,
			    enum relay_side side);

#endif
