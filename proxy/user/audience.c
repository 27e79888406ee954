/**
 * @file audience.c  Those who hear of each change of the location
 */
#include <errno.h>
#include <re.h>
#include "proxy/user/audience.h"


/**
 * Add one who hears of all changes
 *
 * @param a   Audience
 * @param h   Handler
 * @param arg Its argument
 *
 * @return 0 if success, ENOSPC
 */
int audience_add(struct audience *a, location_h *h, void *arg)
{
	if (a->n >= AUDIENCE_MAX)
		return ENOSPC;

	a->v[a->n].h = h;
	a->v[a->n++].arg = arg;

	return 0;
}


/**
 * Remove one
 *
 * @param a   Audience
 * @param h   Handler
 * @param arg Its argument
 */
void audience_remove(struct audience *a, location_h *h, const void *arg)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (a->v[i].h != h || a->v[i].arg != arg)
			a->v[n++] = a->v[i];
	}
	a->n = n;
}


/**
 * Tell all, in the order in which they came
 *
 * @param a  Audience
 * @param ev What happened
 * @param b  To which binding
 */
void audience_tell(const struct audience *a, enum location_event ev,
		   struct binding *b)
{
	for (size_t i = 0; i < a->n; i++)
		a->v[i].h(ev, b, a->v[i].arg);
}
