/**
 * @file route_token.c  The cookie in our Record-Route
 *
 * format(1) hours(4) call(8) end(..) end(..) [shift(1)] mac(16), in base64url
 * without padding. An end is a kind octet (0: not a phone of ours; 1: a peer,
 * and the hash of its name follows; else the address family's 4 or 6, plus 16
 * for each step of the protocol), then port and address, local and peer.
 */
#include <errno.h>
#include <string.h>
#include <openssl/evp.h>
#include "proxy/core/route.h"

enum {
	FORMAT = 1,
	HEAD = 1 + 4 + 8,
	END_MAX = 1 + 2 * (2 + 16),
	KIND_PEER = 1,
	RAW_MAX = HEAD + 2 * END_MAX + 1 + HASH_MAC_SIZE,
	MAC_INPUT_MAX = RAW_MAX + 1024,
};


static void put_sa(struct mbuf *mb, const struct sa *sa)
{
	(void)mbuf_write_u16(mb, htons(sa_port(sa)));

	if (sa_af(sa) == AF_INET6)
		(void)mbuf_write_mem(mb, sa->u.in6.sin6_addr.s6_addr, 16);
	else
		(void)mbuf_write_u32(mb, htonl(sa_in(sa)));
}


static int get_sa(struct mbuf *mb, int af, struct sa *sa)
{
	const size_t need = 2 + (af == AF_INET6 ? 16 : 4);
	uint16_t port;

	if (mbuf_get_left(mb) < need)
		return EBADMSG;

	port = ntohs(mbuf_read_u16(mb));
	if (af == AF_INET6) {
		sa_set_in6(sa, mbuf_buf(mb), port);
		mb->pos += 16;
	}
	else {
		sa_set_in(sa, ntohl(mbuf_read_u32(mb)), port);
	}

	return 0;
}


static void put_end(struct mbuf *mb, const struct route_end *end)
{
	const int af = sa_af(&end->peer);
	uint8_t kind;

	if (!end->phone && end->name) {
		(void)mbuf_write_u8(mb, KIND_PEER);
		(void)mbuf_write_u32(mb, htonl(end->name));
		return;
	}

	if (!end->phone || sa_af(&end->local) != af ||
	    (af != AF_INET && af != AF_INET6)) {
		(void)mbuf_write_u8(mb, 0);
		return;
	}

	kind = (uint8_t)((af == AF_INET6 ? 6 : 4) | (int)end->proto << 4);
	(void)mbuf_write_u8(mb, kind);
	put_sa(mb, &end->local);
	put_sa(mb, &end->peer);
}


static int get_end(struct mbuf *mb, struct route_end *end)
{
	uint8_t kind;
	int af, err;

	if (!mbuf_get_left(mb))
		return EBADMSG;

	kind = mbuf_read_u8(mb);
	if (!kind)
		return 0;

	if (kind == KIND_PEER) {
		if (mbuf_get_left(mb) < 4)
			return EBADMSG;
		end->name = ntohl(mbuf_read_u32(mb));
		return 0;
	}

	if ((kind & 15) != 4 && (kind & 15) != 6)
		return EBADMSG;
	if (kind >> 4 >= FLOW_PROTO_MAX)
		return EBADMSG;

	af = (kind & 15) == 6 ? AF_INET6 : AF_INET;
	end->phone = true;
	end->proto = (enum flow_proto)(kind >> 4);

	err = get_sa(mb, af, &end->local);

	return err ? err : get_sa(mb, af, &end->peer);
}


static int token_mac(uint8_t mac[HASH_MAC_SIZE], const struct hash_key *key,
		     const uint8_t *raw, size_t len, const struct pl *callid,
		     const struct pl *tag)
{
	uint8_t buf[MAC_INPUT_MAX];
	size_t n = 0;

	if (len + callid->l + tag->l + 1 > sizeof(buf))
		return EBADMSG;

	memcpy(buf, raw, len);
	n += len;
	memcpy(&buf[n], callid->p, callid->l);
	n += callid->l;
	buf[n++] = 0;
	if (tag->l)
		memcpy(&buf[n], tag->p, tag->l);
	n += tag->l;
	hash_mac(mac, key, buf, n);

	return 0;
}


/* '+' '/' '=' may not stand in a URI parameter */
static int print(char *buf, size_t size, const uint8_t *raw, size_t len)
{
	char b64[RAW_MAX * 4 / 3 + 8];
	const int n = EVP_EncodeBlock((uint8_t *)b64, raw, (int)len);
	size_t k = 0;

	for (int i = 0; i < n && b64[i] != '='; i++, k++) {
		if (k + 1 >= size)
			return ENOSPC;
		buf[k] = b64[i] == '+' ? '-' : b64[i] == '/' ? '_' : b64[i];
	}
	buf[k] = '\0';

	return 0;
}


