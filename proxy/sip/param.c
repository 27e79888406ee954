/**
 * @file param.c  ;name=value lists, of headers and of URIs
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/param.h"
#include "proxy/sip/syntax.h"


/* token, host and IPv6 reference: whatever does not end a parameter */
static size_t run(const struct pl *rest, char stop)
{
	size_t n = 0;

	while (n < rest->l && !syntax_is(rest->p[n], SYNTAX_ENDS_PARAM) &&
	       rest->p[n] != stop)
		++n;

	return n;
}


static int value(struct pl *rest, struct pl *val)
{
	int err;

	syntax_skip_lws(rest);
	if (!rest->l || *rest->p != '"') {
		syntax_take(rest, val, run(rest, ';'));
		return val->l ? 0 : EBADMSG;
	}

	err = syntax_quoted(rest, val);
	if (err)
		return err;

	*val = syntax_span(val->p + 1, val->p + val->l - 1);

	return 0;
}


/**
 * Take the next parameter off the front of a list
 *
 * @param pm   Parameter
 * @param rest What is left of the list
 *
 * @return 0 if success, ENOENT at the end, EBADMSG
 *
 * RFC 3261 section 7.3.1
 */
int param_next(struct param *pm, struct pl *rest)
{
	struct pl r = *rest, end;
	int err = 0;

	memset(pm, 0, sizeof(*pm));
	syntax_skip_lws(&r);
	if (!r.l)
		return ENOENT;

	pm->all = r;
	if (!syntax_skip_char(&r, ';'))
		return EBADMSG;

	syntax_skip_lws(&r);
	/* URI parameters have characters that tokens have not */
	syntax_take(&r, &pm->name, run(&r, '='));
	if (!pm->name.l)
		return EBADMSG;

	end = r;
	syntax_skip_lws(&r);
	if (syntax_skip_char(&r, '=')) {
		pm->has_val = true;
		err = value(&r, &pm->val);
		end = r;
		syntax_skip_lws(&r);
	}
	if (err || (r.l && *r.p != ';'))
		return EBADMSG;

	pm->all.l = (size_t)(end.p - pm->all.p);
	*rest = end;

	return 0;
}


/**
 * Is a whole list well-formed
 *
 * @param params From the first ';' on, or empty
 *
 * @return 0 if success, EBADMSG
 */
int param_check(const struct pl *params)
{
	struct pl rest = *params;
	struct param pm;
	int err;

	do
		err = param_next(&pm, &rest);
	while (!err);

	return err == ENOENT ? 0 : err;
}


/**
 * Find a parameter by its name
 *
 * @param params List, from the first ';' on
 * @param nm     Name, without regard to case
 * @param val    Its value, unquoted; may be NULL
 *
 * @return 0 if success, ENOENT
 */
int param_get(const struct pl *params, const char *nm, struct pl *val)
{
	struct pl rest, wanted;
	struct param pm;

	if (!params || !nm)
		return EINVAL;

	rest = *params;
	pl_set_str(&wanted, nm);
	while (!param_next(&pm, &rest)) {
		if (pl_casecmp(&pm.name, &wanted))
			continue;
		if (val)
			*val = pm.val;
		return 0;
	}

	return ENOENT;
}
