/**
 * @file network.c  A network: an address and how many bits of it count
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "common/network.h"

enum { ADDR_SIZE = 16, BITS4 = 32, BITS6 = 128 };


/* octets in network order; returns how many bits they are */
static unsigned octets(uint8_t p[ADDR_SIZE], const struct sa *sa)
{
	uint32_t in;

	if (sa_af(sa) == AF_INET6) {
		sa_in6(sa, p);
		return BITS6;
	}

	in = htonl(sa_in(sa));
	memcpy(p, &in, sizeof(in));

	return BITS4;
}


static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	const unsigned whole = bits / 8, rest = bits % 8;

	return !memcmp(a, b, whole) &&
	       (!rest || !((a[whole] ^ b[whole]) >> (8 - rest)));
}


static bool has_host_bits(const uint8_t *p, unsigned bits, unsigned of)
{
	for (unsigned i = bits; i < of; i++) {
		if (p[i / 8] & (0x80 >> i % 8))
			return true;
	}

	return false;
}


static int decode_bits(uint8_t *bits, const struct pl *pl, unsigned max)
{
	unsigned n = 0;

	if (!pl->l || pl->l > 3)
		return EINVAL;

	for (size_t i = 0; i < pl->l; i++) {
		if (pl->p[i] < '0' || pl->p[i] > '9')
			return EINVAL;
		n = 10 * n + (unsigned)(pl->p[i] - '0');
	}

	if (n > max)
		return EINVAL;

	*bits = (uint8_t)n;

	return 0;
}


/**
 * Read a network
 *
 * @param n  Network
 * @param pl Text
 *
 * @return 0 if success, EINVAL if it is none
 *
 * RFC 4632 section 3.1, RFC 4291 section 2.3
 */
int network_decode(struct network *n, const struct pl *pl)
{
	struct network net = {.bits = 0};
	uint8_t p[ADDR_SIZE] = {0};
	struct pl host, bits = PL_INIT;
	const char *slash;
	unsigned max;
	int err;

	if (!n || !pl_isset(pl))
		return EINVAL;

	host = *pl;
	slash = pl_strchr(pl, '/');
	if (slash) {
		host.l = (size_t)(slash - pl->p);
		bits.p = slash + 1;
		bits.l = pl->l - host.l - 1;
	}

	err = addr_decode(&net.net, &host, 0);
	if (err)
		return err;

	max = octets(p, &net.net);
	net.bits = (uint8_t)max;
	if (slash && decode_bits(&net.bits, &bits, max))
		return EINVAL;

	/* somebody who writes 10.1.2.3/8 means something else */
	if (has_host_bits(p, net.bits, max))
		return EINVAL;

	*n = net;

	return 0;
}


/**
 * Is a host in the network?
 *
 * @param n  Network
 * @param sa Address; an IPv4-mapped one counts as its IPv4
 *
 * @return True if it is
 */
bool network_holds(const struct network *n, const struct sa *sa)
{
	uint8_t a[ADDR_SIZE] = {0}, b[ADDR_SIZE] = {0};
	struct sa host;

	if (!n || !sa_isset(sa, SA_ADDR))
		return false;

	host = *sa;
	addr_unmap(&host);
	if (sa_af(&host) != sa_af(&n->net))
		return false;

	(void)octets(a, &host);
	(void)octets(b, &n->net);

	return same_bits(a, b, n->bits);
}


/**
 * Are both the same network?
 *
 * @param a Network
 * @param b Network
 *
 * @return True if they are
 */
bool network_same(const struct network *a, const struct network *b)
{
	uint8_t p[ADDR_SIZE] = {0}, q[ADDR_SIZE] = {0};

	return octets(p, &a->net) == octets(q, &b->net) &&
	       a->bits == b->bits && same_bits(p, q, a->bits);
}
