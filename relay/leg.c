/**
 * @file leg.c  One media port of ours: socket, latch, counters
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include "common/addr.h"
#include "relay/leg.h"

/* little enough that overload drops packets instead of playing stale ones */
enum { RCVBUF = 32 * 1024, DSCP_EF = 46 << 2 };

/* looks without a packet until its source counts as silent; reports come
   every five seconds, and jitter */
enum { QUIET_RTP = 3, QUIET_RTCP = 15 };


/* one writer: no locked instruction is needed */
static void bump(_Atomic uint64_t *c, uint64_t n)
{
	atomic_store_explicit(
		c, atomic_load_explicit(c, memory_order_relaxed) + n,
		memory_order_relaxed);
}


static uint64_t value(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}


/**
 * Initialise a closed leg
 *
 * @param leg   Leg, zeroed, its constants set by the path
 * @param conf  Configuration
 * @param local Our address and port
 */
void leg_init(struct leg *leg, const struct relay_conf *conf,
	      const struct sa *local)
{
	leg->fd = -1;
	leg->local = *local;
	latch_init(&leg->latch, conf, sa_af(local), leg->comp == RELAY_RTCP);
}


static int set_options(int fd, int af)
{
	const int on = 1, rcvbuf = RCVBUF, tos = DSCP_EF;
	int err = 0;

	if (af == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)))
		err = errno;

	/* not being granted these is no reason to refuse a call */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	if (af == AF_INET)
		(void)setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));
	else
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos,
				 sizeof(tos));

	return err;
}


/**
 * Open the leg's socket
 *
 * @param leg Leg
 *
 * @return 0 if success, EADDRINUSE if the port is taken, otherwise errorcode
 */
int leg_open(struct leg *leg)
{
	const int af = sa_af(&leg->local);
	int err;

	leg->fd = socket(af, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (leg->fd < 0)
		return errno;

	err = set_options(leg->fd, af);
	if (!err && bind(leg->fd, &leg->local.u.sa, leg->local.len))
		err = errno;
	if (err)
		leg_close(leg);

	return err;
}


/**
 * Close the leg's socket; no worker may have it
 *
 * @param leg Leg
 */
void leg_close(struct leg *leg)
{
	if (leg->fd >= 0)
		(void)close(leg->fd);
	leg->fd = -1;
}


static void publish_latch(struct leg *leg)
{
	struct sa none;

	sa_init(&none, AF_UNSPEC);
	cell_set(&leg->latched, leg->latch.locked ? &leg->latch.src : &none);
}


/* the phone is told of a port with the first SDP of the other side: whoever
   came before that has found the port by himself */
static void forget_early(struct leg *leg)
{
	latch_reset(&leg->latch);
	publish_latch(leg);
}


static void tell_silent(struct leg *leg)
{
	if (!atomic_load_explicit(&leg->silent, memory_order_relaxed))
		return;

	atomic_store_explicit(&leg->silent, false, memory_order_relaxed);
	latch_silent(&leg->latch);
}


/**
 * Apply new signalling
 *
 * @param leg   Leg
 * @param a     Anchor
 * @param terms Terms of its side, not owned; NULL: nothing is known
 */
void leg_anchor(struct leg *leg, const struct anchor *a,
		const struct relay_terms *terms)
{
	leg->terms = terms;
	tell_silent(leg);
	if (!leg->anchored && leg->across)
		forget_early(leg->across);
	leg->anchored = true;
	hearsay_terms(leg);

	if (latch_anchor(&leg->latch, a))
		leg->told = false;

	publish_latch(leg);
}


/* RTCP that was learned from another host than the RTP now is, was wrong */
static void settle(struct leg *leg)
{
	struct leg *rtcp = leg->beside;

	publish_latch(leg);

	if (leg->comp != RELAY_RTP || !rtcp->latch.locked)
		return;

	/* what moved the one has moved the other */
	latch_silent(&rtcp->latch);

	if (!addr_same_host(&rtcp->latch.src, &leg->latch.src)) {
		latch_reset(&rtcp->latch);
		publish_latch(rtcp);
	}
}


static void accept_packet(struct leg *leg, const struct arrival *arr)
{
	bump(&leg->counts.rx_packets, 1);
	bump(&leg->counts.rx_octets, arr->len);

	hearsay_take(leg, arr);
}


static int refuse_packet(struct leg *leg, const struct sa *src)
{
	bump(&leg->counts.refused, 1);
	cell_set(&leg->refused, src);
	foreign_add(&leg->foreign, src);

	/* the first of a side, whichever port it came to */
	if (leg->told || leg->beside->told)
		return -1;

	leg->told = true;

	return RELAY_REFUSED;
}


/**
 * Judge and count a datagram that came to this leg
 *
 * @param leg Leg
 * @param arr The datagram; says what it is and which event it makes
 *
 * @return True if it is to be forwarded
 */
bool leg_hear(struct leg *leg, struct arrival *arr)
{
	const struct latch *rtp = leg->comp == RELAY_RTCP ? &leg->beside->latch
							  : NULL;

	arr->event = -1;
	packet_decode(&arr->pkt, arr->p, arr->len);

	tell_silent(leg);
	switch (latch_hear(&leg->latch, arr->src, &arr->pkt, rtp)) {
	case LATCH_LOCKED:
		settle(leg);
		arr->event = RELAY_LATCHED;
		/*@fallthrough@*/
	case LATCH_ACCEPTED:
		accept_packet(leg, arr);
		return true;

	case LATCH_DROPPED:
		bump(&leg->counts.invalid, 1);
		return false;

	case LATCH_WAITING:
		bump(&leg->counts.refused, 1);
		cell_set(&leg->refused, arr->src);
		return false;

	case LATCH_REFUSED:
	default:
		arr->event = refuse_packet(leg, arr->src);
		return false;
	}
}


/**
 * Look whether the leg's source still is heard; once a second
 *
 * @param leg Leg
 */
void leg_look(struct leg *leg)
{
	const uint64_t n = value(&leg->counts.rx_packets);

	if (n != leg->looked) {
		leg->looked = n;
		leg->quiet = 0;
		return;
	}

	if (++leg->quiet >= (leg->comp == RELAY_RTCP ? QUIET_RTCP : QUIET_RTP))
		atomic_store_explicit(&leg->silent, true,
				      memory_order_relaxed);
}


/**
 * Count what was sent from this leg
 *
 * @param leg     Leg
 * @param packets Packets sent
 * @param octets  Octets sent
 * @param unsent  Packets that could not be sent
 */
void leg_sent(struct leg *leg, uint64_t packets, uint64_t octets,
	      uint64_t unsent)
{
	bump(&leg->counts.tx_packets, packets);
	bump(&leg->counts.tx_octets, octets);
	if (unsent)
		bump(&leg->counts.unsent, unsent);
}


/**
 * Add a leg's counters to its side's
 *
 * @param leg Leg
 * @param st  Statistics of the side
 */
void leg_stats(const struct leg *leg, struct relay_stats *st)
{
	const struct leg_counts *c = &leg->counts;
	struct sa refused;

	st->rx_packets += value(&c->rx_packets);
	st->rx_octets += value(&c->rx_octets);
	st->tx_packets += value(&c->tx_packets);
	st->tx_octets += value(&c->tx_octets);
	st->refused += value(&c->refused);
	st->invalid += value(&c->invalid);
	st->unsent += value(&c->unsent);

	cell_get(&leg->latched, &st->latched[leg->comp]);
	cell_get(&leg->refused, &refused);
	if (sa_af(&refused) != AF_UNSPEC)
		st->refused_src = refused;
	foreign_stats(&leg->foreign, st);
}
