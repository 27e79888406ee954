/**
 * @file ws_text.c  Is it UTF-8? Text frames hold nothing else (RFC 6455, 8.1)
 */
#include "proxy/sip/ws_text.h"


/* RFC 3629 section 4: what may follow a first octet. Shorter spellings of a
 * character, surrogates and what is above U+10FFFF are kept out by the second
 * octet's range. */
static const struct {
	uint8_t first_min, first_max;
	uint8_t second_min, second_max;
	uint8_t more; /* octets after the first */
} shapev[] = {
	{0x00, 0x7f, 0x00, 0x00, 0}, {0xc2, 0xdf, 0x80, 0xbf, 1},
	{0xe0, 0xe0, 0xa0, 0xbf, 2}, {0xe1, 0xec, 0x80, 0xbf, 2},
	{0xed, 0xed, 0x80, 0x9f, 2}, {0xee, 0xef, 0x80, 0xbf, 2},
	{0xf0, 0xf0, 0x90, 0xbf, 3}, {0xf1, 0xf3, 0x80, 0xbf, 3},
	{0xf4, 0xf4, 0x80, 0x8f, 3},
};

enum { SHAPES = sizeof(shapev) / sizeof(shapev[0]) };


/* octets of the first character; 0: it is none */
static size_t character(const uint8_t *p, size_t len)
{
	size_t i = 0, more;

	while (i < SHAPES &&
	       (p[0] < shapev[i].first_min || p[0] > shapev[i].first_max))
		++i;
	if (i == SHAPES)
		return 0;

	more = shapev[i].more;
	if (more >= len)
		return 0;
	if (more &&
	    (p[1] < shapev[i].second_min || p[1] > shapev[i].second_max))
		return 0;
	for (size_t k = 2; k <= more; k++) {
		if ((p[k] & 0xc0) != 0x80)
			return 0;
	}

	return more + 1;
}


/**
 * Is it UTF-8?
 *
 * @param p   Octets
 * @param len How many
 *
 * @return True if so, also of none
 */
bool ws_text_is_utf8(const uint8_t *p, size_t len)
{
	while (len) {
		const size_t n = character(p, len);

		if (!n)
			return false;
		p += n;
		len -= n;
	}

	return true;
}
