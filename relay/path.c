/**
 * @file path.c  The four ports of one stream, which a worker has or has not
 */
#include <errno.h>
#include <string.h>
#include "common/timer.h"
#include "relay/opinion.h"
#include "relay/path.h"
#include "relay/ports.h"
#include "relay/tap.h"

/* a program beside us may hold a few ports of the range, not most of it */
enum { BIND_TRIES = 32 };


static void destructor(void *arg)
{
	struct path *path = arg;

	list_unlink(&path->le);
	tap_release(path->tap);
	tap_release(path->order.tap);

	for (int side = 0; side < 2; side++) {
		mem_deref(path->termsv[side]);
		mem_deref(path->order.termsv[side]);

		leg_close(&path->legv[side][RELAY_RTP]);
		leg_close(&path->legv[side][RELAY_RTCP]);

		ports_release(path->takenv[side].ports,
			      timers_now(path->timers),
			      path->takenv[side].port);
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
	struct sa none;

	path = mem_zalloc(sizeof(*path), destructor);
	if (!path)
		return ENOMEM;

	sa_init(&none, AF_UNSPEC);
	path->timers = timers;

	for (int i = 0; i < 4; i++) {
		struct leg *leg = &path->legv[i >> 1][i & 1];

		leg->side = (enum relay_side)(i >> 1);
		leg->comp = (enum relay_comp)(i & 1);
		leg->path = path;
		leg->across = &path->legv[!(i >> 1)][i & 1];
		leg->beside = &path->legv[i >> 1][!(i & 1)];
		leg->hearsay = &path->hearsayv[i >> 1];
		leg_init(leg, conf, &none);
	}

	*pp = path;

	return 0;
}


static int open_pair(struct path *path, enum relay_side side,
		     const struct sa *addr, uint16_t port)
{
	struct leg *rtp = &path->legv[side][RELAY_RTP];
	struct leg *rtcp = &path->legv[side][RELAY_RTCP];
	struct sa sa = *addr;
	int err;

	sa_set_port(&sa, port);
	leg_init(rtp, rtp->latch.conf, &sa);
	sa_set_port(&sa, (uint16_t)(port + 1));
	leg_init(rtcp, rtcp->latch.conf, &sa);

	err = leg_open(rtp);
	if (err)
		return err;

	err = leg_open(rtcp);
	if (err)
		leg_close(rtp);

	return err;
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
	const uint64_t now = timers_now(path->timers);

	for (int i = 0; i < BIND_TRIES; i++) {
		uint16_t port;
		int err;

		err = ports_take(ports, now, &port);
		if (err)
			return err;

		err = open_pair(path, side, addr, port);
		if (!err) {
			path->takenv[side].ports = ports;
			path->takenv[side].port = port;
			return 0;
		}

		/* resting keeps the next calls from trying it again */
		ports_release(ports, now, port);
		if (err != EADDRINUSE)
			return err;
	}

	return ENOSPC;
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

	quality_show(&near->quality, show);
	opinion_form(show, &facts);
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
	memset(st, 0, sizeof(*st));
	leg_stats(&path->legv[side][RELAY_RTCP], st);
	leg_stats(&path->legv[side][RELAY_RTP], st);
	opinion(path, side, &st->quality);
	st->lost = st->quality.lost;
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
 * Look which sources still are heard; once a second
 *
 * @param path Path
 */
void path_look(struct path *path)
{
	for (int i = 0; i < 4; i++)
		leg_look(&path->legv[i >> 1][i & 1]);
}
