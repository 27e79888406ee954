/**
 * @file chute.c  What leaves from ports that have no socket of their own
 */
#include <errno.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include "relay/engine/datagram.h"
#include "relay/engine/hops.h"
#include "relay/engine/leg.h"
#include "relay/engine/chute.h"

/* a host that is gone keeps what we send until the kernel gives it up: some
   seconds, at most 208 kB of it. That is not to be all there is room for */
enum { SNDBUF = 16 * 1024 * 1024 };

/* what passes everywhere (RFC 8200 section 5), and if that is too much */
enum { PIECE_MAX = 1280, PIECE_MIN = 576 };

enum { DSCP_SHIFT = 2 };

struct parcel {
	struct leg *leg; /* whose statistics have it; NULL: nobody's */
	struct sa dst;
	struct iovec iov;
	size_t len; /* of the payload */
	size_t address;
};

struct chute {
	const struct relay_conf *conf; /* not owned */
	int fdv[RELAY_ADDR_MAX];
	struct datagram_style style;
	uint64_t random;
	size_t count;
	struct parcel parcelv[CHUTE_MAX];
	struct parcel *runv[CHUTE_MAX]; /* of one address */
	struct mmsghdr msgv[CHUTE_MAX];
	uint8_t piece[PIECE_MAX];
};


static void destructor(void *arg)
{
	struct chute *o = arg;

	for (size_t i = 0; i < RELAY_ADDR_MAX; i++) {
		if (o->fdv[i] >= 0)
			(void)close(o->fdv[i]);
	}
}


/* what a UDP socket would have taken from the system */
static void read_hops(struct chute *o, int fd, int af)
{
	const bool v6 = af == AF_INET6;
	int hops = 0;
	socklen_t len = sizeof(hops);

	if (v6)
		(void)getsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops,
				 &len);
	else
		(void)getsockopt(fd, IPPROTO_IP, IP_TTL, &hops, &len);

	o->style.hops[v6] = (uint8_t)(hops > 0 ? hops : IPDEFTTL);
}


static int open_socket(struct chute *o, size_t i)
{
	const struct sa *addr = &o->conf->addrv[i];
	const int af = sa_af(addr), tos = o->conf->dscp << DSCP_SHIFT;
	const int sndbuf = SNDBUF;
	int fd;

	fd = socket(af, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
	if (fd < 0)
		return errno;

	o->fdv[i] = fd;
	read_hops(o, fd, af);

	/* the headers are ours; this is for the queue of the interface */
	if (af == AF_INET)
		(void)setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &sndbuf,
		       sizeof(sndbuf)))
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &sndbuf,
				 sizeof(sndbuf));

	/* routes may depend on where it comes from */
	return bind(fd, &addr->u.sa, addr->len) ? errno : 0;
}


/**
 * Allocate a chute
 *
 * @param op   Pointer to allocated chute
 * @param conf Configuration: addresses and marks, must outlive it
 *
 * @return 0 if success, EPERM without CAP_NET_RAW, otherwise errorcode
 */
int chute_alloc(struct chute **op, const struct relay_conf *conf)
{
	struct chute *o;
	int err = 0;

	if (!op || !conf || conf->addrc > RELAY_ADDR_MAX)
		return EINVAL;

	o = mem_zalloc(sizeof(*o), destructor);
	if (!o)
		return ENOMEM;

	o->conf = conf;
	o->style.dscp = conf->dscp;
	o->random = rand_u64() | 1;
	for (size_t i = 0; i < RELAY_ADDR_MAX; i++)
		o->fdv[i] = -1;
	for (size_t i = 0; i < CHUTE_MAX; i++)
		o->msgv[i].msg_hdr.msg_iovlen = 1;

	for (size_t i = 0; i < conf->addrc && !err; i++)
		err = open_socket(o, i);
	if (err)
		mem_deref(o);
	else
		*op = o;

	return err;
}


/* xorshift: who can guess it gains nothing but a fragment of his own, and a
   checksum is over the whole */
static uint32_t next_id(struct chute *o)
{
	o->random ^= o->random << 13;
	o->random ^= o->random >> 7;
	o->random ^= o->random << 17;

	return (uint32_t)(o->random >> 32);
}


static size_t find_address(const struct chute *o, const struct sa *local)
{
	size_t i = 0;

	while (i < o->conf->addrc &&
	       !sa_cmp(&o->conf->addrv[i], local, SA_ADDR))
		++i;

	return i;
}


