/**
 * @file addr.c  Socket addresses: classes, numeric decoding, comparison
 *
 * The tables of RFC 6890 as far as a SIP server meets them. The documentation
 * networks (RFC 5737, RFC 3849) count as public: laboratories use them so.
 */
#include <errno.h>
#include <string.h>
#include <arpa/inet.h>
#include "common/addr.h"


struct net4 {
	uint32_t net;
	uint8_t bits;
	enum addr_class cls;
};

struct net6 {
	uint8_t net[8]; /* no prefix here is longer */
	uint8_t bits;
	enum addr_class cls;
};

/* an IPv6 prefix which carries an IPv4 address at this octet */
struct embed {
	uint8_t net[12];
	uint8_t len;
	uint8_t at;
};


static const struct net4 net4v[] = {
	{0x00000000, 8, ADDR_UNSPECIFIED}, /* 0.0.0.0/8       */
	{0x0a000000, 8, ADDR_PRIVATE},     /* 10.0.0.0/8      */
	{0x64400000, 10, ADDR_SHARED},     /* 100.64.0.0/10   */
	{0x7f000000, 8, ADDR_LOOPBACK},    /* 127.0.0.0/8     */
	{0xa9fe0000, 16, ADDR_LINKLOCAL},  /* 169.254.0.0/16  */
	{0xac100000, 12, ADDR_PRIVATE},    /* 172.16.0.0/12   */
	{0xc0000000, 29, ADDR_SHARED},     /* 192.0.0.0/29: DS-Lite, 464XLAT */
	{0xc0000000, 24, ADDR_RESERVED},   /* 192.0.0.0/24    */
	{0xc0a80000, 16, ADDR_PRIVATE},    /* 192.168.0.0/16  */
	{0xe0000000, 4, ADDR_MULTICAST},   /* 224.0.0.0/4     */
	{0xf0000000, 4, ADDR_RESERVED},    /* 240.0.0.0/4     */
};

static const struct net6 net6v[] = {
	{{0xfe, 0x80}, 10, ADDR_LINKLOCAL},
	{{0xfe, 0xc0}, 10, ADDR_PRIVATE}, /* RFC 3879: old site-local  */
	{{0xfc}, 7, ADDR_PRIVATE},        /* RFC 4193: ULA             */
	{{0xff}, 8, ADDR_MULTICAST},
	/* RFC 8215: NAT64 of somebody's own network */
	{{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, ADDR_PRIVATE},
	{{0x20}, 3, ADDR_PUBLIC}, /* 2000::/3, the only global one */
};

static const struct embed embedv[] = {
	/* ::ffff:0:0/96 (mapped), ::ffff:0:0:0/96 (RFC 2765) */
	{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 12, 12},
	{{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}, 12, 12},
	/* 64:ff9b::/96 (NAT64, RFC 6052), 2002::/16 (6to4, RFC 3056) */
	{{0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}, 12, 12},
	{{0x20, 0x02}, 2, 2},
};

static const char *const namev[] = {
	"public",     "private",   "shared",      "loopback",
	"link-local", "multicast", "unspecified", "reserved",
};


static enum addr_class classify4(uint32_t a)
{
	for (size_t i = 0; i < sizeof(net4v) / sizeof(net4v[0]); i++) {
		if (!((a ^ net4v[i].net) >> (32 - net4v[i].bits)))
			return net4v[i].cls;
	}

	return ADDR_PUBLIC;
}


static uint32_t get4(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}


static bool in_net6(const uint8_t *a, const struct net6 *net)
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;

	if (memcmp(a, net->net, whole))
		return false;

	return !rest || !((a[whole] ^ net->net[whole]) >> (8 - rest));
}


/* RFC 4291 section 2.5.5.1: IPv4-compatible, long dead: never usable */
static enum addr_class classify_compatible(uint32_t a)
{
	enum addr_class cls;

	if (a == 0)
		return ADDR_UNSPECIFIED;
	if (a == 1)
		return ADDR_LOOPBACK;

	cls = classify4(a);

	return cls >= ADDR_LOOPBACK ? cls : ADDR_RESERVED;
}


static enum addr_class classify6(const uint8_t *a)
{
	static const uint8_t zero[12];

	if (!memcmp(a, zero, sizeof(zero)))
		return classify_compatible(get4(a + 12));

	for (size_t i = 0; i < sizeof(embedv) / sizeof(embedv[0]); i++) {
		if (!memcmp(a, embedv[i].net, embedv[i].len))
			return classify4(get4(a + embedv[i].at));
	}

	for (size_t i = 0; i < sizeof(net6v) / sizeof(net6v[0]); i++) {
		if (in_net6(a, &net6v[i]))
			return net6v[i].cls;
	}

	return ADDR_RESERVED;
}


static bool is_mapped(const struct sa *sa)
{
	return sa_af(sa) == AF_INET6 &&
	       IN6_IS_ADDR_V4MAPPED(&sa->u.in6.sin6_addr);
}


/**
 * What an address is good for
 *
 * An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) has the
 * class of that, so no forbidden address comes in by another spelling.
 *
 * @param sa Socket address; NULL or unset counts as unspecified
 *
 * @return The class (RFC 6890)
 */
enum addr_class addr_classify(const struct sa *sa)
{
	switch (sa ? sa_af(sa) : AF_UNSPEC) {
	case AF_INET:
		return classify4(sa_in(sa));
	case AF_INET6:
		return classify6(sa->u.in6.sin6_addr.s6_addr);
	default:
		return ADDR_UNSPECIFIED;
	}
}


