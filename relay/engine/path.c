/**
 * @file path.c  The four ports of one stream, which a worker has or has not
 */
#include <errno.h>
#include <string.h>
#include "common/timer.h"
#include "relay/ice/ice.h"
#include "relay/engine/leg_ice.h"
#include "relay/quality/opinion.h"
#include "relay/engine/path.h"
#include "relay/engine/port.h"
#include "relay/engine/ride.h"
#include "relay/tap.h"
#include "relay/trail/sheaf.h"
#include "relay/trail/trail.h"


static void destructor(void *arg)
{
	struct path *path = arg;

	list_unlink(&path->le);
	tap_release(path->tap);
	tap_release(path->order.tap);
	mem_deref(path->trail);
	mem_deref(path->sheaf);

	for (int side = 0; side < 2; side++) {
		mem_deref(path->icev[side]);
		mem_deref(path->order.icev[side]);
		mem_deref(path->termsv[side]);
		mem_deref(path->order.sidev[side]);

		for (int comp = 0; comp < 2; comp++)
			leg_close(&path->legv[side][comp]);
		mem_deref(path->pairv[side]);
		quality_close(&path->hearsayv[side].quality);
	}
}


/**
 * Allocate a path without ports
 *
 * @param pp     Pointer to allocated path
 * @param conf   Configuration, must outlive it
 * @param timers Clock, must outlive it
 *
 * @return 0 if success, otherwise errorcode
 */
int path_alloc(struct path **pp, const struct relay_conf *conf,
	       struct timers *timers)
{
	struct path *path;

	path = mem_zalloc(sizeof(*path), destructor);
	if (!path)
		return ENOMEM;

	path->timers = timers;

	for (int i = 0; i < 4; i++) {
		struct leg *leg = &path->legv[i >> 1][i & 1];

		leg->side = (enum relay_side)(i >> 1);
		leg->comp = (enum relay_comp)(i & 1);
		leg->path = path;
		leg->across = &path->legv[!(i >> 1)][i & 1];
		leg->beside = &path->legv[i >> 1][!(i & 1)];
		leg->hearsay = &path->hearsayv[i >> 1];
		leg_init(leg, conf, NULL);
	}

	*pp = path;

	return 0;
}


static void attach(struct path *path, enum relay_side side)
{
	for (int comp = 0; comp < 2; comp++)
		leg_attach(&path->legv[side][comp],
			   &path->pairv[side]->portv[comp]);
}


/**
 * Take and bind a pair of ports for one side
 *
 * @param path  Path
 * @param side  Side
 * @param addr  Our address
 * @param ports Its ports
 *
 * @return 0 if success, ENOSPC if ports are short, otherwise errorcode
 */
int path_open(struct path *path, enum relay_side side, const struct sa *addr,
	      struct ports *ports)
{
	const struct relay_conf *conf = path->legv[side][0].latch.conf;
	int err;

	err = port_pair_alloc(&path->pairv[side], conf, addr, ports,
			      path->timers);
	if (!err)
		attach(path, side);

	return err;
}


/**
 * Take a pair of ports for one side that are steered
 *
 * @param path  Path
 * @param side  Side
 * @param board Where the worker will connect them
 * @param addr  Our address
 * @param ports Its ports
 *
 * @return 0 if success, ENOSPC if ports are short, otherwise errorcode
 */
int path_steer(struct path *path, enum relay_side side,
	       const struct switchboard *board, const struct sa *addr,
	       struct ports *ports)
{
	int err;

	err = port_pair_steer(&path->pairv[side], board, addr, ports,
			      path->timers);
	if (!err)
		attach(path, side);

	return err;
}


/**
 * Give one side the ports that another path has there
 *
 * @param path Path
 * @param side Side
 * @param of   Path of the same worker, open
 */
void path_share(struct path *path, enum relay_side side, const struct path *of)
{
	path->pairv[side] = mem_ref(of->pairv[side]);
	path->sharedv[side] = true;
	attach(path, side);
}


/**
 * Give a side our login; nobody else may have the path meanwhile
 *
 * @param path Path
 * @param side Side, which has none yet
 * @param ice  With that login, given away
 */
void path_ice(struct path *path, enum relay_side side, struct ice *ice)
{
	path->icev[side] = ice;
	path->legv[side][RELAY_RTP].ice = ice;
	path->legv[side][RELAY_RTCP].ice = ice;
}


/**
 * Find where headers of a path's packets go; in its worker's thread
 *
 * @param path Path with its ports
 * @param pool The worker's pages
 *
 * @return Trail, NULL if there is no memory
 */
struct trail *path_trail(struct path *path, struct trail_pool *pool)
{
	if (path->trail || trail_alloc(&path->trail, pool, path->stream))
		return path->trail;

	for (int i = 0; i < 4; i++)
		path->trail->localv[i >> 1][i & 1] =
			*path->legv[i >> 1][i & 1].local;

	return path->trail;
}


/**
 * Give away the headers of a path's packets
 *
 * @param path Path that no worker has any more
 */
void path_kept(struct path *path)
{
	if (!path->trail || !path->sheaf)
		return;

	sheaf_put(path->sheaf, path->trail);
	path->trail = NULL;
}