/* as a router, but for what begins here */
static struct datagram_style style_of(const struct chute *o, int af,
				      uint8_t hops)
{
	struct datagram_style style = o->style;
	uint8_t *own = &style.hops[af == AF_INET6];

	if (hops != HOPS_UNKNOWN && hops_next(hops) < *own)
		*own = hops_next(hops);

	return style;
}


/**
 * Add a datagram to the batch
 *
 * @param o    Chute
 * @param item Datagram
 */
void chute_add(struct chute *o, const struct chute_item *item)
{
	const struct sa *local = item->leg->local;
	const size_t address = find_address(o, local);
	struct parcel *p = &o->parcelv[o->count];
	struct datagram_style style;
	uint8_t *begin;

	if (address >= o->conf->addrc || item->len > DATAGRAM_MAX ||
	    sa_af(item->dst) != sa_af(local) || o->count >= CHUTE_MAX)
		return;

	style = style_of(o, sa_af(local), item->hops);
	begin = datagram_wrap(item->payload, item->len, local, item->dst,
			      &style, (uint16_t)(next_id(o) | 1));
	p->leg = item->counted ? item->leg : NULL;
	p->dst = *item->dst;
	/* for IPv6 it would be a protocol */
	sa_set_port(&p->dst, 0);
	p->iov.iov_base = begin;
	p->iov.iov_len = (size_t)(item->payload - begin) + item->len;
	p->len = item->len;
	p->address = address;
	++o->count;
}


static bool send_pieces(struct chute *o, const struct parcel *p, size_t size)
{
	const uint32_t id = next_id(o) | 1;
	size_t at = 0, n;

	while ((n = datagram_piece(o->piece, size, p->iov.iov_base,
				   p->iov.iov_len, &at, id)) > 0) {
		if (sendto(o->fdv[p->address], o->piece, n, MSG_DONTWAIT,
			   &p->dst.u.sa, p->dst.len) < 0)
			return false;
	}

	return true;
}


/* one that the kernel did not take; what it has no room for is lost, a relay
   does not queue */
static bool send_anyhow(struct chute *o, const struct parcel *p, int err)
{
	if (err != EMSGSIZE)
		return false;

	return send_pieces(o, p, PIECE_MAX) ||
	       (sa_af(&p->dst) == AF_INET && errno == EMSGSIZE &&
		send_pieces(o, p, PIECE_MIN));
}


static void note(struct chute_sum *sum, const struct parcel *p, bool sent)
{
	++sum->packets;
	sum->sent += sent;
	if (p->leg)
		leg_sent(p->leg, sent, sent ? p->len : 0, !sent);
}


/* all of one address that are left; the others wait */
static size_t collect(struct chute *o, size_t address, bool *done)
{
	size_t n = 0;

	for (size_t i = 0; i < o->count; i++) {
		struct parcel *p = &o->parcelv[i];
		struct msghdr *msg = &o->msgv[n].msg_hdr;

		if (done[i] || p->address != address)
			continue;

		msg->msg_name = &p->dst.u;
		msg->msg_namelen = p->dst.len;
		msg->msg_iov = &p->iov;
		o->runv[n++] = p;
		done[i] = true;
	}

	return n;
}


static void send_run(struct chute *o, size_t n, struct chute_sum *sum)
{
	const int fd = o->fdv[o->runv[0]->address];
	size_t i = 0;

	while (i < n) {
		const int sent = sendmmsg(fd, &o->msgv[i], (unsigned)(n - i),
					  MSG_DONTWAIT);
		const size_t end = i + (sent > 0 ? (size_t)sent : 0);

		if (sent <= 0) {
			note(sum, o->runv[i],
			     send_anyhow(o, o->runv[i], errno));
			++i;
			continue;
		}

		while (i < end)
			note(sum, o->runv[i++], true);
	}
}


/**
 * Send the batch
 *
 * @param o   Chute
 * @param sum How many there were, and were sent
 */
void chute_send(struct chute *o, struct chute_sum *sum)
{
	bool done[CHUTE_MAX] = {false};

	sum->packets = sum->sent = 0;
	for (size_t i = 0; i < o->count; i++) {
		if (!done[i])
			send_run(o, collect(o, o->parcelv[i].address, done),
				 sum);
	}
	o->count = 0;
}
