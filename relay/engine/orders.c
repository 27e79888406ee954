/**
 * @file orders.c  What the main thread wants of a worker
 */
#include <errno.h>
#include <unistd.h>
#include "common/bell.h"
#include "relay/engine/orders.h"
#include "relay/engine/path.h"
#include "relay/tap.h"


/**
 * Close the orders: those that wait are forgotten
 *
 * @param o Orders, initialised with or without success
 */
void orders_close(struct orders *o)
{
	if (o->fd < 0)
		return;

	(void)close(o->fd);
	o->fd = -1;
	list_clear(&o->pathl);
	(void)pthread_mutex_destroy(&o->lock);
}


/**
 * Initialise the orders of a worker
 *
 * @param o Orders, zeroed
 *
 * @return 0 if success, otherwise errorcode
 */
int orders_init(struct orders *o)
{
	int err;

	o->fd = bell_open();
	if (o->fd < 0)
		return errno;

	err = pthread_mutex_init(&o->lock, NULL);
	if (err) {
		(void)close(o->fd);
		o->fd = -1;
	}

	return err;
}


/**
 * Do orders wait?
 *
 * @param o Orders
 *
 * @return True if there may be some
 */
bool orders_waiting(const struct orders *o)
{
	return atomic_load_explicit(&o->waiting, memory_order_acquire);
}


/* with the lock, which it gives back. Where some wait already the bell has
   rung, and the worker obeys all of them before it sleeps again */
static void submit(struct orders *o, struct path *path)
{
	const bool rung = orders_waiting(o);

	if (!path->order.le.list)
		list_append(&o->pathl, &path->order.le, path);

	atomic_store_explicit(&o->waiting, true, memory_order_release);
	(void)pthread_mutex_unlock(&o->lock);

	if (!rung)
		bell_ring(o->fd);
}


/**
 * Order a path to listen on the ports that it shares
 *
 * @param o    Orders
 * @param path Path
 */
void orders_listen(struct orders *o, struct path *path)
{
	(void)pthread_mutex_lock(&o->lock);
	path->order.listen = true;
	submit(o, path);
}


static void side_destructor(void *arg)
{
	struct order_side *os = arg;

	mem_deref(os->terms);
}


/**
 * Order a side to learn from what signalling says
 *
 * @param o       Orders
 * @param path    Path
 * @param side    Side
 * @param anchorv Anchors of its RTP and its RTCP port
 * @param terms   What its SDP says beside, given away; NULL: nothing
 *
 * @return 0 if success, otherwise errorcode
 */
int orders_anchor(struct orders *o, struct path *path, enum relay_side side,
		  const struct anchor anchorv[2], struct relay_terms *terms)
{
	struct order_side *os, *untold;

	os = mem_zalloc(sizeof(*os), side_destructor);
	if (!os) {
		mem_deref(terms);
		return ENOMEM;
	}

	os->anchorv[RELAY_RTP] = anchorv[RELAY_RTP];
	os->anchorv[RELAY_RTCP] = anchorv[RELAY_RTCP];
	os->terms = terms;

	(void)pthread_mutex_lock(&o->lock);
	untold = path->order.sidev[side];
	path->order.sidev[side] = os;
	submit(o, path);

	mem_deref(untold);

	return 0;
}


/**
 * Order a side to answer to our new login
 *
 * @param o    Orders
 * @param path Path
 * @param side Side
 * @param ice  With that login, given away
 */
void orders_ice(struct orders *o, struct path *path, enum relay_side side,
		struct ice *ice)
{
	struct ice *untold;

	(void)pthread_mutex_lock(&o->lock);
	untold = path->order.icev[side];
	path->order.icev[side] = ice;
	submit(o, path);

	mem_deref(untold);
}


/**
 * Let somebody hear what passes, from now on
 *
 * @param o    Orders
 * @param path Path
 * @param tap  Tap, held for the path; NULL: nobody any more
 */
void orders_tap(struct orders *o, struct path *path, struct relay_tap *tap)
{
	struct relay_tap *untold;

	(void)pthread_mutex_lock(&o->lock);
	untold = path->order.tap;
	path->order.tap = tap;
	path->order.tapped = true;
	submit(o, path);

	tap_release(untold);
}


/**
 * Take a path back
 *
 * @param o    Orders
 * @param path Path, removed once
 */
void orders_remove(struct orders *o, struct path *path)
{
	(void)pthread_mutex_lock(&o->lock);
	path->order.remove = true;
	/* who shares its ports shall have them before it goes */
	list_unlink(&path->order.le);
	submit(o, path);
}


/**
 * Take the next order; its path may get another one at once
 *
 * @param o     Orders
 * @param order The order; what it owns is the caller's
 *
 * @return Path it is for, NULL if there is none
 */
struct path *orders_take(struct orders *o, struct order *order)
{
	struct path *path;

	(void)pthread_mutex_lock(&o->lock);
	path = list_ledata(list_head(&o->pathl));
	if (path) {
		list_unlink(&path->order.le);
		*order = path->order;
		path->order.listen = false;
		path->order.tapped = false;
		path->order.tap = NULL;
		for (int side = 0; side < 2; side++) {
			path->order.sidev[side] = NULL;
			path->order.icev[side] = NULL;
		}
	}
	else {
		atomic_store_explicit(&o->waiting, false,
				      memory_order_relaxed);
	}
	(void)pthread_mutex_unlock(&o->lock);

	return path;
}
