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

struct pl syntax_span(const char *from, const char *to);

/* a blank, or part of a folded line end; inline: asked for each octet */
static inline bool syntax_is_lws(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool syntax_is_token(const struct pl *pl); /* at least one octet */

void syntax_skip_lws(struct pl *rest);
void syntax_trim(struct pl *pl); /* blanks off both ends */
bool syntax_skip_char(struct pl *rest, char c);

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
