/**
 * @file check.c  A STUN message on a media port: is it a connectivity check?
 *
 * libre's decoder allocates for each attribute and takes any number of them,
 * and believes that MESSAGE-INTEGRITY and FINGERPRINT are the last ones. So
 * the message is walked through first; what stands behind the integrity is
 * not covered by it, and is never read (RFC 8489 section 14.5).
 */
#include <errno.h>
#include <string.h>
#include "common/octets.h"
#include "relay/ice/check.h"

enum {
	ATTR_INTEGRITY_SHA256 = 0x001c,
	ATTR_PASSWORD_ALGORITHM = 0x001d,
	ATTR_USERHASH = 0x001e,
	ATTR_OPTIONAL = 0x8000,

	COOKIE = 0x2112a442,
	INTEGRITY_SIZE = 20,
	FINGERPRINT_SIZE = 4,
};

/** An attribute in the message */
struct attr {
	uint16_t type;
	size_t at; /* where its header begins */
	const uint8_t *val;
	size_t len;
};


/* RFC 8489 section 5 */
static int read_header(struct check *c, const uint8_t *p, size_t len)
{
	uint16_t type;

	if (len < STUN_HEADER_SIZE || len > CHECK_MAX || len % 4 ||
	    p[0] & 0xc0 || octets_get32(p + 4) != COOKIE ||
	    octets_get16(p + 2) != len - STUN_HEADER_SIZE)
		return EBADMSG;

	type = octets_get16(p);
	c->p = p;
	c->len = len;
	c->class = (uint16_t)((type >> 7 & 2) | (type >> 4 & 1));
	c->method = (uint16_t)((type & 0xf) | (type >> 1 & 0x70) |
			       (type >> 2 & 0xf80));

	return 0;
}


static bool next_attr(struct attr *a, const struct check *c, size_t *pos)
{
	if (c->len - *pos < STUN_ATTR_HEADER_SIZE)
		return false;

	a->at = *pos;
	a->type = octets_get16(c->p + *pos);
	a->len = octets_get16(c->p + *pos + 2);
	a->val = c->p + *pos + STUN_ATTR_HEADER_SIZE;
	if (a->len > c->len - *pos - STUN_ATTR_HEADER_SIZE)
		return false;

	/* the message is a multiple of four, and so is each attribute */
	*pos += STUN_ATTR_HEADER_SIZE + ((a->len + 3) & ~(size_t)3);

	return true;
}


/* RFC 8489 section 6.3.1; those that we know, and do not need, are no fault */
static bool must_know(uint16_t type)
{
	switch (type) {
	case STUN_ATTR_MAPPED_ADDR:
	case STUN_ATTR_MSG_INTEGRITY:
	case STUN_ATTR_ERR_CODE:
	case STUN_ATTR_UNKNOWN_ATTR:
	case STUN_ATTR_REALM:
	case STUN_ATTR_NONCE:
	case STUN_ATTR_XOR_MAPPED_ADDR:
	case ATTR_INTEGRITY_SHA256:
	case ATTR_PASSWORD_ALGORITHM:
	case ATTR_USERHASH:
		return false;

	default:
		return type < ATTR_OPTIONAL;
	}
}


static void note_unknown(struct check *c, uint16_t type)
{
	struct stun_unknown_attr *u = &c->unknown;

	if (u->typec < ARRAY_SIZE(u->typev))
		u->typev[u->typec++] = type;
}


/* of several of one kind the first one counts (RFC 8489 section 14) */
static int read_attr(struct check *c, const struct attr *a)
{
	switch (a->type) {
	case STUN_ATTR_USERNAME:
		if (!c->username.p) {
			c->username.p = (const char *)a->val;
			c->username.l = a->len;
		}
		break;

	case STUN_ATTR_MSG_INTEGRITY:
		if (a->len != INTEGRITY_SIZE)
			return EBADMSG;
		c->integrity = a->at;
		c->alone = true;
		break;

	case STUN_ATTR_USE_CAND:
		c->nominates = true;
		break;

	case STUN_ATTR_CONTROLLED:
		c->controlled = true;
		break;

	case STUN_ATTR_PRIORITY:
		if (a->len != sizeof(c->priority))
			return EBADMSG;
		c->has_priority = true;
		c->priority = octets_get32(a->val);
		break;

	default:
		if (must_know(a->type))
			note_unknown(c, a->type);
		break;
	}

	return 0;
}


/**
 * Read a STUN message
 *
 * @param c   Check, filled; refers to the message
 * @param p   Message
 * @param len Its length
 *
 * @return 0 if success, EBADMSG if it is none, or none that an agent sends
 *
 * RFC 8489 section 5 and 14
 */
int check_read(struct check *c, const uint8_t *p, size_t len)
{
	size_t pos = STUN_HEADER_SIZE;
	struct attr a;
	int err;

	memset(c, 0, sizeof(*c));
	err = read_header(c, p, len);
	if (err)
		return err;

	for (int n = 0; pos < len; n++) {
		if (n >= CHECK_ATTRS_MAX || c->fingerprint ||
		    !next_attr(&a, c, &pos))
			return EBADMSG;

		if (a.type == STUN_ATTR_FINGERPRINT) {
			if (a.len != FINGERPRINT_SIZE)
				return EBADMSG;
			c->fingerprint = true;
		}
		else if (c->integrity) {
			c->alone = false;
		}
		else {
			err = read_attr(c, &a);
			if (err)
				return err;
		}
	}

	return 0;
}


static size_t integrity_end(const struct check *c)
{
	return c->integrity + STUN_ATTR_HEADER_SIZE + INTEGRITY_SIZE;
}


/* up to an attribute, as if it ended there */
static int decode(struct stun_msg **msgp, const struct check *c, size_t len)
{
	struct mbuf *mb = mbuf_alloc(len);
	int err;

	if (!mb)
		return ENOMEM;

	err = mbuf_write_mem(mb, c->p, len);
	mb->pos = 2;
	err |= mbuf_write_u16(mb, htons((uint16_t)(len - STUN_HEADER_SIZE)));
	mb->pos = 0;
	if (!err)
		err = stun_msg_decode(msgp, mb, NULL);

	mem_deref(mb);

	return err;
}


/**
 * Check the fingerprint
 *
 * @param c Check that was read
 *
 * @return 0 if it is good, EPROTO if there is none, otherwise errorcode
 *
 * RFC 8489 section 14.7
 */
int check_fingerprint(const struct check *c)
{
	struct stun_msg *msg = NULL;
	int err;

	if (!c->fingerprint)
		return EPROTO;

	err = decode(&msg, c, c->len);
	if (!err)
		err = stun_msg_chk_fingerprint(msg);

	mem_deref(msg);

	return err;
}


/**
 * Check the integrity
 *
 * @param c   Check that was read
 * @param pwd Password
 *
 * @return 0 if it is good, EPROTO if there is none, otherwise errorcode
 *
 * RFC 8489 section 14.5
 */
int check_integrity(const struct check *c, const char *pwd)
{
	struct stun_msg *msg = NULL;
	int err;

	if (!c->integrity)
		return EPROTO;

	err = decode(&msg, c, c->alone ? c->len : integrity_end(c));
	if (!err)
		err = stun_msg_chk_mi(msg, (const uint8_t *)pwd, strlen(pwd));

	mem_deref(msg);

	return err;
}


/**
 * The transaction that an answer must name
 *
 * @param c Check that was read
 *
 * @return Its twelve octets
 */
const uint8_t *check_tid(const struct check *c)
{
	return c->p + STUN_HEADER_SIZE - STUN_TID_SIZE;
}
