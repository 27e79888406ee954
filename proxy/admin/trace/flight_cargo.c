/**
 * @file flight_cargo.c  What a file of the flight recorder is made of
 */
#include <errno.h>
#include <string.h>
#include "common/pcap.h"
#include "proxy/admin/trace/flight_cargo.h"
#include "relay/trail/sheaf.h"
#include "relay/trail/trail_reader.h"

/* of a record's header in a file: seconds, microseconds, octets that follow */
enum { AT_S = 0, AT_US = 4, AT_LEN = 8 };

/* as it came, and as it left */
enum { PACKET_ROOM = 2 * (PCAP_MARGIN + TRAIL_KEPT_MAX) };

enum { SECOND_US = 1000000 };

struct flight_cargo {
	struct mbuf *messages; /* NULL: none */
	struct list traill;
	uint64_t wall_us; /* since 1970, of the monotonic clock's 0 */
	struct trail_reader readerv[SHEAF_MAX];
	size_t readerc;
};


static void destructor(void *arg)
{
	struct flight_cargo *c = arg;

	mem_deref(c->messages);
	list_flush(&c->traill);
}


static void take_trails(struct flight_cargo *c, struct sheaf *sheaf)
{
	struct le *le;

	while (c->readerc < SHEAF_MAX && (le = list_head(&sheaf->traill))) {
		struct trail *trail = le->data;

		list_unlink(le);
		list_append(&c->traill, le, trail);
		trail_reader_init(&c->readerv[c->readerc++], trail);
	}
}


/**
 * Allocate what a file is made of
 *
 * @param cp       Pointer to the allocated cargo
 * @param messages Packets of a file from its position on, given away; or NULL
 * @param sheaf    Headers of packets, which are taken from it; or NULL
 * @param wall_us  Since 1970, when the monotonic clock was 0
 *
 * @return 0 if success, otherwise errorcode
 */
int flight_cargo_alloc(struct flight_cargo **cp, struct mbuf *messages,
		       struct sheaf *sheaf, uint64_t wall_us)
{
	struct flight_cargo *c;

	if (!cp)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->messages = messages;
	c->wall_us = wall_us;
	if (sheaf)
		take_trails(c, sheaf);
	*cp = c;

	return 0;
}


/**
 * How much memory waits with it?
 *
 * @param c Cargo
 *
 * @return Octets, 0: there is nothing in it
 */
size_t flight_cargo_size(const struct flight_cargo *c)
{
	size_t n = c->messages ? mbuf_get_left(c->messages) : 0;

	for (const struct le *le = c->traill.head; le; le = le->next)
		n += trail_bytes(le->data);

	return n;
}


static uint32_t host32(const uint8_t *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));

	return n;
}


/* UINT64_MAX: there is none */
static uint64_t message_us(const struct flight_cargo *c)
{
	const uint8_t *p;

	if (!c->messages || mbuf_get_left(c->messages) < PCAP_RECORD)
		return UINT64_MAX;

	p = mbuf_buf(c->messages);

	return (uint64_t)host32(p + AT_S) * SECOND_US + host32(p + AT_US);
}


/* the one whose next packet is the oldest; NULL: there is none */
static struct trail_reader *reader(struct flight_cargo *c)
{
	struct trail_reader *oldest = NULL;

	for (size_t i = 0; i < c->readerc; i++) {
		struct trail_reader *r = &c->readerv[i];

		if (r->next >= 0 && (!oldest || r->at_us < oldest->at_us))
			oldest = r;
	}

	return oldest;
}


static size_t put_message(uint8_t *buf, size_t size, struct mbuf *mb)
{
	const size_t n = PCAP_RECORD + host32(mbuf_buf(mb) + AT_LEN);

	if (n > size)
		return 0;

	(void)mbuf_read_mem(mb, buf, n);

	return n;
}


static const uint8_t *octets_of(const struct sa *sa)
{
	const void *p = sa_af(sa) == AF_INET6
				? (const void *)&sa->u.in6.sin6_addr
				: (const void *)&sa->u.in.sin_addr;

	return p;
}


static size_t put_way(uint8_t *buf, const struct flight_cargo *c,
		      const struct trail_packet *pkt, const struct sa *src,
		      const struct sa *dst)
{
	const struct pcap_datagram d = {
		.wall_us = c->wall_us + pkt->at_us,
		.v6 = sa_af(src) == AF_INET6,
		.src = octets_of(src),
		.dst = octets_of(dst),
		.sport = sa_port(src),
		.dport = sa_port(dst),
		.len = pkt->kept,
		.wire = pkt->wire,
	};

	return pcap_write(buf, &d, pkt->p);
}


static size_t put_packet(uint8_t *buf, const struct flight_cargo *c,
			 struct trail_reader *r)
{
	struct trail_packet pkt;
	size_t n;

	(void)trail_reader_next(r, &pkt);
	n = put_way(buf, c, &pkt, pkt.src, pkt.local);
	if (pkt.dst)
		n += put_way(buf + n, c, &pkt, pkt.out, pkt.dst);

	return n;
}


/**
 * Read the next packets of a file
 *
 * @param buf  Buffer
 * @param size Its size, CARGO_READ_MIN at least
 * @param arg  Cargo
 *
 * @return Octets in it, of whole packets; 0: that was all
 */
size_t flight_cargo_read(uint8_t *buf, size_t size, void *arg)
{
	struct flight_cargo *c = arg;
	size_t used = 0;

	while (size - used >= PACKET_ROOM) {
		struct trail_reader *r = reader(c);
		const uint64_t us = message_us(c);
		size_t n;

		if (us != UINT64_MAX && (!r || us <= c->wall_us + r->at_us)) {
			n = put_message(buf + used, size - used, c->messages);
			if (!n)
				break;
		}
		else if (r) {
			n = put_packet(buf + used, c, r);
		}
		else {
			break;
		}
		used += n;
	}

	return used;
}
