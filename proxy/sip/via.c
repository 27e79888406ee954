/**
 * @file via.c  One value of a Via header
 *
 * Lenient where old phones are (no branch, transport in any case, blanks
 * around every separator), strict where we act: host, port, parameters.
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/param.h"
#include "proxy/sip/syntax.h"
#include "proxy/sip/via.h"


static int word(struct pl *rest, const char *expect)
{
	struct pl token;

	syntax_skip_lws(rest);
	syntax_token(rest, &token);
	syntax_skip_lws(rest);

	return pl_strcasecmp(&token, expect) ? EBADMSG : 0;
}


/* "SIP" "/" "2.0" "/" transport LWS */
static int sent_protocol(struct via *v, struct pl *rest)
{
	if (word(rest, "SIP") || !syntax_skip_char(rest, '/'))
		return EBADMSG;
	if (word(rest, "2.0") || !syntax_skip_char(rest, '/'))
		return EBADMSG;

	syntax_skip_lws(rest);
	syntax_token(rest, &v->transport);
	if (!v->transport.l || !rest->l || !syntax_is_lws(*rest->p))
		return EBADMSG;

	syntax_skip_lws(rest);

	return 0;
}


static int rport(struct via *v, const struct param *pm)
{
	uint32_t n = 0;

	v->has_rport = true;
	if (!pm->has_val)
		return 0;
	if (syntax_u32(&n, &pm->val, 65535))
		return EBADMSG;

	v->rport = (uint16_t)n;

	return 0;
}


static int params(struct via *v)
{
	static const struct pl branch = PL("branch"),
			       received = PL("received"), rp = PL("rport");
	struct pl rest = v->params;
	struct param pm;
	int err;

	while (!(err = param_next(&pm, &rest))) {
		if (!pl_casecmp(&pm.name, &branch)) {
			if (v->branch.l || !pm.val.l)
				return EBADMSG;
			v->branch = pm.val;
		}
		else if (!pl_casecmp(&pm.name, &received)) {
			v->received = pm.val;
		}
		else if (!pl_casecmp(&pm.name, &rp) && rport(v, &pm)) {
			return EBADMSG;
		}
	}

	return err == ENOENT ? 0 : err;
}


/**
 * Decode one Via value
 *
 * @param v   Via
 * @param val Value, without other values behind a comma
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 20.42; RFC 3581
 */
int via_decode(struct via *v, const struct pl *val)
{
	struct via via = {0};
	struct pl rest;
	int err;

	if (!v || !val)
		return EINVAL;

	via.val = *val;
	syntax_trim(&via.val);
	rest = via.val;
	err = sent_protocol(&via, &rest);
	if (err)
		return err;

	err = syntax_hostport(&rest, &via.host, &via.ipv6, &via.port);
	if (err)
		return err;

	syntax_skip_lws(&rest);
	via.params = rest;
	err = params(&via);
	if (err)
		return err;

	*v = via;

	return 0;
}


/**
 * Get the sent-by as an address
 *
 * @param v  Via
 * @param sa Address without port; its family is unset for a host name
 *
 * RFC 3261 section 18.2.1
 */
void via_addr(const struct via *v, struct sa *sa)
{
	if (!sa)
		return;

	if (!v || sa_set(sa, &v->host, 0))
		sa_init(sa, AF_UNSPEC);
}


/**
 * Does the sent-by name that address
 *
 * @param v  Via
 * @param sa Address; its port does not count
 *
 * @return true if it does, false also for a host name
 *
 * RFC 3261 section 18.2.1
 */
bool via_is_from(const struct via *v, const struct sa *sa)
{
	struct sa host;

	via_addr(v, &host);

	return sa && sa_isset(&host, SA_ADDR) && sa_cmp(&host, sa, SA_ADDR);
}
