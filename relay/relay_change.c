/**
 * @file relay_change.c  Other settings of a relay, while calls go on
 *
 * Ports that calls have stay theirs until they end; another range counts for
 * the next ones. Addresses, workers and the way packets move are opened once.
 */
#include <errno.h>
#include "common/ephemeral.h"
#include "common/log.h"
#include "relay/engine/ports.h"
#include "relay/relay_state.h"

/** What is ready */
struct relay_change {
	struct relay *r; /* not owned */
	struct relay_conf conf;
	struct ports_range *rangev[RELAY_ADDR_MAX];
	struct claim claim; /* of the other range */
	bool moves;         /* there is another range */
};


static void destructor(void *arg)
{
	struct relay_change *c = arg;

	for (size_t i = 0; i < RELAY_ADDR_MAX; i++)
		mem_deref(c->rangev[i]);
	claim_close(&c->claim);
}


/* who steers ports binds none, so nobody else may get them */
static const char *why_not_steered(const struct relay_change *c)
{
	struct ephemeral e;

	ephemeral_read(&e);
	if (ephemeral_overlaps(&e, c->conf.port_min, c->conf.port_max))
		return "the kernel gives ports of that range to anybody "
		       "(net.ipv4.ip_local_port_range), which takes a restart";

	return c->claim.disputed ? "another relay here has ports of that "
				   "range, which takes a restart"
				 : NULL;
}


static int prepare_range(struct relay_change *c, const char **why)
{
	const struct relay *r = c->r;
	struct relay_conf conf = r->conf;
	int err = 0;

	for (size_t i = 0; i < r->conf.addrc && !err; i++)
		err = ports_range_alloc(&c->rangev[i], c->conf.port_min,
					c->conf.port_max);
	if (err)
		return err;

	/* as at the start: nothing fails without it */
	conf.port_min = c->conf.port_min;
	conf.port_max = c->conf.port_max;
	c->claim.me = r->ladder.claim.me;
	(void)claim_open(&c->claim, &conf);
	if (r->ladder.board)
		*why = why_not_steered(c);

	return r->ladder.board && *why ? EADDRINUSE : 0;
}


/**
 * Make other settings ready
 *
 * @param cp   Pointer to what is ready
 * @param r    Relay
 * @param conf Settings
 * @param why  Set to a sentence where it says more than the errorcode
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_change_alloc(struct relay_change **cp, struct relay *r,
		       const struct relay_conf *conf, const char **why)
{
	struct relay_change *c;
	int err = 0;

	if (!cp || !r || !conf || !why)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	*why = NULL;
	c->r = r;
	c->conf = *conf;
	c->moves = conf->port_min != r->conf.port_min ||
		   conf->port_max != r->conf.port_max;
	if (c->moves)
		err = prepare_range(c, why);
	if (err)
		mem_deref(c);
	else
		*cp = c;

	return err;
}


/* ports of a former range are ours as long as a call may have them, and what
 * lies between is given up for the sake of one number that workers read */
static void own_also(struct relay_conf *conf, uint16_t port_min,
		     uint16_t port_max)
{
	uint32_t low = conf->own >> 16, high = conf->own & 0xffff;

	if (port_min < low)
		low = port_min;
	if (port_max > high)
		high = port_max;
	__atomic_store_n(&conf->own, low << 16 | high, __ATOMIC_RELAXED);
}


static void take_range(struct relay_change *c)
{
	struct relay *r = c->r;

	own_also(&r->conf, c->conf.port_min, c->conf.port_max);
	r->conf.port_min = c->conf.port_min;
	r->conf.port_max = c->conf.port_max;
	for (size_t i = 0; i < r->conf.addrc; i++) {
		ports_move(r->portsv[i], c->rangev[i]);
		c->rangev[i] = NULL;
		if (c->claim.disputed)
			ports_dispute(r->portsv[i]);
	}

	/* what calls still have others find bound, or steered by us */
	claim_close(&r->ladder.claim);
	r->ladder.claim = c->claim;
	c->claim.fdc = 0;
	relay_warn_overlap(r);
}


static bool is_closed(const struct relay_conf *conf, uint16_t port)
{
	for (size_t i = 0; i < conf->closedc; i++) {
		if (conf->closedv[i] == port)
			return true;
	}

	return false;
}


static void close_also(struct relay_conf *conf, uint16_t port)
{
	if (is_closed(conf, port) || conf->closedc >= RELAY_CLOSED_MAX)
		return;

	conf->closedv[conf->closedc] = port;
	__atomic_store_n(&conf->closedc, conf->closedc + 1, __ATOMIC_RELEASE);
}


/**
 * Bring them into force
 *
 * @param c What is ready, or NULL; it is gone afterwards
 */
void relay_change_take(struct relay_change *c)
{
	struct relay *r;

	if (!c)
		return;

	r = c->r;
	if (c->moves)
		take_range(c);

	r->conf.quarantine_ms = c->conf.quarantine_ms;
	r->conf.timeout_ms = c->conf.timeout_ms;
	r->conf.hold_timeout_ms = c->conf.hold_timeout_ms;
	r->conf.oneway_timeout_ms = c->conf.oneway_timeout_ms;
	__atomic_store_n(&r->conf.latch_packets, c->conf.latch_packets,
			 __ATOMIC_RELAXED);
	for (size_t i = 0; i < r->conf.addrc; i++)
		ports_quarantine(r->portsv[i], c->conf.quarantine_ms);
	for (size_t i = 0; i < c->conf.closedc; i++)
		close_also(&r->conf, c->conf.closedv[i]);
	relay_gauge(r);
	mem_deref(c);
}
