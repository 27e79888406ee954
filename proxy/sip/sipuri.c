/**
 * @file sipuri.c  SIP and tel URIs: decode, canonicalise
 *
 * The userinfo ends at the first '@': the grammar has no other one anywhere in
 * a SIP URI, so a second one is refused instead of read in one of two ways.
 * ';' and '?' before it belong to the user (RFC 4475 section 3.1.1.9).
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "proxy/sip/escape.h"
#include "proxy/sip/param.h"
#include "proxy/sip/sipuri.h"
#include "proxy/sip/syntax.h"


/* visible, no delimiter of what surrounds a URI; octets above 127 are not by
 * the letter of the grammar, but in use */
static bool octets_sane(const struct pl *pl)
{
	const char *end = pl->p + pl->l;

	for (const char *p = pl->p; p < end; p++) {
		const uint8_t c = (uint8_t)*p;

		if (c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"')
			return false;
		if (c == '%' && !escape_is(p, end))
			return false;
	}

	return true;
}


static int scheme(struct pl *rest, struct pl *sch)
{
	const char *colon = memchr(rest->p, ':', rest->l);

	if (!colon)
		return EBADMSG;

	*sch = syntax_span(rest->p, colon);
	if (!sch->l || (*sch->p >= '0' && *sch->p <= '9'))
		return EBADMSG;

	for (size_t i = 0; i < sch->l; i++) {
		const char c = sch->p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && c != '+' && c != '-' &&
		    c != '.')
			return EBADMSG;
	}
	*rest = syntax_span(colon + 1, rest->p + rest->l);

	return 0;
}


static void userinfo(struct sipuri *u, struct pl *rest)
{
	const char *at = memchr(rest->p, '@', rest->l);
	const char *colon;

	if (!at)
		return;

	colon = memchr(rest->p, ':', (size_t)(at - rest->p));
	u->user = syntax_span(rest->p, colon ? colon : at);
	if (colon)
		u->password = syntax_span(colon + 1, at);
	*rest = syntax_span(at + 1, rest->p + rest->l);
}


static int params_headers(struct sipuri *u, const struct pl *rest)
{
	const char *end = rest->p + rest->l;
	const char *mark = memchr(rest->p, '?', rest->l);

	u->params = syntax_span(rest->p, mark ? mark : end);
	u->headers = syntax_span(mark ? mark : end, end);
	if (memchr(rest->p, '@', rest->l))
		return EBADMSG;

	return param_check(&u->params);
}


static int sip(struct sipuri *u, struct pl *rest)
{
	int err;

	userinfo(u, rest);
	err = syntax_hostport(rest, &u->host, &u->ipv6, &u->port);
	if (err)
		return err;

	return params_headers(u, rest);
}


static int tel(struct sipuri *u, const struct pl *rest)
{
	const char *end = rest->p + rest->l;
	const char *semi = memchr(rest->p, ';', rest->l);

	u->user = syntax_span(rest->p, semi ? semi : end);
	u->params = syntax_span(semi ? semi : end, end);

	return u->user.l ? param_check(&u->params) : EBADMSG;
}


/**
 * Decode a URI
 *
 * @param u  URI
 * @param pl Text, without <>
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 19.1.1
 */
int sipuri_decode(struct sipuri *u, const struct pl *pl)
{
	struct sipuri uri = {0};
	struct pl rest;
	int err;

	if (!u || !pl)
		return EINVAL;

	rest = *pl;
	if (rest.l > SIPURI_MAX || !octets_sane(&rest))
		return EBADMSG;

	err = scheme(&rest, &uri.scheme);
	if (err)
		return err;

	if (sipuri_is_sip(&uri))
		err = sip(&uri, &rest);
	else if (!pl_strcasecmp(&uri.scheme, "tel"))
		err = tel(&uri, &rest);
	else
		uri.user = rest;
	if (err)
		return err;

	*u = uri;

	return 0;
}


/**
 * Is it a SIP or SIPS URI
 *
 * @param u URI
 *
 * @return true if it is
 */
bool sipuri_is_sip(const struct sipuri *u)
{
	static const struct pl plain = PL("sip"), secure = PL("sips");

	return u && (!pl_casecmp(&u->scheme, &plain) ||
		     !pl_casecmp(&u->scheme, &secure));
}


/**
 * Find a URI parameter by its name
 *
 * @param u    URI
 * @param name Name, without regard to case
 * @param val  Its value, empty if it has none; may be NULL
 *
 * @return 0 if success, ENOENT
 */
int sipuri_param(const struct sipuri *u, const char *name, struct pl *val)
{
	return u ? param_get(&u->params, name, val) : EINVAL;
}


/* RFC 3263 section 4.2: that of the transport; RFC 3261 section 26.2.2: of
 * sips always one that is encrypted */
static uint16_t default_port(const struct sipuri *u)
{
	static const struct {
		const char *transport;
		uint16_t sip, sips;
	} portv[] = {{"tls", 5061, 5061}, {"ws", 80, 443}, {"wss", 443, 443}};
	const bool sips = !pl_strcasecmp(&u->scheme, "sips");
	struct pl transport;

	if (sipuri_param(u, "transport", &transport))
		return sips ? 5061 : 5060;

	for (size_t i = 0; i < ARRAY_SIZE(portv); i++) {
		if (!pl_strcasecmp(&transport, portv[i].transport))
			return sips ? portv[i].sips : portv[i].sip;
	}

	return sips ? 5061 : 5060;
}


/**
 * The address of a numeric host
 *
 * @param u  URI
 * @param sa Address, with its transport's port where none is given
 *
 * @return 0 if success, EINVAL if the host is a name
 */
int sipuri_addr(const struct sipuri *u, struct sa *sa)
{
	if (!u || !sa || !u->host.l)
		return EINVAL;

	return sa_set(sa, &u->host, u->port ? u->port : default_port(u))
		       ? EINVAL
		       : 0;
}


static int unescaped_user(const struct pl *user, char *buf, size_t size,
			  size_t *len)
{
	struct pl rest = *user;
	size_t n = 0;
	int c;

	while ((c = escape_next(&rest, false)) != ESCAPE_END) {
		c &= ~ESCAPE_RESERVED;
		if (c < ' ' || c == 0x7f)
			return EBADMSG;
		if (n >= size)
			return EOVERFLOW;
		buf[n++] = (char)c;
	}
	*len = n;

	return 0;
}


/**
 * The address-of-record that a URI names, in canonical form
 *
 * @param u    URI
 * @param buf  "user@host", or "host" without a user
 * @param size Size of buf
 *
 * @return 0 if success, EBADMSG (a control octet was escaped in the user),
 *         EINVAL (no SIP URI), EOVERFLOW
 *
 * RFC 3261 section 10.3 step 5
 */
int sipuri_aor(const struct sipuri *u, char *buf, size_t size)
{
	size_t n = 0;
	int err;

	if (!buf || !sipuri_is_sip(u))
		return EINVAL;

	err = unescaped_user(&u->user, buf, size, &n);
	if (err)
		return err;
	/* '@', brackets, NUL */
	if (n + u->host.l + 4 > size)
		return EOVERFLOW;

	if (n)
		buf[n++] = '@';
	if (u->ipv6)
		buf[n++] = '[';
	for (size_t i = 0; i < u->host.l; i++) {
		struct pl octet = {u->host.p + i, 1};

		buf[n++] = (char)escape_next(&octet, true);
	}
	if (u->ipv6)
		buf[n++] = ']';
	buf[n] = '\0';

	return 0;
}
