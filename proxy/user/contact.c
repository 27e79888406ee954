/**
 * @file contact.c  The Contacts of a REGISTER, checked as a whole: pure
 *
 * RFC 3261 section 10.3 steps 6 and 7: nothing is changed before all of the
 * request is known to be good.
 */
#include <string.h>
#include <re.h>
#include "proxy/user/contact.h"


enum { HOUR_S = 3600 };


/* RFC 3261 section 20.10: what is malformed counts as the default; what is
 * too large for us is clamped later */
static uint32_t decode_expires(const struct pl *val, uint32_t dflt)
{
	uint64_t n = 0;

	if (!val->l)
		return dflt;

	for (size_t i = 0; i < val->l; i++) {
		if (val->p[i] < '0' || val->p[i] > '9')
			return dflt;
		n = n * 10 + (uint64_t)(val->p[i] - '0');
		if (n > UINT32_MAX)
			n = UINT32_MAX;
	}

	return (uint32_t)n;
}


/* step 7: a registrar may shorten; it must not refuse an hour or more */
static int limit_expires(uint32_t *expires, const struct contact_limits *lim)
{
	if (*expires && *expires < HOUR_S && *expires < lim->expires_min)
		return ERANGE;
	if (*expires > lim->expires_max)
		*expires = lim->expires_max;

	return 0;
}


/**
 * Decode a preference
 *
 * @param q   0 to 1000
 * @param val "0" to "1", three decimals at most
 *
 * @return 0 if success, EBADMSG (RFC 3261 section 25.1, qvalue)
 */
int contact_decode_q(uint16_t *q, const struct pl *val)
{
	uint32_t n = 0, unit = 100;

	if (!q || !val || !val->l || val->l > 5 ||
	    (*val->p != '0' && *val->p != '1') ||
	    (val->l > 1 && val->p[1] != '.'))
		return EBADMSG;

	for (size_t i = 2; i < val->l; i++) {
		if (val->p[i] < '0' || val->p[i] > '9')
			return EBADMSG;
		n += (uint32_t)(val->p[i] - '0') * unit;
		unit /= 10;
	}
	if (*val->p == '1' && n)
		return EBADMSG;

	*q = (uint16_t)(*val->p == '1' ? 1000 : n);

	return 0;
}


/* an instance that is longer than any URN in use is none */
static void decode_instance(struct contact *c, const struct pl *params)
{
	struct pl val;

	if (param_get(params, "+sip.instance", &val) ||
	    val.l > CONTACT_INSTANCE_MAX ||
	    memchr(val.p ? val.p : "", '"', val.l))
		return;

	c->instance = val;
	if (!param_get(params, "reg-id", &val))
		c->reg_id = decode_expires(&val, 0);
}


static int decode_one(struct contact *c, const struct pl *val, uint32_t dflt,
		      const struct contact_limits *lim)
{
	struct nameaddr na;
	struct pl param;

	memset(c, 0, sizeof(*c));
	if (nameaddr_decode(&na, val) || !sipuri_is_sip(&na.uri))
		return EBADMSG;

	c->text = na.addr;
	c->uri = na.uri;
	c->q = 1000;
	if (!param_get(&na.params, "q", &param) &&
	    contact_decode_q(&c->q, &param))
		return EBADMSG;

	c->expires_s = dflt;
	if (!param_get(&na.params, "expires", &param))
		c->expires_s = decode_expires(&param, dflt);
	decode_instance(c, &na.params);

	return limit_expires(&c->expires_s, lim);
}


static struct contact *place_for(struct contacts *cs, const struct sipuri *uri)
{
	for (size_t i = 0; i < cs->n; i++) {
		if (sipuri_equal(&cs->v[i].uri, uri))
			return &cs->v[i];
	}

	return cs->n < CONTACT_MAX ? &cs->v[cs->n++] : NULL;
}


static int add(struct contacts *cs, const struct contact *c)
{
	struct contact *place = place_for(cs, &c->uri);

	if (!place)
		return ENOSPC;

	*place = *c;

	return 0;
}


/* step 6: "*" stands alone, with Expires: 0 */
static int decode_star(struct contacts *cs, const struct message *req,
		       struct value_iter *it)
{
	const struct hdr *h = message_hdr(req, HDR_EXPIRES);
	struct pl val;

	if (cs->n || message_values_next(it, &val) || !h ||
	    decode_expires(&h->val, 1))
		return EBADMSG;

	cs->star = true;

	return 0;
}


/**
 * Decode all Contacts of a REGISTER
 *
 * @param cs  Contacts; slices of the message
 * @param req REGISTER
 * @param lim What lifetimes are granted
 *
 * @return 0 if success; EBADMSG: malformed; ENOSPC: too many; ERANGE: a
 *         lifetime is too brief
 */
int contacts_decode(struct contacts *cs, const struct message *req,
		    const struct contact_limits *lim)
{
	const struct hdr *h;
	struct value_iter it;
	uint32_t dflt;
	struct pl val;
	int err = 0;

	if (!cs || !req || !lim)
		return EINVAL;

	cs->star = false;
	cs->n = 0;
	h = message_hdr(req, HDR_EXPIRES);
	dflt = h ? decode_expires(&h->val, lim->expires_default)
		 : lim->expires_default;

	message_values(&it, req, HDR_CONTACT);
	while (!err && message_values_next(&it, &val)) {
		struct contact c;

		if (!pl_strcmp(&val, "*"))
			return decode_star(cs, req, &it);

		err = decode_one(&c, &val, dflt, lim);
		if (!err)
			err = add(cs, &c);
	}

	return err;
}