/**
 * The class as a word for logs and verdicts
 *
 * @param cls Class
 *
 * @return Name
 */
const char *addr_class_name(enum addr_class cls)
{
	if ((size_t)cls >= sizeof(namev) / sizeof(namev[0]))
		return "unknown";

	return namev[cls];
}


/**
 * Is this address reachable only from inside somebody's network
 *
 * @param sa Socket address
 *
 * @return true if private (RFC 1918, RFC 4193) or shared (RFC 6598)
 */
bool addr_is_inside(const struct sa *sa)
{
	enum addr_class cls = addr_classify(sa);

	return cls == ADDR_PRIVATE || cls == ADDR_SHARED;
}


/**
 * Is this an address that nothing from the network may make us send to
 *
 * @param sa Socket address
 *
 * @return true if loopback, link-local, multicast, unspecified or reserved
 */
bool addr_is_forbidden(const struct sa *sa)
{
	return addr_classify(sa) >= ADDR_LOOPBACK;
}


/**
 * Decode a numeric host; no name is looked up
 *
 * @param sa   Result, written only on success
 * @param host IPv4, or IPv6 with or without brackets, without zone
 * @param port Port to put in
 *
 * @return 0 if success, otherwise errorcode
 */
int addr_decode(struct sa *sa, const struct pl *host, uint16_t port)
{
	char buf[INET6_ADDRSTRLEN];
	struct in_addr in;
	struct in6_addr in6;
	const char *p;
	size_t l;

	if (!sa || !host || !host->p)
		return EINVAL;

	p = host->p;
	l = host->l;
	if (l > 2 && p[0] == '[' && p[l - 1] == ']') {
		p++;
		l -= 2;
		if (!memchr(p, ':', l))
			return EINVAL;
	}

	/* inet_pton() stops at a zero octet, which is no address either */
	if (!l || l >= sizeof(buf) || memchr(p, '\0', l))
		return EINVAL;

	memcpy(buf, p, l);
	buf[l] = '\0';

	if (inet_pton(AF_INET, buf, &in) == 1) {
		sa_set_in(sa, ntohl(in.s_addr), port);
	}
	else if (inet_pton(AF_INET6, buf, &in6) == 1) {
		/* bind() takes its scope and its flow label at their word */
		sa_init(sa, AF_INET6);
		sa_set_in6(sa, in6.s6_addr, port);
	}
	else {
		return EINVAL;
	}

	return 0;
}


/**
 * Decode "host:port", "[v6]:port", or a host alone
 *
 * @param sa    Result, written only on success
 * @param hp    Text
 * @param dport Port when none is given; 0: one must be given
 *
 * @return 0 if success, otherwise errorcode
 */
int addr_decode_hostport(struct sa *sa, const struct pl *hp, uint16_t dport)
{
	struct pl host, num;
	const char *colon;
	uint16_t port;

	if (!sa || !hp || !hp->p || !hp->l)
		return EINVAL;

	/* the last colon, unless it is one of an address without port */
	colon = memrchr(hp->p, ':', hp->l);
	if (hp->p[0] == '[') {
		if (colon && colon[-1] != ']')
			colon = NULL;
	}
	else if (colon && memchr(hp->p, ':', (size_t)(colon - hp->p))) {
		colon = NULL;
	}

	if (!colon)
		return dport ? addr_decode(sa, hp, dport) : EINVAL;

	host.p = hp->p;
	host.l = (size_t)(colon - hp->p);
	num.p = colon + 1;
	num.l = hp->l - host.l - 1;
	if (addr_decode_port(&port, &num))
		return EINVAL;

	return addr_decode(sa, &host, port);
}


/**
 * Decode a port: digits alone, 1 to 65535
 *
 * @param port Result, written only on success
 * @param pl   Text
 *
 * @return 0 if success, otherwise errorcode
 */
int addr_decode_port(uint16_t *port, const struct pl *pl)
{
	uint32_t n = 0;

	if (!port || !pl || !pl->p || !pl->l || pl->l > 5)
		return EINVAL;

	for (size_t i = 0; i < pl->l; i++) {
		if (pl->p[i] < '0' || pl->p[i] > '9')
			return EINVAL;
		n = n * 10 + (uint32_t)(pl->p[i] - '0');
	}

	if (n < 1 || n > 65535)
		return EINVAL;

	*port = (uint16_t)n;

	return 0;
}


/**
 * Turn an IPv4-mapped address into the IPv4 address that it means
 *
 * @param sa Socket address, changed in place; the port stays
 */
void addr_unmap(struct sa *sa)
{
	if (!sa || !is_mapped(sa))
		return;

	sa_set_in(sa, get4(sa->u.in6.sin6_addr.s6_addr + 12), sa_port(sa));
}


/**
 * Do two socket addresses name the same host
 *
 * @param a First, port ignored
 * @param b Second, port ignored
 *
 * @return true if the same, mapped or not
 */
bool addr_same_host(const struct sa *a, const struct sa *b)
{
	struct sa x, y;

	if (!a || !b)
		return false;

	x = *a;
	y = *b;
	addr_unmap(&x);
	addr_unmap(&y);

	return sa_isset(&x, SA_ADDR) && sa_isset(&y, SA_ADDR) &&
	       sa_cmp(&x, &y, SA_ADDR);
}
