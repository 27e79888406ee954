/**
 * @file hep.c  HEP version 3: messages on their way to a capture server, pure
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include "proxy/admin/trace/hep.h"

enum { CHUNK = 6 };

/** Chunks of the generic vendor */
enum {
	FAMILY = 0x01,
	PROTOCOL = 0x02,
	SRC4 = 0x03,
	DST4 = 0x04,
	SRC6 = 0x05,
	DST6 = 0x06,
	SRC_PORT = 0x07,
	DST_PORT = 0x08,
	SECONDS = 0x09,
	MICROSECONDS = 0x0a,
	TYPE = 0x0b,
	CAPTURE_ID = 0x0c,
	PASSWORD = 0x0e,
	PAYLOAD = 0x0f,
	CORRELATION = 0x11,
};

/** Families as the protocol numbers them */
enum { FAMILY_IPV4 = 2, FAMILY_IPV6 = 10 };


static int put(struct mbuf *mb, uint16_t type, const void *p, size_t len)
{
	int err = mbuf_write_u16(mb, 0); /* vendor */

	err |= mbuf_write_u16(mb, htons(type));
	err |= mbuf_write_u16(mb, htons((uint16_t)(CHUNK + len)));
	err |= mbuf_write_mem(mb, p, len);

	return err;
}


static int put8(struct mbuf *mb, uint16_t type, uint8_t n)
{
	return put(mb, type, &n, sizeof(n));
}


static int put16(struct mbuf *mb, uint16_t type, uint16_t n)
{
	n = htons(n);

	return put(mb, type, &n, sizeof(n));
}


static int put32(struct mbuf *mb, uint16_t type, uint32_t n)
{
	n = htonl(n);

	return put(mb, type, &n, sizeof(n));
}


static int put_addresses(struct mbuf *mb, const struct hep *h)
{
	const bool v6 = sa_af(h->src) == AF_INET6;
	const struct sockaddr_in *s4 = &h->src->u.in, *d4 = &h->dst->u.in;
	const struct sockaddr_in6 *s6 = &h->src->u.in6, *d6 = &h->dst->u.in6;
	int err;

	err = put8(mb, FAMILY, v6 ? FAMILY_IPV6 : FAMILY_IPV4);
	err |= put8(mb, PROTOCOL, h->stream ? IPPROTO_TCP : IPPROTO_UDP);
	if (v6) {
		err |= put(mb, SRC6, &s6->sin6_addr, sizeof(s6->sin6_addr));
		err |= put(mb, DST6, &d6->sin6_addr, sizeof(d6->sin6_addr));
	}
	else {
		err |= put(mb, SRC4, &s4->sin_addr, sizeof(s4->sin_addr));
		err |= put(mb, DST4, &d4->sin_addr, sizeof(d4->sin_addr));
	}
	err |= put16(mb, SRC_PORT, sa_port(h->src));
	err |= put16(mb, DST_PORT, sa_port(h->dst));

	return err;
}


static int put_text(struct mbuf *mb, uint16_t type, const char *p, size_t len)
{
	return len ? put(mb, type, p, len) : 0;
}


static int put_length(struct mbuf *mb, size_t start)
{
	int err;

	mb->pos = start + 4;
	err = mbuf_write_u16(mb, htons((uint16_t)(mb->end - start)));
	mb->pos = mb->end;

	return err;
}


/**
 * Write a message as a datagram for the capture server
 *
 * @param mb Buffer
 * @param h  Message
 *
 * @return 0 if success, EAFNOSUPPORT or EMSGSIZE where it cannot be told,
 *         otherwise errorcode
 */
int hep_encode(struct mbuf *mb, const struct hep *h)
{
	const char *password;
	size_t start;
	int err;

	if (!mb || !h || !h->src || !h->dst || !h->p)
		return EINVAL;
	if (sa_af(h->src) != sa_af(h->dst) ||
	    (sa_af(h->src) != AF_INET && sa_af(h->src) != AF_INET6))
		return EAFNOSUPPORT;

	password = h->password ? h->password : "";
	if (h->len + h->callid.l + strlen(password) > HEP_PAYLOAD_MAX)
		return EMSGSIZE;

	start = mb->pos;
	err = mbuf_write_mem(mb, (const uint8_t *)"HEP3\0\0", 6);
	err |= put_addresses(mb, h);
	err |= put32(mb, SECONDS, (uint32_t)(h->wall_us / 1000000));
	err |= put32(mb, MICROSECONDS, (uint32_t)(h->wall_us % 1000000));
	err |= put8(mb, TYPE, h->type);
	err |= put32(mb, CAPTURE_ID, h->id);
	err |= put_text(mb, PASSWORD, password, strlen(password));
	err |= put_text(mb, CORRELATION, h->callid.p, h->callid.l);
	err |= put(mb, PAYLOAD, h->p, h->len);

	return err ? ENOMEM : put_length(mb, start);
}
