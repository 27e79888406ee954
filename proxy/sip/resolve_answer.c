/**
 * @file resolve_answer.c  What a DNS message answers (RFC 1035, 2308)
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <re.h>
#include "proxy/sip/resolve_answer.h"


enum { TYPE_CNAME = 5, RCODE_NXDOMAIN = 3 };


static void ttl_min(struct resolve_answer *a, uint32_t ttl)
{
	if (ttl < a->ttl_s)
		a->ttl_s = ttl;
}


static int addr_get(struct resolve_rr *rr, const struct resolve_wire *m,
		    const struct resolve_listed *l)
{
	if (l->type == RESOLVE_A) {
		if (l->rdlen != 4)
			return EBADMSG;
		sa_set_in(&rr->addr, resolve_u32(m, l->rdata), 0);
		return 0;
	}

	if (l->rdlen != 16)
		return EBADMSG;
	sa_set_in6(&rr->addr, m->p + l->rdata, 0);

	return 0;
}


static int srv_get(struct resolve_rr *rr, char name[RESOLVE_NAME_MAX],
		   const struct resolve_wire *m,
		   const struct resolve_listed *l)
{
	if (l->rdlen < 7 || resolve_wire_name(name, m, l->rdata + 6))
		return EBADMSG;

	rr->order = resolve_u16(m, l->rdata);
	rr->preference = resolve_u16(m, l->rdata + 2);
	rr->port = resolve_u16(m, l->rdata + 4);
	rr->name = name;

	/* "." says that there is no such service; no port is a mistake */
	return *name && !rr->port ? EBADMSG : 0;
}


/* a character-string (RFC 1035 section 3.3) of a record */
static int string_get(struct pl *s, const struct resolve_wire *m,
		      const struct resolve_listed *l, size_t *at)
{
	const size_t end = l->rdata + l->rdlen;

	if (*at >= end || *at + 1 + m->p[*at] > end)
		return EBADMSG;

	s->p = (const char *)m->p + *at + 1;
	s->l = m->p[*at];
	*at += 1 + s->l;

	return 0;
}


/* RFC 3263 section 4.1, RFC 7118 section 8 */
static int service_get(enum flow_proto *proto, const struct pl *service)
{
	static const struct {
		const char *name;
		enum flow_proto proto;
	} v[] = {
		{"SIP+D2U", FLOW_UDP},  {"SIP+D2T", FLOW_TCP},
		{"SIPS+D2T", FLOW_TLS}, {"SIP+D2W", FLOW_WS},
		{"SIPS+D2W", FLOW_WSS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (!pl_strcasecmp(service, v[i].name)) {
			*proto = v[i].proto;
			return 0;
		}
	}

	return ENOENT;
}


/* only what leads to SRV records of SIP: flag "s", no regular expression */
static int naptr_get(struct resolve_rr *rr, char name[RESOLVE_NAME_MAX],
		     const struct resolve_wire *m,
		     const struct resolve_listed *l)
{
	struct pl flags, service, regexp;
	size_t at = l->rdata + 4;

	if (l->rdlen < 8 || string_get(&flags, m, l, &at) ||
	    string_get(&service, m, l, &at) ||
	    string_get(&regexp, m, l, &at) || at >= l->rdata + l->rdlen)
		return EBADMSG;

	if (pl_strcasecmp(&flags, "s") || regexp.l ||
	    service_get(&rr->proto, &service))
		return ENOENT;

	rr->order = resolve_u16(m, l->rdata);
	rr->preference = resolve_u16(m, l->rdata + 2);
	rr->name = name;

	return resolve_wire_name(name, m, at) || !*name ? EBADMSG : 0;
}


static void record_add(struct resolve_answer *a, const struct resolve_wire *m,
		       const struct resolve_listed *l)
{
	struct resolve_rr *rr = &a->rrv[a->rrc];
	char *name = a->namev[a->rrc];
	int err;

	ttl_min(a, l->ttl);
	if (a->rrc >= RESOLVE_RR_MAX)
		return;

	memset(rr, 0, sizeof(*rr));
	if (l->type == RESOLVE_SRV)
		err = srv_get(rr, name, m, l);
	else if (l->type == RESOLVE_NAPTR)
		err = naptr_get(rr, name, m, l);
	else
		err = addr_get(rr, m, l);

	if (!err)
		++a->rrc;
}


static bool is_owner(const struct resolve_wire *m,
		     const struct resolve_listed *l, const char *name)
{
	char owner[RESOLVE_NAME_MAX];

	return !resolve_wire_name(owner, m, l->owner) && !strcmp(owner, name);
}


/* the records of a->alias: how many there are, of use or not */
static size_t collect(struct resolve_answer *a, const struct resolve_wire *m,
		      const struct resolve_sections *s, enum resolve_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].type == type && is_owner(m, &s->v[i], a->alias)) {
			record_add(a, m, &s->v[i]);
			++n;
		}
	}

	return n;
}


