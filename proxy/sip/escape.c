/**
 * @file escape.c  %41: octets of URIs that are written with two digits
 */
#include <string.h>
#include "proxy/sip/escape.h"


static int xdigit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;

	return -1;
}


/**
 * Is it an escaped octet
 *
 * @param p   Text
 * @param end Its end
 *
 * @return true if it is
 */
bool escape_is(const char *p, const char *end)
{
	return end - p >= 3 && *p == '%' && xdigit(p[1]) >= 0 &&
	       xdigit(p[2]) >= 0;
}


/**
 * Take one octet off the front of a text
 *
 * @param rest Text
 * @param fold Without regard to case
 *
 * @return The octet, with ESCAPE_RESERVED where it is a reserved character
 *         that was escaped; ESCAPE_END
 *
 * RFC 3261 section 19.1.4
 */
int escape_next(struct pl *rest, bool fold)
{
	int c;

	if (!rest->l)
		return ESCAPE_END;

	if (!escape_is(rest->p, rest->p + rest->l)) {
		c = (uint8_t)*rest->p;
		pl_advance(rest, 1);
	}
	else {
		c = xdigit(rest->p[1]) << 4 | xdigit(rest->p[2]);
		pl_advance(rest, 3);
		if (!c || strchr(";/?:@&=+$,", c))
			return c | ESCAPE_RESERVED;
	}

	return fold && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}
