/**
 * @file nameaddr.c  name-addr and addr-spec: From, To, Contact, Route
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/nameaddr.h"
#include "proxy/sip/param.h"
#include "proxy/sip/syntax.h"


/* where the URI of a name-addr begins; NULL: it is an addr-spec */
static const char *angle(const struct pl *rest)
{
	for (size_t i = 0; i < rest->l; i++) {
		if (rest->p[i] == '<')
			return rest->p + i;
		if (rest->p[i] == ';')
			break;
	}

	return NULL;
}


/* tokens and blanks by the letter; anything that separates nothing in fact */
static bool display_sane(const struct pl *display)
{
	for (size_t i = 0; i < display->l; i++) {
		const char c = display->p[i];

		if (c == ',' || c == '"' || c == '>' || c == ';' || c == '\0')
			return false;
	}

	return true;
}


static int bracketed(struct nameaddr *na, struct pl *rest, const char *open)
{
	const char *end = rest->p + rest->l;
	const char *shut = memchr(open, '>', (size_t)(end - open));

	if (!shut)
		return EBADMSG;

	na->addr = syntax_span(open + 1, shut);
	*rest = syntax_span(shut + 1, end);

	return 0;
}


static int name_addr(struct nameaddr *na, struct pl *rest, const char *open)
{
	na->display = syntax_span(rest->p, open);
	syntax_trim(&na->display);
	if (!display_sane(&na->display))
		return EBADMSG;

	return bracketed(na, rest, open);
}


static int quoted_name_addr(struct nameaddr *na, struct pl *rest)
{
	int err = syntax_quoted(rest, &na->display);
	if (err)
		return err;

	na->display = syntax_span(na->display.p + 1,
				  na->display.p + na->display.l - 1);
	syntax_skip_lws(rest);
	if (!rest->l || *rest->p != '<')
		return EBADMSG;

	return bracketed(na, rest, rest->p);
}


/* RFC 3261 section 20.10: without <> no comma, semicolon or question mark
 * belongs to the URI; the last one would be read in two ways */
static int addr_spec(struct nameaddr *na, struct pl *rest)
{
	size_t i = 0;

	while (i < rest->l && rest->p[i] != ';' && rest->p[i] != ',' &&
	       rest->p[i] != '?')
		++i;
	if (i < rest->l && rest->p[i] != ';')
		return EBADMSG;

	na->addr = syntax_span(rest->p, rest->p + i);
	syntax_trim(&na->addr);
	pl_advance(rest, (ssize_t)i);

	return 0;
}


/**
 * Decode one value of From, To, Contact, Route and their like
 *
 * @param na  Address with its display name and header parameters
 * @param val Value, without other values behind a comma
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 sections 20.10 and 25.1
 */
int nameaddr_decode(struct nameaddr *na, const struct pl *val)
{
	struct nameaddr n = {0};
	const char *open;
	struct pl rest;
	int err;

	if (!na || !val)
		return EINVAL;

	n.val = *val;
	syntax_trim(&n.val);
	rest = n.val;
	open = angle(&rest);
	if (rest.l && *rest.p == '"')
		err = quoted_name_addr(&n, &rest);
	else if (open)
		err = name_addr(&n, &rest, open);
	else
		err = addr_spec(&n, &rest);
	if (err)
		return err;

	syntax_skip_lws(&rest);
	n.params = rest;
	err = param_check(&n.params);
	if (err)
		return err;

	err = sipuri_decode(&n.uri, &n.addr);
	if (err)
		return err;

	*na = n;

	return 0;
}
