/**
 * @file worker_order.c  What the main thread wants of a worker
 */
#include "relay/engine/engine.h"
#include "relay/engine/path.h"
#include "relay/engine/worker_state.h"


/* nobody but us knows these ports yet */
static int add_own(struct worker *w, struct path *path, int side)
{
	int err = 0;

	for (int comp = 0; comp < 2; comp++)
		leg_listen(&path->legv[side][comp]);
	for (int comp = 0; comp < 2 && !err; comp++)
		err = w->engine->watchh(w->engine,
					path->legv[side][comp].port);

	return err;
}


/**
 * Give a path with both sides' ports to the worker
 *
 * @param w    Worker; that of whom it shares ports with
 * @param path Path
 *
 * @return 0 if success, otherwise errorcode: remove it all the same
 */
int worker_add(struct worker *w, struct path *path)
{
	int err = 0;

	if (path->sharedv[RELAY_A] || path->sharedv[RELAY_B])
		orders_listen(&w->orders, path);

	for (int side = 0; side < 2 && !err; side++) {
		if (!path->sharedv[side])
			err = add_own(w, path, side);
	}

	return err;
}


/**
 * Let a side learn from what signalling says
 *
 * @param w       Worker
 * @param path    Path
 * @param side    Side
 * @param anchorv Anchors of its RTP and its RTCP port
 * @param terms   What its SDP says beside, given away; NULL: nothing
 *
 * @return 0 if success, otherwise errorcode
 */
int worker_anchor(struct worker *w, struct path *path, enum relay_side side,
		  const struct anchor anchorv[2], struct relay_terms *terms)
{
	return orders_anchor(&w->orders, path, side, anchorv, terms);
}


/**
 * Let a side answer to our new login
 *
 * @param w    Worker
 * @param path Path
 * @param side Side
 * @param ice  With that login, given away
 */
void worker_ice(struct worker *w, struct path *path, enum relay_side side,
		struct ice *ice)
{
	orders_ice(&w->orders, path, side, ice);
}


/**
 * Let somebody hear a path's packets, from now on
 *
 * @param w    Worker
 * @param path Path
 * @param tap  Tap, held for the path; NULL: nobody any more
 */
void worker_tap(struct worker *w, struct path *path, struct relay_tap *tap)
{
	orders_tap(&w->orders, path, tap);
}


/**
 * Take a path back: the remove handler says when it is done
 *
 * @param w    Worker
 * @param path Path, removed once
 */
void worker_remove(struct worker *w, struct path *path)
{
	orders_remove(&w->orders, path);
}
