/**
 * @file flow_token.c  A flow, in the user part of our Path URI (RFC 5626)
 *
 * "ft1-" and in hexadecimal: kind(1) id(8) local peer mac(16). Kind is the
 * address family's 4 or 6, plus 16 for each step of the protocol; an address
 * is port(2) and 4 or 16 octets.
 */
#include <string.h>
#include <re.h>
#include "proxy/user/flow_token.h"

#define PREFIX "ft1-"

enum {
	PREFIX_LEN = sizeof(PREFIX) - 1,
	HEAD = 1 + 8,
	RAW_MAX = HEAD + 2 * (2 + 16) + HASH_MAC_SIZE,
};


static void put_sa(struct mbuf *mb, const struct sa *sa)
{
	(void)mbuf_write_u16(mb, htons(sa_port(sa)));
	if (sa_af(sa) == AF_INET6)
		(void)mbuf_write_mem(mb, sa->u.in6.sin6_addr.s6_addr, 16);
	else
		(void)mbuf_write_u32(mb, htonl(sa_in(sa)));
}


static void get_sa(struct mbuf *mb, struct sa *sa, bool ipv6)
{
	const uint16_t port = ntohs(mbuf_read_u16(mb));

	if (ipv6) {
		sa_set_in6(sa, mbuf_buf(mb), port);
		mbuf_advance(mb, 16);
	}
	else {
		sa_set_in(sa, ntohl(mbuf_read_u32(mb)), port);
	}
}


static int print(char *buf, size_t size, const struct mbuf *mb)
{
	if (size < PREFIX_LEN + 2 * mb->end + 1)
		return ENOSPC;

	memcpy(buf, PREFIX, PREFIX_LEN);
	buf += PREFIX_LEN;
	for (size_t i = 0; i < mb->end; i++)
		(void)re_snprintf(buf + 2 * i, 3, "%02x", mb->buf[i]);

	return 0;
}


/**
 * Write a flow
 *
 * @param buf  Buffer
 * @param size Its size, FLOW_TOKEN_MAX is enough
 * @param key  MAC key
 * @param flow Flow
 *
 * @return 0 if success, otherwise errorcode
 */
int flow_token_encode(char *buf, size_t size, const struct hash_key *key,
		      const struct flow *flow)
{
	uint8_t mac[HASH_MAC_SIZE];
	struct mbuf *mb;
	int af, err;

	if (!buf || !key || !flow)
		return EINVAL;

	af = sa_af(&flow->peer);
	if (sa_af(&flow->local) != af || (af != AF_INET && af != AF_INET6))
		return EAFNOSUPPORT;

	mb = mbuf_alloc(RAW_MAX);
	if (!mb)
		return ENOMEM;

	err = mbuf_write_u8(mb, (uint8_t)((af == AF_INET6 ? 6 : 4) |
					  (int)flow->proto << 4));
	err |= mbuf_write_u64(mb,
			      sys_htonll(flow_reliable(flow) ? flow->id : 0));
	put_sa(mb, &flow->local);
	put_sa(mb, &flow->peer);
	hash_mac(mac, key, mb->buf, mb->end);
	err |= mbuf_write_mem(mb, mac, sizeof(mac));
	if (!err)
		err = print(buf, size, mb);
	mem_deref(mb);

	return err;
}


/**
 * Does the user part of a URI look like a token?
 *
 * @param user User part
 *
 * @return True if so; it may be forged
 */
bool flow_token_is(const struct pl *user)
{
	return user && user->l > PREFIX_LEN &&
	       !memcmp(user->p, PREFIX, PREFIX_LEN);
}


static int scan(uint8_t *raw, size_t *len, const struct pl *user)
{
	char hex[2 * RAW_MAX + 1];
	const size_t n = user->l - PREFIX_LEN;

	if (n % 2 || n / 2 > RAW_MAX || n / 2 < HEAD + HASH_MAC_SIZE)
		return EACCES;

	memcpy(hex, user->p + PREFIX_LEN, n);
	hex[n] = '\0';
	*len = n / 2;

	/* one spelling of each token */
	for (size_t i = 0; i < n; i++) {
		if (!strchr("0123456789abcdef", hex[i]))
			return EACCES;
	}

	return str_hex(raw, *len, hex) ? EACCES : 0;
}


/**
 * Read a token
 *
 * @param tok  Token
 * @param key  MAC key
 * @param user User part of a Route of ours
 *
 * @return 0 if success, EACCES if it is not ours or was changed
 *
 * RFC 5626 section 5.3
 */
int flow_token_decode(struct flow_token *tok, const struct hash_key *key,
		      const struct pl *user)
{
	uint8_t raw[RAW_MAX], mac[HASH_MAC_SIZE];
	struct mbuf mb;
	uint8_t kind;
	size_t len;

	if (!tok || !key || !user)
		return EINVAL;
	if (!flow_token_is(user) || scan(raw, &len, user))
		return EACCES;

	len -= sizeof(mac);
	hash_mac(mac, key, raw, len);
	if (!hash_equal(mac, &raw[len], sizeof(mac)))
		return EACCES;

	/* what follows was written by us */
	memset(&mb, 0, sizeof(mb));
	mb.buf = raw;
	mb.size = mb.end = len;
	kind = mbuf_read_u8(&mb);
	tok->proto = (enum flow_proto)(kind >> 4);
	tok->id = sys_ntohll(mbuf_read_u64(&mb));
	get_sa(&mb, &tok->local, (kind & 15) == 6);
	get_sa(&mb, &tok->peer, (kind & 15) == 6);

	return 0;
}
