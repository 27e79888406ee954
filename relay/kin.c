/**
 * @file kin.c  Sessions that share the ports towards one side
 */
#include <errno.h>
#include "relay/kin.h"
#include "relay/engine/path.h"
#include "relay/relay_state.h"


static int found(struct relay_session *first, enum relay_side shared)
{
	struct kin *kin;

	kin = mem_zalloc(sizeof(*kin), NULL);
	if (!kin)
		return ENOMEM;

	kin->first = first;
	kin->shared = shared;
	first->kin = kin;
	list_append(&kin->sessionl, &first->kin_le, first);

	return 0;
}


/**
 * Let a session share ports with another one
 *
 * @param s      Session, of nobody's kin yet
 * @param of     The other one
 * @param shared Side whose ports are the same
 *
 * @return 0 if success, EINVAL if `of` shares its other side already,
 *         otherwise errorcode
 */
int kin_join(struct relay_session *s, struct relay_session *of,
	     enum relay_side shared)
{
	int err;

	if (of->kin && of->kin->shared != shared)
		return EINVAL;

	if (!of->kin) {
		err = found(of, shared);
		if (err)
			return err;
	}

	s->kin = mem_ref(of->kin);
	list_append(&s->kin->sessionl, &s->kin_le, s);

	return 0;
}


/**
 * Leave the kin: what ports are shared stay with the others
 *
 * @param s Session
 */
void kin_leave(struct relay_session *s)
{
	if (!s->kin)
		return;

	list_unlink(&s->kin_le);
	if (s->kin->first == s)
		s->kin->first = NULL;
	s->kin = mem_deref(s->kin);
}


/**
 * Find the ports that a stream shall share
 *
 * @param s    Session
 * @param n    Number of the stream
 * @param side Side
 *
 * @return Path that has them, NULL if the stream is to have its own
 */
const struct path *kin_path(const struct relay_session *s, unsigned n,
			    enum relay_side side)
{
	const struct kin *kin = s->kin;
	const struct le *le;

	/* what the first one opens later was told to one of them only */
	if (!kin || kin->first == s || kin->shared != side)
		return NULL;

	for (le = kin->sessionl.head; le; le = le->next) {
		const struct relay_session *other = le->data;
		const struct path *path = n < other->streamc
						  ? other->streamv[n].path
						  : NULL;

		if (path && (other == kin->first || path->sharedv[side]))
			return path;
	}

	return NULL;
}
