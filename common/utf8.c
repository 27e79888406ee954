/**
 * @file utf8.c  Characters of UTF-8, and what is none
 */
#include <string.h>
#include "common/utf8.h"


/**
 * How long a character is
 *
 * @param p    Its first octet
 * @param left Octets that can be read, at least one
 *
 * @return Octets, 0: it is no character
 *
 * RFC 3629
 */
size_t utf8_len(const uint8_t *p, size_t left)
{
	const size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	uint32_t c;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;

	c = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		/* a zero at the end is none of these */
		if (i >= left || (p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}

	if ((n == 3 && c < 0x800) || (n == 4 && c < 0x10000) || c > 0x10ffff ||
	    (c >= 0xd800 && c <= 0xdfff))
		return 0;

	return n;
}


/**
 * The octets of the first characters of a text
 *
 * @param text  Text; of what is no character each octet is one
 * @param len   Octets of it
 * @param chars Characters
 *
 * @return Octets, len where it has no more characters
 */
size_t utf8_cut(const char *text, size_t len, unsigned chars)
{
	size_t pos = 0;

	for (; pos < len && chars; chars--) {
		const size_t n = utf8_len((const uint8_t *)text + pos,
					  len - pos);

		pos += n ? n : 1;
	}

	return pos;
}


/**
 * Count the characters of a text
 *
 * @param text Text; of what is no character each octet is one
 *
 * @return Their number
 */
unsigned utf8_count(const char *text)
{
	const size_t len = strlen(text);
	unsigned n = 0;

	for (size_t pos = 0; pos < len; n++)
		pos += utf8_cut(text + pos, len - pos, 1);

	return n;
}
