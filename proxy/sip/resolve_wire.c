/**
 * @file resolve_wire.c  Names and records in a DNS message (RFC 1035 section 4)
 *
 * The records of the answer section are listed in one pass; a compression
 * pointer must point before the place that it is followed from, so that every
 * walk ends. Names that hold more than letters, digits, '-' and '_' are no
 * names of servers: such records are skipped.
 */
#include <errno.h>
#include <re.h>
#include "proxy/sip/resolve_wire.h"


enum {
	LABEL_MAX = 63,
	CLASS_IN = 1,
	TYPE_SOA = 6,
	SOA_MIN_SIZE = 22,
};


/**
 * A number of two octets
 *
 * @param m  DNS message
 * @param at Where it begins; the caller has seen that it is there
 *
 * @return Number
 */
uint16_t resolve_u16(const struct resolve_wire *m, size_t at)
{
	return (uint16_t)(m->p[at] << 8 | m->p[at + 1]);
}


/**
 * A number of four octets
 *
 * @param m  DNS message
 * @param at Where it begins; the caller has seen that it is there
 *
 * @return Number
 */
uint32_t resolve_u32(const struct resolve_wire *m, size_t at)
{
	return (uint32_t)resolve_u16(m, at) << 16 | resolve_u16(m, at + 2);
}


static char name_char(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c + ('a' - 'A'));
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_')
		return (char)c;

	return '\0';
}


/* past a name as it stands, without following it */
static int name_skip(const struct resolve_wire *m, size_t *at)
{
	size_t pos = *at;

	while (pos < m->len) {
		uint8_t n = m->p[pos++];

		if (n > LABEL_MAX) {
			if ((n & 0xc0) != 0xc0 || pos >= m->len)
				return EBADMSG;
			*at = pos + 1;
			return 0;
		}
		if (!n) {
			*at = pos;
			return 0;
		}
		pos += n;
	}

	return EBADMSG;
}


static int label_add(char name[RESOLVE_NAME_MAX], size_t *len,
		     const uint8_t *p, size_t n)
{
	if (*len + 1 + n >= RESOLVE_NAME_MAX)
		return EBADMSG;

	if (*len)
		name[(*len)++] = '.';

	for (size_t i = 0; i < n; i++) {
		char c = name_char(p[i]);

		if (!c)
			return EBADMSG;
		name[(*len)++] = c;
	}

	return 0;
}


/**
 * The whole of a name
 *
 * @param name Result in lower case; "" is the root
 * @param m    DNS message
 * @param pos  Where it begins
 *
 * @return 0 if success, otherwise errorcode
 */
int resolve_wire_name(char name[RESOLVE_NAME_MAX],
		      const struct resolve_wire *m, size_t pos)
{
	size_t before = pos, len = 0;

	while (pos < m->len) {
		uint8_t n = m->p[pos++];

		if (!n) {
			name[len] = '\0';
			return 0;
		}

		if (n > LABEL_MAX) {
			if ((n & 0xc0) != 0xc0 || pos >= m->len)
				return EBADMSG;

			pos = (size_t)(n & 0x3f) << 8 | m->p[pos];
			if (pos >= before)
				return EBADMSG;
			before = pos;
			continue;
		}

		if (pos + n > m->len || label_add(name, &len, m->p + pos, n))
			return EBADMSG;
		pos += n;
	}

	return EBADMSG;
}


static int record_get(struct resolve_listed *rr, const struct resolve_wire *m,
		      size_t *at)
{
	rr->owner = *at;
	if (name_skip(m, at) || *at + 10 > m->len)
		return EBADMSG;

	rr->type = resolve_u16(m, *at);
	if (resolve_u16(m, *at + 2) != CLASS_IN)
		rr->type = 0;
	rr->ttl = resolve_u32(m, *at + 4);
	/* RFC 2181 section 8 */
	if (rr->ttl > INT32_MAX)
		rr->ttl = 0;
	rr->rdlen = resolve_u16(m, *at + 8);
	rr->rdata = *at + 10;
	*at = rr->rdata + rr->rdlen;

	return *at > m->len ? EBADMSG : 0;
}


/* RFC 2308 section 5: the least of the SOA's own TTL and its last field */
static void authority(struct resolve_sections *s, const struct resolve_wire *m,
		      const struct resolve_listed *rr)
{
	uint32_t minimum;

	if (rr->type != TYPE_SOA || rr->rdlen < SOA_MIN_SIZE)
		return;

	minimum = resolve_u32(m, rr->rdata + rr->rdlen - 4);
	s->negative_ttl = minimum < rr->ttl ? minimum : rr->ttl;
}


/**
 * List the records of the answer section
 *
 * @param s Result: the first ones, and how long nothing is to be believed
 * @param m DNS message, at least a header
 *
 * @return 0 if success, otherwise errorcode
 */
int resolve_wire_list(struct resolve_sections *s, const struct resolve_wire *m)
{
	const size_t answers = resolve_u16(m, 6),
		     all = answers + resolve_u16(m, 8);
	size_t at = RESOLVE_HEADER_SIZE;

	s->n = 0;
	s->negative_ttl = 0;

	for (size_t i = 0; i < resolve_u16(m, 4); i++) {
		if (name_skip(m, &at) || at + 4 > m->len)
			return EBADMSG;
		at += 4;
	}

	for (size_t i = 0; i < all; i++) {
		struct resolve_listed rr;

		if (record_get(&rr, m, &at))
			return EBADMSG;

		if (i >= answers)
			authority(s, m, &rr);
		else if (s->n < RESOLVE_LISTED_MAX)
			s->v[s->n++] = rr;
	}

	return 0;
}


/**
 * Check and fold a host name (RFC 1123 section 2.1, with '_')
 *
 * @param name Result: lower case, without the last dot
 * @param host Host of a URI
 *
 * @return 0 if success, EINVAL for what cannot be asked for
 */
int resolve_name(char name[RESOLVE_NAME_MAX], const struct pl *host)
{
	size_t n, label = 0;

	if (!name || !host || !host->l)
		return EINVAL;

	n = host->l - (host->p[host->l - 1] == '.');
	if (!n || n > RESOLVE_NAME_MAX - 3)
		return EINVAL;

	for (size_t i = 0; i < n; i++) {
		if (host->p[i] == '.') {
			if (!label)
				return EINVAL;
			label = 0;
			name[i] = '.';
			continue;
		}

		name[i] = name_char((uint8_t)host->p[i]);
		if (!name[i] || ++label > LABEL_MAX)
			return EINVAL;
	}
	name[n] = '\0';

	return label ? 0 : EINVAL;
}