static int scan(uint8_t *raw, size_t *len, const struct pl *val)
{
	char b64[ROUTE_TOKEN_MAX + 4];
	uint8_t out[ROUTE_TOKEN_MAX];
	size_t n = val->l, pad;
	int got;

	if (n < 8 || n > ROUTE_TOKEN_MAX || n % 4 == 1)
		return EBADMSG;

	for (size_t i = 0; i < n; i++) {
		const char c = val->p[i];

		b64[i] = c == '-' ? '+' : c == '_' ? '/' : c;
	}
	pad = (4 - n % 4) % 4;
	memset(&b64[n], '=', pad);

	got = EVP_DecodeBlock(out, (const uint8_t *)b64, (int)(n + pad));
	if (got < 0 || (size_t)got < pad)
		return EBADMSG;

	*len = (size_t)got - pad;
	if (*len < HEAD + 2 + HASH_MAC_SIZE || *len > RAW_MAX)
		return EBADMSG;

	memcpy(raw, out, *len);

	return 0;
}


/**
 * Print a token
 *
 * @param buf    Buffer
 * @param size   Its size, ROUTE_TOKEN_MAX is enough
 * @param key    MAC key
 * @param tok    Token
 * @param now_h  Now, hours since 1970
 * @param callid Call-ID of the dialog
 * @param tag    From tag of its first request
 *
 * @return 0 if success, otherwise errorcode
 */
int route_token_encode(char *buf, size_t size, const struct hash_key *key,
		       const struct route_token *tok, uint32_t now_h,
		       const struct pl *callid, const struct pl *tag)
{
	uint8_t mac[HASH_MAC_SIZE];
	struct mbuf *mb;
	int err;

	if (!buf || !key || !tok || !callid || !tag)
		return EINVAL;

	mb = mbuf_alloc(RAW_MAX);
	if (!mb)
		return ENOMEM;

	err = mbuf_write_u8(mb, FORMAT);
	err |= mbuf_write_u32(mb, htonl(now_h));
	err |= mbuf_write_u64(mb, sys_htonll(tok->call));
	put_end(mb, &tok->endv[0]);
	put_end(mb, &tok->endv[1]);
	if (tok->shift)
		err |= mbuf_write_u8(mb, tok->shift);
	if (!err)
		err = token_mac(mac, key, mb->buf, mb->end, callid, tag);
	if (!err)
		err = mbuf_write_mem(mb, mac, sizeof(mac));
	if (!err)
		err = print(buf, size, mb->buf, mb->end);

	mem_deref(mb);

	return err;
}


/* whose From tag is it that the MAC knows: this sender's, or the other's? */
static int check_mac(int *from, const struct hash_key *key, const uint8_t *raw,
		     size_t len, const struct message *req)
{
	const struct pl *tagv[2] = {&req->from_tag, &req->to_tag};
	uint8_t mac[HASH_MAC_SIZE];

	for (int i = 0; i < 2; i++) {
		if (token_mac(mac, key, raw, len, &req->callid, tagv[i]))
			return EBADMSG;

		if (hash_equal(mac, &raw[len], sizeof(mac))) {
			*from = i;
			return 0;
		}
	}

	return EACCES;
}


/**
 * Check and read a token
 *
 * @param tok   Token
 * @param from  Which end sent the request
 * @param key   MAC key
 * @param val   Printed token
 * @param now_h Now, hours since 1970
 * @param req   The request that carries it
 *
 * @return 0 if success, otherwise errorcode
 */
int route_token_decode(struct route_token *tok, int *from,
		       const struct hash_key *key, const struct pl *val,
		       uint32_t now_h, const struct message *req)
{
	uint8_t raw[RAW_MAX];
	struct route_token t;
	struct mbuf mb;
	size_t len = 0;
	uint32_t made;
	int err;

	if (!tok || !from || !key || !val || !req)
		return EINVAL;

	err = scan(raw, &len, val);
	if (err)
		return err;

	len -= HASH_MAC_SIZE;
	err = check_mac(from, key, raw, len, req);
	if (err)
		return err;

	memset(&t, 0, sizeof(t));
	memset(&mb, 0, sizeof(mb));
	mb.buf = raw;
	mb.size = mb.end = len;
	if (mbuf_read_u8(&mb) != FORMAT)
		return EBADMSG;

	made = ntohl(mbuf_read_u32(&mb));
	if (now_h > made && now_h - made > ROUTE_LIFETIME_H)
		return ETIMEDOUT;

	t.call = sys_ntohll(mbuf_read_u64(&mb));
	err = get_end(&mb, &t.endv[0]);
	if (!err)
		err = get_end(&mb, &t.endv[1]);
	if (err)
		return err;

	if (mbuf_get_left(&mb))
		t.shift = mbuf_read_u8(&mb);

	*tok = t;

	return 0;
}
