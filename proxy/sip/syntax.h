/**
 * @file syntax.h  What RFC 3261 section 25 calls token, LWS, host, quoted
 *
 * Linear steps over a slice: each takes what it names off the front of
 * *rest. Line ends count as blanks: the guard left only folded ones.
 */
#ifndef PROXY_SIP_SYNTAX_H
#define PROXY_SIP_SYNTAX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <re.h>

enum { SYNTAX_HOST_MAX = 255 };

/** What an octet is; several may be true */
enum syntax_class {
	SYNTAX_TOKEN = 1,
	SYNTAX_HOST = 2, /* with the underscore that real networks use */
	SYNTAX_XDIGIT = 4,
	SYNTAX_ENDS_PARAM = 8, /* it ends a name or value of a parameter */
	SYNTAX_VALUE = 16,     /* it may matter to where a value ends */
};

extern const uint8_t syntax_classv[256];

/* inline: these are asked for each octet, or some hundred times a message */
static inline bool syntax_is(char c, unsigned classes)
{
	return syntax_classv[(uint8_t)c] & classes;
}


/* how many octets of that kind it begins with */
static inline size_t syntax_run(const struct pl *pl, unsigned classes)
{
	size_t n = 0;

	while (n < pl->l && syntax_is(pl->p[n], classes))
		++n;

	return n;
}


/* a slice by its two ends */
static inline struct pl syntax_span(const char *from, const char *to)
{
	struct pl pl = {from, (size_t)(to - from)};

	return pl;
}


/* n is not more than there is */
static inline void syntax_advance(struct pl *rest, size_t n)
{
	rest->p += n;
	rest->l -= n;
}


static inline void syntax_take(struct pl *rest, struct pl *taken, size_t n)
{
	taken->p = rest->p;
	taken->l = n;
	syntax_advance(rest, n);
}


/* a blank, or part of a folded line end */
static inline bool syntax_is_lws(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


static inline void syntax_skip_lws(struct pl *rest)
{
	while (rest->l && syntax_is_lws(*rest->p))
		syntax_advance(rest, 1);
}


/* blanks off both ends */
static inline void syntax_trim(struct pl *pl)
{
	syntax_skip_lws(pl);
	while (pl->l && syntax_is_lws(pl->p[pl->l - 1]))
		--pl->l;
}


/* false: that octet is not the next one */
static inline bool syntax_skip_char(struct pl *rest, char c)
{
	if (!rest->l || *rest->p != c)
		return false;

	syntax_advance(rest, 1);

	return true;
}

bool syntax_is_token(const struct pl *pl); /* at least one octet */

/* "..." with its quotes; EBADMSG where the closing one is missing */
int syntax_quoted(struct pl *rest, struct pl *quoted);

/* token characters, possibly none */
void syntax_token(struct pl *rest, struct pl *token);

/* host [":" port], IPv6 in brackets; blanks around the colon as in Via */
int syntax_hostport(struct pl *rest, struct pl *host, bool *ipv6,
		    uint16_t *port);

/* digits only, of any length: EBADMSG, ERANGE above max */
int syntax_u32(uint32_t *n, const struct pl *digits, uint32_t max);

#endif
