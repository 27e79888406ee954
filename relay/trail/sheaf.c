/**
 * @file sheaf.c  The trails of a call's streams that are over
 */
#include <errno.h>
#include "relay/trail/sheaf.h"
#include "relay/trail/trail.h"


static void destructor(void *arg)
{
	struct sheaf *s = arg;

	list_flush(&s->traill);
}


/**
 * Allocate an empty sheaf
 *
 * @param sp Pointer to the allocated sheaf
 *
 * @return 0 if success, otherwise errorcode
 */
int sheaf_alloc(struct sheaf **sp)
{
	struct sheaf *s;

	if (!sp)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	*sp = s;

	return 0;
}


/**
 * Put a trail into a sheaf
 *
 * @param s     Sheaf
 * @param trail Trail, sealed; given away
 */
void sheaf_put(struct sheaf *s, struct trail *trail)
{
	list_append(&s->traill, &trail->le, trail);
	if (list_count(&s->traill) > SHEAF_MAX)
		mem_deref(list_ledata(s->traill.head));
}
