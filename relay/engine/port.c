/**
 * @file port.c  An address and port of ours, and the legs that listen on it
 */
#include <errno.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include "common/timer.h"
#include "relay/engine/hops.h"
#include "relay/engine/leg.h"
#include "relay/engine/leg_ice.h"
#include "relay/engine/port.h"
#include "relay/engine/holder.h"
#include "relay/engine/ports.h"
#include "relay/engine/switchboard.h"

/* little enough that overload drops packets instead of playing stale ones */
enum { RCVBUF = 32 * 1024 };

/* a program beside us may hold a few ports of the range, not most of it */
enum { BIND_TRIES = 32, DSCP_SHIFT = 2 };

/* a check goes before a lock, a lock before what else is known */
enum { FIT_ICE = 16, FIT_LOCKED = 44 };


static int set_options(int fd, int af, uint8_t dscp)
{
	const int on = 1, rcvbuf = RCVBUF, tos = dscp << DSCP_SHIFT;
	const int pmtu = IP_PMTUDISC_DONT;
	int err = 0;

	if (af == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)))
		err = errno;

	/* not being granted these is no reason to refuse a call */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	hops_ask(fd, af);
	if (af == AF_INET6) {
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos,
				 sizeof(tos));
		return err;
	}
	(void)setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));

	/* a router with a small link cuts what is too large for it: asking
	 * for less would cost a packet, and is anybody's to say by ICMP */
	(void)setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &pmtu, sizeof(pmtu));

	return err;
}


/**
 * Open a port
 *
 * @param port  Port, closed
 * @param local Our address and port
 * @param dscp  What is sent is marked with it (RFC 2474)
 *
 * @return 0 if success, EADDRINUSE if it is taken, otherwise errorcode
 */