static void listen_shared(struct path *path)
{
	for (int i = 0; i < 4; i++) {
		if (path->sharedv[i >> 1])
			leg_listen(&path->legv[i >> 1][i & 1]);
	}
}


/* the old terms are there until both legs have seen the new ones */
static void anchor_side(struct path *path, int side, struct order_side *os)
{
	struct relay_terms *before = path->termsv[side];

	path->termsv[side] = os->terms;
	os->terms = NULL;
	for (int comp = 0; comp < 2; comp++)
		leg_anchor(&path->legv[side][comp], &os->anchorv[comp],
			   path->termsv[side]);

	mem_deref(before);
	mem_deref(os);
}


/* what its checks have shown until now is kept */
static void ice_side(struct path *path, int side, struct ice *ice)
{
	if (path->icev[side]) {
		ice_renew(path->icev[side], &ice->ours);
		mem_deref(ice);
		return;
	}

	path_ice(path, (enum relay_side)side, ice);
	for (int comp = 0; comp < 2; comp++)
		leg_ice_update(&path->legv[side][comp]);
}


/**
 * Obey an order, in the worker's thread; but for the removal
 *
 * @param path  Path
 * @param order Order, what it owns is the path's then
 */
void path_obey(struct path *path, const struct order *order)
{
	ride_halt(path);

	if (order->listen)
		listen_shared(path);

	for (int side = 0; side < 2; side++) {
		if (order->icev[side])
			ice_side(path, side, order->icev[side]);
		if (order->sidev[side])
			anchor_side(path, side, order->sidev[side]);
	}

	if (order->tapped) {
		tap_release(path->tap);
		path->tap = order->tap;
	}
}


static const struct tally *tally_of(const struct path *path, int side)
{
	const struct ride *r = atomic_load_explicit(
		&path->legv[side][RELAY_RTP].ride, memory_order_acquire);

	return r ? &r->tally : NULL;
}


/* in the kernel, or why not there */
static void show_rung(const struct path *path, enum relay_side side,
		      struct relay_stats *st)
{
	const struct leg *leg = &path->legv[side][RELAY_RTP];
	const enum hindrance h = (enum hindrance)atomic_load_explicit(
		&leg->hindrance, memory_order_relaxed);

	st->rung = leg->fd < 0 ? RELAY_LOOKUP : RELAY_SOCKETS;
	if (h == HINDRANCE_NONE)
		st->rung = RELAY_KERNEL;
	st->no_kernel = hindrance_text(h);
}


static void opinion(const struct path *path, enum relay_side side,
		    struct relay_quality *show)
{
	const struct hearsay *near = &path->hearsayv[side];
	const struct opinion_facts facts = {
		.near_us = roundtrip_us(&near->roundtrip),
		.far_us = roundtrip_us(&path->hearsayv[!side].roundtrip),
		.burst = losses_burst_ratio(&near->quality.losses),
	};

	opinion_form(show, &facts);
}


/* what the kernel has counted since the worker looked is in it as well */
static void count(const struct path *path, enum relay_side side,
		  struct relay_stats *st)
{
	memset(st, 0, sizeof(*st));
	leg_stats(&path->legv[side][RELAY_RTCP], st);
	leg_stats(&path->legv[side][RELAY_RTP], st);
	quality_show(&path->hearsayv[side].quality, &st->quality);
	tally_add_rx(tally_of(path, side), st);
	tally_add_tx(tally_of(path, !side), st);
}


/**
 * Get the counters of a side, and how it sounds
 *
 * @param path Path
 * @param side Side
 * @param st   Statistics
 */
void path_stats(const struct path *path, enum relay_side side,
		struct relay_stats *st)
{
	const struct tally *in = tally_of(path, side);
	const struct tally *out = tally_of(path, !side);
	uint32_t inlook, outlook;

	do {
		inlook = tally_look(in);
		outlook = tally_look(out);
		count(path, side, st);
	} while (!tally_looked(in, inlook) || !tally_looked(out, outlook));

	opinion(path, side, &st->quality);
	st->lost = st->quality.lost;
	show_rung(path, side, st);
}


/**
 * Get the number of packets heard from a side
 *
 * @param path Path
 * @param side Side
 *
 * @return Number of accepted packets
 */
uint64_t path_received(const struct path *path, enum relay_side side)
{
	uint64_t n = 0;

	for (int comp = 0; comp < 2; comp++)
		n += atomic_load_explicit(
			&path->legv[side][comp].counts.rx_packets,
			memory_order_relaxed);

	return n;
}


/**
 * Get the number of packets that were refused at a side's RTP port
 *
 * @param path Path
 * @param side Side
 *
 * @return Number of packets
 */
uint64_t path_refused(const struct path *path, enum relay_side side)
{
	return atomic_load_explicit(
		&path->legv[side][RELAY_RTP].counts.refused,
		memory_order_relaxed);
}


/**
 * Look which sources still are heard; once a second
 *
 * @param path Path
 */
void path_look(struct path *path)
{
	for (int i = 0; i < 4; i++)
		leg_look(&path->legv[i >> 1][i & 1]);
}
