/**
 * @file syntax.c  Tokens, blanks, quotes, hosts and numbers of SIP
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/syntax.h"


static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}


static bool is_token_char(char c)
{
	return is_alnum(c) || (c && strchr("-.!%*_+`'~", c));
}


static bool is_xdigit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}


/**
 * A slice by its two ends
 *
 * @param from First octet
 * @param to   Behind the last octet
 *
 * @return The slice
 */
struct pl syntax_span(const char *from, const char *to)
{
	struct pl pl = {from, (size_t)(to - from)};

	return pl;
}


/**
 * Is it a token, whole
 *
 * @param pl Text
 *
 * @return true if it is one
 */
bool syntax_is_token(const struct pl *pl)
{
	for (size_t i = 0; i < pl->l; i++) {
		if (!is_token_char(pl->p[i]))
			return false;
	}

	return pl->l > 0;
}


/**
 * Take blanks off the front
 *
 * @param rest Text
 */
void syntax_skip_lws(struct pl *rest)
{
	while (rest->l && syntax_is_lws(*rest->p)) {
		++rest->p;
		--rest->l;
	}
}


/**
 * Take blanks off both ends
 *
 * @param pl Text
 */
void syntax_trim(struct pl *pl)
{
	syntax_skip_lws(pl);
	while (pl->l && syntax_is_lws(pl->p[pl->l - 1]))
		--pl->l;
}


/**
 * Take one octet off the front if it is there
 *
 * @param rest Text
 * @param c    The octet
 *
 * @return true if it was there
 */
bool syntax_skip_char(struct pl *rest, char c)
{
	if (!rest->l || *rest->p != c)
		return false;

	++rest->p;
	--rest->l;

	return true;
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
		pl_advance(rest, (ssize_t)i + 1);
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
	size_t i = 0;

	while (i < rest->l && is_token_char(rest->p[i]))
		++i;

	*token = syntax_span(rest->p, rest->p + i);
	pl_advance(rest, (ssize_t)i);
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
		else if (!is_xdigit(c) && c != '.')
			return EBADMSG;
		++i;
	}
	if (i >= rest->l || colons < 2 || i > SYNTAX_HOST_MAX)
		return EBADMSG;

	*host = syntax_span(rest->p + 1, rest->p + i);
	pl_advance(rest, (ssize_t)i + 1);

	return 0;
}


/* RFC 3261 hostname, with the underscore that real networks use */
static int hostname(struct pl *rest, struct pl *host)
{
	size_t i = 0;

	while (i < rest->l && (is_alnum(rest->p[i]) || rest->p[i] == '.' ||
			       rest->p[i] == '-' || rest->p[i] == '_'))
		++i;

	if (!i || i > SYNTAX_HOST_MAX)
		return EBADMSG;

	*host = syntax_span(rest->p, rest->p + i);
	pl_advance(rest, (ssize_t)i);

	return 0;
}


static int port_number(struct pl *rest, uint16_t *port)
{
	struct pl digits;
	uint32_t n = 0;
	size_t i = 0;

	while (i < rest->l && rest->p[i] >= '0' && rest->p[i] <= '9')
		++i;

	digits = syntax_span(rest->p, rest->p + i);
	if (syntax_u32(&n, &digits, 65535) || !n)
		return EBADMSG;

	pl_advance(rest, (ssize_t)i);
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