static int follow(struct resolve_answer *a, const struct resolve_wire *m,
		  const struct resolve_sections *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct resolve_listed *l = &s->v[i];
		char target[RESOLVE_NAME_MAX];

		if (l->type != TYPE_CNAME || !is_owner(m, l, a->alias))
			continue;
		if (resolve_wire_name(target, m, l->rdata))
			return EBADMSG;

		ttl_min(a, l->ttl);
		(void)str_ncpy(a->alias, target, sizeof(a->alias));
		return 0;
	}

	return ENOENT;
}


/* the end of the chain is not there: does it not exist, or was it not told? */
static int nothing(struct resolve_answer *a, const struct resolve_sections *s,
		   unsigned aliases, unsigned rcode)
{
	if (aliases && rcode != RCODE_NXDOMAIN && !s->negative_ttl)
		return EAGAIN;

	ttl_min(a, s->negative_ttl);

	return ENOENT;
}


/**
 * Decode the answer to a question
 *
 * @param a    Answer
 * @param p    DNS message
 * @param len  Its length
 * @param type Type asked for
 * @param name Name asked for, in lower case
 *
 * @return 0 if success, ENOENT if there are no such records, EAGAIN where
 *         a->alias must be asked for, ELOOP, otherwise EBADMSG
 */
int resolve_answer_decode(struct resolve_answer *a, const uint8_t *p,
			  size_t len, enum resolve_type type, const char *name)
{
	const struct resolve_wire m = {p, len};
	struct resolve_sections s;
	unsigned rcode;

	if (!a || !p || !name || strlen(name) >= RESOLVE_NAME_MAX)
		return EINVAL;
	if (len < RESOLVE_HEADER_SIZE || !(p[2] & 0x80))
		return EBADMSG;

	rcode = p[3] & 0x0f;
	if ((rcode && rcode != RCODE_NXDOMAIN) || resolve_wire_list(&s, &m))
		return EBADMSG;

	a->ttl_s = INT32_MAX;
	a->rrc = 0;
	(void)str_ncpy(a->alias, name, sizeof(a->alias));

	for (unsigned i = 0; i <= RESOLVE_ALIAS_MAX; i++) {
		int err;

		if (collect(a, &m, &s, type))
			return a->rrc ? 0 : ENOENT;

		err = follow(a, &m, &s);
		if (err)
			return err == ENOENT ? nothing(a, &s, i, rcode) : err;
	}

	return ELOOP;
}


/**
 * Name of a type
 *
 * @param type Type
 *
 * @return Its mnemonic
 */
const char *resolve_type_name(enum resolve_type type)
{
	switch (type) {
	case RESOLVE_A:
		return "A";
	case RESOLVE_AAAA:
		return "AAAA";
	case RESOLVE_SRV:
		return "SRV";
	case RESOLVE_NAPTR:
		return "NAPTR";
	default:
		return "?";
	}
}
