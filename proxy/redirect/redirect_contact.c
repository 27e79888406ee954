/**
 * @file redirect_contact.c  The Contact of a redirect that we follow
 *
 * Pure.
 */
#include <re.h>
#include "proxy/redirect/redirect_contact.h"
#include "proxy/sip/param.h"
#include "proxy/sip/syntax.h"


enum { Q_MAX = 1000 };


/* in thousandths: "0.7" is 700; what is no number has no preference */
static int32_t contact_q(const struct nameaddr *na)
{
	int32_t q = 0, digit = 100;
	struct pl val;

	if (param_get(&na->params, "q", &val) || !val.l || val.p[0] == '1')
		return Q_MAX;

	for (size_t i = 2; i < val.l && digit; i++, digit /= 10) {
		if (val.p[i] < '0' || val.p[i] > '9')
			break;
		q += digit * (val.p[i] - '0');
	}

	return q;
}


/* names are another floor's work: a numeric host is what we can use */
static bool contact_usable(struct nameaddr *na, const struct pl *val)
{
	struct sa sa;

	return !nameaddr_decode(na, val) &&
	       !pl_strcasecmp(&na->uri.scheme, "sip") &&
	       !sipuri_addr(&na->uri, &sa);
}


static int contact_find(struct nameaddr *best, const struct message *resp)
{
	struct value_iter it;
	struct nameaddr na;
	struct pl val;
	int32_t best_q = -1;

	message_values(&it, resp, HDR_CONTACT);
	while (message_values_next(&it, &val)) {
		if (!contact_usable(&na, &val) || contact_q(&na) <= best_q)
			continue;

		best_q = contact_q(&na);
		*best = na;
	}

	return best_q < 0 ? ENOENT : 0;
}


/**
 * How long a Contact holds: its own parameter goes before the header
 *
 * @param s  Seconds
 * @param m  REGISTER, or the response to it, or a redirect
 * @param na One of its Contacts
 *
 * @return 0 if success, ENOENT if nothing says it, EBADMSG if it says nonsense
 */
int redirect_contact_expires(uint32_t *s, const struct message *m,
			     const struct nameaddr *na)
{
	struct pl val;

	if (!s || !m || !na)
		return EINVAL;

	if (!param_get(&na->params, "expires", &val))
		return syntax_u32(s, &val, UINT32_MAX);

	return message_u32(m, HDR_EXPIRES, UINT32_MAX, s);
}


/**
 * Choose the Contact of a redirect that we follow
 *
 * @param uri       Its URI, a slice of the message
 * @param expires_s How long it holds, in seconds; 0: for this time only (RFC
 *                  3261 section 21.3.3)
 * @param resp      The 3xx
 *
 * @return 0 if success, ENOENT if none is usable, otherwise errorcode
 */
int redirect_contact_best(struct pl *uri, uint32_t *expires_s,
			  const struct message *resp)
{
	struct nameaddr na;
	int err;

	if (!uri || !expires_s || !resp)
		return EINVAL;

	err = contact_find(&na, resp);
	if (err)
		return err;

	*uri = na.addr;
	if (redirect_contact_expires(expires_s, resp, &na))
		*expires_s = 0;

	return 0;
}
