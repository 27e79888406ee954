/**
 * @file syntax.c  Tokens, blanks, quotes, hosts and numbers of SIP
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/syntax.h"


enum {
	T = SYNTAX_TOKEN,
	A = SYNTAX_TOKEN | SYNTAX_HOST,
	X = SYNTAX_TOKEN | SYNTAX_HOST | SYNTAX_XDIGIT, /* digits, A to F */
	E = SYNTAX_ENDS_PARAM,
	V = SYNTAX_VALUE,
	EV = SYNTAX_ENDS_PARAM | SYNTAX_VALUE,
};

const uint8_t syntax_classv[256] = {
	['\0'] = E,        ['\t'] = EV,       ['\n'] = EV,
	['\r'] = EV,       [' '] = EV,        ['"'] = EV,
	['<'] = EV,        ['>'] = EV,        [','] = EV,
	['\\'] = V,        ['('] = V,         [')'] = V,
	[';'] = E,         ['?'] = E,         ['!'] = T,
	['%'] = T,         ['*'] = T,         ['+'] = T,
	['\''] = T,        ['`'] = T,         ['~'] = T,
	['-'] = A,         ['.'] = A,         ['_'] = A,
	['0' ... '9'] = X, ['A' ... 'F'] = X, ['G' ... 'Z'] = A,
	['a' ... 'f'] = X, ['g' ... 'z'] = A,
};


/**
 * Is it a token, whole
 *
 * @param pl Text
 *
 * @return true if it is one
 */
bool syntax_is_token(const struct pl *pl)
{
	return pl->l > 0 && syntax_run(pl, SYNTAX_TOKEN) == pl->l;
}


/**
 * Take a quoted string off the front
 *
 * @param rest   Text that begins with a quote
 * @param quoted The string with its quotes, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int syntax_quoted(struct pl *rest, struct pl *quoted)
{
	if (!rest->l || *rest->p != '"')
		return EBADMSG;

	for (size_t i = 1; i < rest->l; i++) {
		if (rest->p[i] == '\\') {
			++i;
			continue;
		}
		if (rest->p[i] != '"')
			continue;
		if (quoted)
			*quoted = syntax_span(rest->p, rest->p + i + 1);
		syntax_advance(rest, i + 1);
		return 0;
	}

	return EBADMSG;
}


/**
 * Take a token off the front
 *
 * @param rest  Text
 * @param token The token, empty if there is none
 */
void syntax_token(struct pl *rest, struct pl *token)
{
	syntax_take(rest, token, syntax_run(rest, SYNTAX_TOKEN));
}


/* characters only: RFC 5118 section 4.1 wants ":::" before an embedded IPv4
 * tolerated, so whether it is an address is found out when it is used */
static int ipv6_reference(struct pl *rest, struct pl *host)
{
	size_t i = 1, colons = 0;

	while (i < rest->l && rest->p[i] != ']') {
		const char c = rest->p[i];

		if (c == ':')
			++colons;
		else if (!syntax_is(c, SYNTAX_XDIGIT) && c != '.')
			return EBADMSG;
		++i;
	}
	if (i >= rest->l || colons < 2 || i > SYNTAX_HOST_MAX)
		return EBADMSG;

	*host = syntax_span(rest->p + 1, rest->p + i);
	syntax_advance(rest, i + 1);

	return 0;
}


/* RFC 3261 hostname, with the underscore that real networks use */
static int hostname(struct pl *rest, struct pl *host)
{
	const size_t n = syntax_run(rest, SYNTAX_HOST);

	if (!n || n > SYNTAX_HOST_MAX)
		return EBADMSG;

	syntax_take(rest, host, n);

	return 0;
}


static int port_number(struct pl *rest, uint16_t *port)
{
	struct pl digits = *rest;
	uint32_t n = 0;

	digits.l = 0;
	while (digits.l < rest->l && rest->p[digits.l] >= '0' &&
	       rest->p[digits.l] <= '9')
		++digits.l;

	if (syntax_u32(&n, &digits, 65535) || !n)
		return EBADMSG;

	syntax_advance(rest, digits.l);
	*port = (uint16_t)n;

	return 0;
}


/**
 * Take a host and, where one follows, a port off the front
 *
 * @param rest Text
 * @param host Host, IPv6 without its brackets
 * @param ipv6 True if it stood in brackets
 * @param port Port, 0 if none
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 25.1; RFC 5118
 */
int syntax_hostport(struct pl *rest, struct pl *host, bool *ipv6,
		    uint16_t *port)
{
	struct pl r = *rest, behind;
	int err;

	*port = 0;
	*ipv6 = r.l && *r.p == '[';
	err = *ipv6 ? ipv6_reference(&r, host) : hostname(&r, host);
	if (err)
		return err;

	behind = r;
	syntax_skip_lws(&behind);
	if (syntax_skip_char(&behind, ':')) {
		syntax_skip_lws(&behind);
		err = port_number(&behind, port);
		if (err)
			return err;
		r = behind;
	}
	*rest = r;

	return 0;
}


/**
 * A decimal number that neither wraps nor takes anything but digits
 *
 * @param n      Number
 * @param digits Text
 * @param max    Highest number allowed
 *
 * @return 0 if success, EBADMSG if there are other octets or none, ERANGE
 */
int syntax_u32(uint32_t *n, const struct pl *digits, uint32_t max)
{
	uint64_t v = 0;

	for (size_t i = 0; i < digits->l; i++) {
		const char c = digits->p[i];

		if (c < '0' || c > '9')
			return EBADMSG;
		if (v <= max)
			v = v * 10 + (uint64_t)(c - '0');
	}
	if (!digits->l)
		return EBADMSG;
	if (v > max)
		return ERANGE;

	*n = (uint32_t)v;

	return 0;
}
