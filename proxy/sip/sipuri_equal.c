/**
 * @file sipuri_equal.c  Which URIs are equivalent (RFC 3261 section 19.1.4)
 */
#include <string.h>
#include "proxy/sip/escape.h"
#include "proxy/sip/param.h"
#include "proxy/sip/sipuri.h"
#include "proxy/sip/syntax.h"


enum { COMPARED_MAX = 32 };


static bool same_text(const struct pl *a, const struct pl *b, bool fold)
{
	struct pl ra = *a, rb = *b;
	int ca, cb;

	do {
		ca = escape_next(&ra, fold);
		cb = escape_next(&rb, fold);
	} while (ca == cb && ca != ESCAPE_END);

	return ca == cb;
}


/* those that never match their own absence */
static bool param_weighs(const struct pl *name)
{
	static const char *const namev[] = {"user", "ttl", "method", "maddr",
					    "transport"};

	for (size_t i = 0; i < ARRAY_SIZE(namev); i++) {
		if (!pl_strcasecmp(name, namev[i]))
			return true;
	}

	return false;
}


/* false: name is there, with another value */
static bool param_fits(const struct param *pm, const struct pl *params)
{
	struct pl rest = *params;
	struct param other;

	for (size_t n = 0; n < COMPARED_MAX; n++) {
		if (param_next(&other, &rest))
			break;
		if (same_text(&other.name, &pm->name, true))
			return same_text(&other.val, &pm->val, true);
	}

	return !param_weighs(&pm->name);
}


/* one direction of it. COMPARED_MAX keeps the product of both lists small: a
 * longer one equals nothing, in the other direction if not in this */
static bool params_fit(const struct pl *a, const struct pl *b)
{
	struct pl rest = *a;
	struct param pm;
	size_t n = 0;

	while (!param_next(&pm, &rest)) {
		if (++n > COMPARED_MAX || !param_fits(&pm, b))
			return false;
	}

	return true;
}


static bool next_header(struct pl *rest, struct pl *hdr)
{
	const char *amp;

	if (rest->l < 2)
		return false;

	pl_advance(rest, 1);
	amp = memchr(rest->p, '&', rest->l);
	*hdr = syntax_span(rest->p, amp ? amp : rest->p + rest->l);
	pl_advance(rest, (ssize_t)hdr->l);

	return true;
}


static bool header_in(const struct pl *hdr, const struct pl *headers)
{
	struct pl rest = *headers, other;

	for (size_t n = 0; n < COMPARED_MAX && next_header(&rest, &other);
	     n++) {
		if (same_text(&other, hdr, true))
			return true;
	}

	return false;
}


static bool headers_in(const struct pl *a, const struct pl *b)
{
	struct pl rest = *a, hdr;
	size_t n = 0;

	while (next_header(&rest, &hdr)) {
		if (++n > COMPARED_MAX || !header_in(&hdr, b))
			return false;
	}

	return true;
}


/* an IPv6 address has many spellings (RFC 5118 section 4.2) */
static bool same_host(const struct sipuri *a, const struct sipuri *b)
{
	struct sa sa, sb;

	if (a->ipv6 != b->ipv6)
		return false;
	if (!a->ipv6 || sa_set(&sa, &a->host, 0) || sa_set(&sb, &b->host, 0))
		return !pl_casecmp(&a->host, &b->host);

	return sa_cmp(&sa, &sb, SA_ADDR);
}


/**
 * Are two URIs equivalent
 *
 * @param a URI
 * @param b Other URI
 *
 * @return true if they are
 *
 * RFC 3261 section 19.1.4
 */
bool sipuri_equal(const struct sipuri *a, const struct sipuri *b)
{
	if (!a || !b)
		return false;

	return !pl_casecmp(&a->scheme, &b->scheme) &&
	       same_text(&a->user, &b->user, false) &&
	       same_text(&a->password, &b->password, false) &&
	       same_host(a, b) && a->port == b->port &&
	       params_fit(&a->params, &b->params) &&
	       params_fit(&b->params, &a->params) &&
	       headers_in(&a->headers, &b->headers) &&
	       headers_in(&b->headers, &a->headers);
}