int port_open(struct port *port, const struct sa *local, uint8_t dscp)
{
	const int af = sa_af(local);
	int err;

	port->local = *local;
	port->fd = socket(af, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (port->fd < 0)
		return errno;

	err = set_options(port->fd, af, dscp);
	if (!err && bind(port->fd, &local->u.sa, local->len))
		err = errno;
	if (err)
		port_close(port);

	return err;
}


/**
 * Close a port; no worker may have it
 *
 * @param port Port, opened with or without success
 */
void port_close(struct port *port)
{
	if (port->fd >= 0)
		(void)close(port->fd);
	port->fd = -1;
}


/* the better it fits the more; one that may learn goes before one that is
   locked to somebody else */
static unsigned fitness(const struct latch *latch, const struct sa *src)
{
	const unsigned rank = anchor_rank(&latch->anchor, latch->conf, src);
	const bool learns = !latch->locked || latch->silent;

	return rank ? 2 * rank + learns : 0;
}


static unsigned fitness_of(const struct leg *leg, const struct sa *src,
			   const uint8_t *p, size_t len)
{
	const unsigned ice = leg_ice_fits(leg, src, p, len);

	if (leg->latch.locked && sa_cmp(&leg->latch.src, src, SA_ALL))
		return FIT_LOCKED + ice;

	return ice * FIT_ICE + fitness(&leg->latch, src);
}


/**
 * Tell for which of its legs a datagram is
 *
 * @param port Port
 * @param src  Source of the datagram
 * @param p    Datagram
 * @param len  Its length
 *
 * @return The leg that is locked to the source, otherwise the one whose
 *         checks or whose anchor fit it best, otherwise the first; NULL if
 *         there is none
 */
struct leg *port_leg(const struct port *port, const struct sa *src,
		     const uint8_t *p, size_t len)
{
	struct leg *best = list_ledata(list_head(&port->legl));
	unsigned most = 0;
	struct le *le;

	if (!best || port->legl.head == port->legl.tail)
		return best;

	LIST_FOREACH(&port->legl, le)
	{
		struct leg *leg = le->data;
		const unsigned fits = fitness_of(leg, src, p, len);

		if (fits > most) {
			most = fits;
			best = leg;
		}
	}

	return best;
}


static void destructor(void *arg)
{
	struct port_pair *pair = arg;

	port_close(&pair->portv[RELAY_RTP]);
	port_close(&pair->portv[RELAY_RTCP]);
	ports_release(pair->ports, timers_now(pair->timers), pair->port);
}


/* whoever steers datagrams may have steered these to himself */
static bool is_heard(const struct port_pair *pair)
{
	const int fd = holder_open();
	bool heard = true;

	for (int i = 0; i < 2; i++) {
		const struct port *port = &pair->portv[i];

		heard = heard && holder_is(fd, port->fd, &port->local);
	}
	if (fd >= 0)
		(void)close(fd);

	return heard;
}


static int bind_pair(struct port_pair *pair, const struct sa *addr,
		     const struct ports *ports, uint8_t dscp)
{
	struct sa sa = *addr;
	int err;

	sa_set_port(&sa, pair->port);
	err = port_open(&pair->portv[RELAY_RTP], &sa, dscp);
	if (err)
		return err;

	sa_set_port(&sa, (uint16_t)(pair->port + 1));
	err = port_open(&pair->portv[RELAY_RTCP], &sa, dscp);
	if (!err && ports_disputed(ports) && !is_heard(pair))
		err = EADDRINUSE;
	if (err) {
		port_close(&pair->portv[RELAY_RTP]);
		port_close(&pair->portv[RELAY_RTCP]);
	}

	return err;
}


static int steer_pair(struct port_pair *pair, const struct sa *addr,
		      const struct switchboard *board)
{
	struct sa sa = *addr;

	sa_set_port(&sa, pair->port);
	if (!switchboard_is_free(board, &sa))
		return EADDRINUSE;

	for (int i = 0; i < 2; i++) {
		struct port *port = &pair->portv[i];

		sa_set_port(&sa, (uint16_t)(pair->port + i));
		port->local = sa;
		port->place = switchboard_place(board, &sa);
		if (port->place == SWITCHBOARD_NOWHERE)
			return EADDRNOTAVAIL;
	}

	return 0;
}


/* without a board they are bound */
static int occupy(struct port_pair *pair, const struct sa *addr,
		  struct ports *ports, const struct switchboard *board,
		  uint8_t dscp)
{
	int err;

	err = board ? steer_pair(pair, addr, board)
		    : bind_pair(pair, addr, ports, dscp);
	if (!err)
		pair->ports = ports;
	else /* resting keeps the next calls from trying it again */
		ports_release(ports, timers_now(pair->timers), pair->port);

	return err;
}


/* the address names its port: that one or none */
static int claim(struct port_pair *pair, const struct sa *addr,
		 struct ports *ports, const struct switchboard *board,
		 uint8_t dscp)
{
	int err;

	pair->port = sa_port(addr);
	err = ports_claim(ports, timers_now(pair->timers), pair->port);

	return err ? err : occupy(pair, addr, ports, board, dscp);
}


static int take(struct port_pair *pair, const struct sa *addr,
		struct ports *ports, const struct switchboard *board,
		uint8_t dscp)
{
	const uint64_t now = timers_now(pair->timers);

	if (sa_port(addr))
		return claim(pair, addr, ports, board, dscp);

	for (int i = 0; i < BIND_TRIES; i++) {
		int err;

		err = ports_take(ports, now, &pair->port);
		if (!err)
			err = occupy(pair, addr, ports, board, dscp);
		if (err != EADDRINUSE)
			return err;
	}

	return ENOSPC;
}


static int alloc(struct port_pair **pp, const struct sa *addr,
		 struct ports *ports, struct timers *timers,
		 const struct switchboard *board, uint8_t dscp)
{
	struct port_pair *pair;
	int err;

	pair = mem_zalloc(sizeof(*pair), destructor);
	if (!pair)
		return ENOMEM;

	pair->timers = timers;
	pair->portv[RELAY_RTP].fd = pair->portv[RELAY_RTCP].fd = -1;

	err = take(pair, addr, ports, board, dscp);
	if (err)
		mem_deref(pair);
	else
		*pp = pair;

	return err;
}


/**
 * Take and bind a pair of ports; it rests when the last one lets go of it
 *
 * @param pp     Pointer to allocated pair
 * @param conf   Configuration
 * @param addr   Our address; with a port: that pair and no other
 * @param ports  Its ports, must outlive it
 * @param timers Clock, must outlive it
 *
 * @return 0 if success, ENOSPC if ports are short, otherwise errorcode
 */
int port_pair_alloc(struct port_pair **pp, const struct relay_conf *conf,
		    const struct sa *addr, struct ports *ports,
		    struct timers *timers)
{
	if (!pp || !conf || !addr || !ports)
		return EINVAL;

	return alloc(pp, addr, ports, timers, NULL, conf->dscp);
}


/**
 * Take a pair of ports without binding them; it rests as above
 *
 * @param pp     Pointer to allocated pair
 * @param board  Where they will be connected
 * @param addr   Our address; with a port: that pair and no other
 * @param ports  Its ports, must outlive it
 * @param timers Clock, must outlive it
 *
 * @return 0 if success, ENOSPC if ports are short, otherwise errorcode
 */
int port_pair_steer(struct port_pair **pp, const struct switchboard *board,
		    const struct sa *addr, struct ports *ports,
		    struct timers *timers)
{
	if (!pp || !board || !addr || !ports)
		return EINVAL;

	return alloc(pp, addr, ports, timers, board, 0);
}
