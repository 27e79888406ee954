/**
 * @file quote.c  Text of strangers, made fit for one line of a log
 *
 * A value stands bare when it is plain text, else in quotes with backslash
 * escapes; what is no valid UTF-8, and control characters of either kind,
 * become \xHH, so no peer can forge a line, a key or a terminal sequence.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "common/quote.h"
#include "common/utf8.h"


struct text {
	char *buf;
	size_t len;
};


/* whole or not at all */
static bool put(struct text *text, const char *p, size_t len, size_t end)
{
	if (text->len + len > end)
		return false;

	memcpy(text->buf + text->len, p, len);
	text->len += len;

	return true;
}


/* octets of the character at p, which is none of ASCII; 0: it is none, or one
 * that a terminal obeys */
static size_t harmless_len(const uint8_t *p, size_t left)
{
	const size_t n = utf8_len(p, left);

	/* C1 controls */
	if (n == 2 && p[0] == 0xc2 && p[1] < 0xa0)
		return 0;

	/* line and paragraph separators, marks that turn the direction:
	 * U+2028 to U+202E, U+2066 to U+2069 */
	if (n == 3 && p[0] == 0xe2 &&
	    ((p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae) ||
	     (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)))
		return 0;

	return n;
}


/* how the character at p is written in quotes; returns the octets it has */
static size_t escape(char out[4], size_t *outlen, const uint8_t *p,
		     size_t left)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 1;

	*outlen = 2;
	out[0] = '\\';

	if (p[0] == '"' || p[0] == '\\') {
		out[1] = (char)p[0];
	}
	else if (p[0] == '\n' || p[0] == '\r' || p[0] == '\t') {
		out[1] = p[0] == '\n' ? 'n' : p[0] == '\r' ? 'r' : 't';
	}
	else if (p[0] >= ' ' && p[0] < 0x7f) {
		out[0] = (char)p[0];
		*outlen = 1;
	}
	else if (p[0] >= 0x80 && (n = harmless_len(p, left)) > 0) {
		memcpy(out, p, n);
		*outlen = n;
	}
	else {
		n = 1;
		out[1] = 'x';
		out[2] = hex[p[0] >> 4];
		out[3] = hex[p[0] & 15];
		*outlen = 4;
	}

	return n;
}


static bool is_plain(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t n = 1;

		if (p[i] >= 0x80)
			n = harmless_len(p + i, len - i);
		else if (p[i] <= ' ' || p[i] == 0x7f || p[i] == '"' ||
			 p[i] == '=' || p[i] == '\\')
			return false;

		if (!n)
			return false;
		i += n;
	}

	return len > 0;
}


/* bare: no quotes are around it, and those in it are themselves */
static void put_escaped(struct text *text, const uint8_t *p, size_t len,
			size_t end, bool bare)
{
	for (size_t i = 0; i < len;) {
		char out[4];
		size_t outlen, n = escape(out, &outlen, p + i, len - i);

		if (bare && (p[i] == '"' || p[i] == '\\')) {
			out[0] = (char)p[i];
			outlen = 1;
		}
		if (!put(text, out, outlen, end)) {
			(void)put(text, "...", 3, end + 3);
			break;
		}
		i += n;
	}
}


/**
 * Write text as a value, cut with "..." where it does not fit
 *
 * @param buf  Result, not ended by a zero
 * @param size Room, octets; nothing is written below QUOTE_SIZE_MIN
 * @param s    Text
 * @param len  Its octets
 *
 * @return Octets written, at most size
 */
size_t quote_text(char *buf, size_t size, const char *s, size_t len)
{
	const uint8_t *p = (const uint8_t *)s;
	struct text text = {.buf = buf, .len = 0};
	size_t end;
	bool quoted;

	if (size < QUOTE_SIZE_MIN)
		return 0;

	/* what lies beyond is cut in any case */
	if (len > size)
		len = size;

	end = size - strlen("...\"");
	quoted = !is_plain(p, len);
	if (quoted)
		(void)put(&text, "\"", 1, end);

	put_escaped(&text, p, len, end, false);

	if (quoted)
		(void)put(&text, "\"", 1, size);

	return text.len;
}


/**
 * Write text where it ends by other means than quotes
 *
 * Blanks, quotes and backslashes are themselves; what is no text is escaped.
 *
 * @param buf  Result, not ended by a zero
 * @param size Room, octets; nothing is written below QUOTE_SIZE_MIN
 * @param s    Text
 * @param len  Its octets
 *
 * @return Octets written, at most size
 */
size_t quote_bare(char *buf, size_t size, const char *s, size_t len)
{
	struct text text = {.buf = buf, .len = 0};

	if (size < QUOTE_SIZE_MIN)
		return 0;

	put_escaped(&text, (const uint8_t *)s, len > size ? size : len,
		    size - strlen("..."), true);

	return text.len;
}
