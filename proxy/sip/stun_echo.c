/**
 * @file stun_echo.c  A phone asks by STUN where it is seen (RFC 5626 section 8)
 *
 * The answer holds XOR-MAPPED-ADDRESS and nothing else: neither integrity nor
 * fingerprint are for this use, and SOFTWARE would only make it longer.
 */
#include <errno.h>
#include <string.h>
#include "common/octets.h"
#include "proxy/sip/stun_echo.h"


enum {
	HEADER_SIZE = 20,
	ATTR_SIZE = 4,
	TYPE_REQUEST = 0x0001,
	TYPE_SUCCESS = 0x0101,
	TYPE_ERROR = 0x0111,
	ATTR_USERNAME = 0x0006,
	ATTR_INTEGRITY = 0x0008,
	ATTR_ERROR = 0x0009,
	ATTR_UNKNOWN = 0x000a,
	ATTR_REALM = 0x0014,
	ATTR_NONCE = 0x0015,
	ATTR_XOR_MAPPED = 0x0020,
	ATTR_OPTIONAL = 0x8000,
	UNKNOWN_MAX = 8,
};

static const uint8_t magic[] = {0x21, 0x12, 0xa4, 0x42};

struct writer {
	uint8_t *p;
	size_t n;
};


static void put16(struct writer *w, unsigned v)
{
	octets_put16(w->p + w->n, (uint16_t)v);
	w->n += 2;
}


static void put_header(struct writer *w, uint16_t type, const uint8_t *req)
{
	put16(w, type);
	put16(w, 0);
	memcpy(w->p + w->n, req + 4, HEADER_SIZE - 4);
	w->n += HEADER_SIZE - 4;
}


static void put_length(struct writer *w)
{
	const size_t len = w->n - HEADER_SIZE;

	w->p[2] = (uint8_t)(len >> 8);
	w->p[3] = (uint8_t)len;
}


/* RFC 5389 section 15.2: XOR with the cookie, and for IPv6 with the id */
static void put_mapped(struct writer *w, const uint8_t *req,
		       const struct sa *src)
{
	const bool six = sa_af(src) == AF_INET6;
	const size_t len = six ? 16 : 4;
	uint8_t addr[16];

	if (six)
		sa_in6(src, addr);
	else
		memcpy(addr, &src->u.in.sin_addr, len);

	put16(w, ATTR_XOR_MAPPED);
	put16(w, (unsigned)(4 + len));
	put16(w, six ? 2 : 1);
	put16(w, sa_port(src) ^ octets_get16(magic));
	for (size_t i = 0; i < len; i++)
		w->p[w->n++] = addr[i] ^ req[4 + i];
}


static bool is_understood(uint16_t type)
{
	switch (type) {
	case ATTR_USERNAME:
	case ATTR_INTEGRITY:
	case ATTR_REALM:
	case ATTR_NONCE:
		return true;
	default:
		return type >= ATTR_OPTIONAL;
	}
}


/* those that we would have to understand; EBADMSG where they do not end with
 * the message */
static int attributes(uint16_t unknownv[UNKNOWN_MAX], size_t *n,
		      const uint8_t *p, size_t len)
{
	size_t at = HEADER_SIZE;

	while (at + ATTR_SIZE <= len) {
		const uint16_t type = octets_get16(p + at);
		const size_t size = (octets_get16(p + at + 2) + 3u) & ~3u;

		at += ATTR_SIZE + size;
		if (at > len)
			return EBADMSG;
		if (!is_understood(type) && *n < UNKNOWN_MAX)
			unknownv[(*n)++] = type;
	}

	return at == len ? 0 : EBADMSG;
}


static void put_unknown(struct writer *w, const uint16_t *unknownv, size_t n)
{
	put16(w, ATTR_ERROR);
	put16(w, 4);
	put16(w, 0);
	put16(w, 4 << 8 | 20);

	put16(w, ATTR_UNKNOWN);
	put16(w, (unsigned)(2 * n));
	for (size_t i = 0; i < n; i++)
		put16(w, unknownv[i]);
	/* RFC 5389 section 15: padded to four octets, of any value */
	if (n & 1)
		put16(w, 0);
}


/**
 * Is it STUN?
 *
 * @param p   Datagram
 * @param len Its length
 *
 * @return True if so
 */
bool stun_echo_is(const uint8_t *p, size_t len)
{
	return p && len >= HEADER_SIZE && p[0] < 0x40 &&
	       !memcmp(p + 4, magic, sizeof(magic));
}


/**
 * Answer a Binding request
 *
 * @param out    The answer
 * @param outlen Its length
 * @param p      Datagram
 * @param len    Its length
 * @param src    Where it came from
 *
 * @return 0 if success, EBADMSG for what is not to be answered
 */
int stun_echo_answer(uint8_t out[STUN_ECHO_MAX], size_t *outlen,
		     const uint8_t *p, size_t len, const struct sa *src)
{
	struct writer w = {out, 0};
	uint16_t unknownv[UNKNOWN_MAX];
	size_t n = 0;

	if (!out || !outlen || !src)
		return EINVAL;
	if (!stun_echo_is(p, len) || octets_get16(p) != TYPE_REQUEST ||
	    octets_get16(p + 2) != len - HEADER_SIZE ||
	    attributes(unknownv, &n, p, len))
		return EBADMSG;

	put_header(&w, n ? TYPE_ERROR : TYPE_SUCCESS, p);
	if (n)
		put_unknown(&w, unknownv, n);
	else
		put_mapped(&w, p, src);
	put_length(&w);
	*outlen = w.n;

	return 0;
}
