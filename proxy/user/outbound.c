/**
 * @file outbound.c  Does RFC 5626 apply to this REGISTER? Pure
 *
 * It does where we can reach the phone by the very flow that it registered
 * over: it is our own neighbour, or its first hop promises that ("ob" in the
 * Path). The first hop stands last in the Path; where only the one nearest to
 * us says so, it speaks for those behind it.
 */
#include <re.h>
#include "proxy/user/outbound.h"


static size_t ways(const struct contacts *cs, bool bound_only)
{
	size_t n = 0;

	for (size_t i = 0; i < cs->n; i++) {
		const struct contact *c = &cs->v[i];

		if (c->reg_id && c->instance.l &&
		    (c->expires_s || !bound_only))
			++n;
	}

	return n;
}


static bool is_neighbour(const struct message *req)
{
	struct pl val;

	return message_value(req, HDR_VIA, 1, &val) != 0;
}


static bool has_ob(const struct pl *path)
{
	struct nameaddr na;
	struct pl val;

	return !nameaddr_decode(&na, path) &&
	       !sipuri_param(&na.uri, "ob", &val);
}


static bool path_promises(const struct message *req)
{
	struct value_iter it;
	struct pl val, first = PL_INIT, last = PL_INIT;

	message_values(&it, req, HDR_PATH);
	while (message_values_next(&it, &val)) {
		if (!first.l)
			first = val;
		last = val;
	}

	return first.l && (has_ob(&last) || has_ob(&first));
}


/**
 * Judge a REGISTER by RFC 5626 section 6
 *
 * @param applies Whether its Contacts are named by instance and reg-id
 * @param cs      Its Contacts
 * @param req     REGISTER
 *
 * @return 0 if success; EBADMSG: more than one way in one request; ENOLINK:
 *         the phone supports it, but its first hop does not (439)
 */
int outbound_judge(bool *applies, struct contacts *cs,
		   const struct message *req)
{
	if (!applies || !cs || !req)
		return EINVAL;

	*applies = false;
	if (ways(cs, true) > 1)
		return EBADMSG;

	if (ways(cs, false) && (is_neighbour(req) || path_promises(req))) {
		*applies = true;
	}
	else if (ways(cs, false) &&
		 message_has_token(req, HDR_SUPPORTED, "outbound")) {
		return ENOLINK;
	}

	for (size_t i = 0; i < cs->n; i++) {
		if (!*applies || !cs->v[i].instance.l)
			cs->v[i].reg_id = 0;
	}

	return 0;
}
