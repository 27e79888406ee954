/**
 * @file pattern.c  Patterns of telephone numbers
 *
 * A pattern becomes a set of characters for each position, so matching is one
 * pass and one pattern can be compared with another.
 */
#include <errno.h>
#include <string.h>
#include "common/pattern.h"


enum {
	BIT_STAR = 1 << 10,
	BIT_HASH = 1 << 11,
	BIT_PLUS = 1 << 12,
	BITS_DIGIT = (1 << 10) - 1,
};


static uint16_t bit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (uint16_t)(1 << (c - '0'));

	return c == '*' ? BIT_STAR : c == '#' ? BIT_HASH : 0;
}


static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}


/* "[1-35*]": the mask, and the text behind it; NULL: malformed */
static const char *read_class(uint16_t *mask, const char *s)
{
	*mask = 0;

	for (; *s && *s != ']'; s++) {
		if (!bit_of(*s))
			return NULL;

		*mask |= bit_of(*s);
		if (s[1] != '-')
			continue;

		if (!is_digit(s[0]) || !is_digit(s[2]) || s[2] < s[0])
			return NULL;
		for (char c = s[0]; c <= s[2]; c++)
			*mask |= bit_of(c);
		s += 2;
	}

	return *s && *mask ? s + 1 : NULL;
}


/* one position; NULL: malformed */
static const char *read_one(uint16_t *mask, const char *s, bool first)
{
	switch (*s) {
	case '+':
		*mask = BIT_PLUS;
		return first ? s + 1 : NULL;

	case '?':
		*mask = BITS_DIGIT;
		return s + 1;

	case '[':
		return read_class(mask, s + 1);

	case '*': /* at the end it is the rest */
		return NULL;

	default:
		*mask = bit_of(*s);
		return *mask ? s + 1 : NULL;
	}
}


/**
 * Read a pattern
 *
 * @param p    Pattern, written only on success
 * @param text Text
 *
 * @return 0 if success, EBADMSG if it is none, ERANGE if it is too long
 */
int pattern_decode(struct pattern *p, const char *text)
{
	struct pattern q = {.len = 0};
	const char *s = text;

	if (!p || !text || !*text)
		return EBADMSG;

	while (*s) {
		if (s[0] == '*' && !s[1]) {
			q.rest = true;
			break;
		}
		if (q.len == PATTERN_LEN_MAX)
			return ERANGE;

		s = read_one(&q.maskv[q.len], s, s == text);
		if (!s)
			return EBADMSG;
		++q.len;
	}

	*p = q;

	return 0;
}


/**
 * Does a number fit?
 *
 * @param p      Pattern
 * @param number Number without visual separators
 *
 * @return true if it does
 */
bool pattern_match(const struct pattern *p, const struct pl *number)
{
	if (!p || !number || number->l < p->len)
		return false;

	if (number->l > p->len && !p->rest)
		return false;

	for (size_t i = 0; i < p->len; i++) {
		const char c = number->p[i];
		const uint16_t bit = c == '+' ? BIT_PLUS : bit_of(c);

		if (!(p->maskv[i] & bit))
			return false;
	}

	return true;
}


/**
 * Does one pattern leave nothing for another?
 *
 * @param a Pattern that is asked first
 * @param b Pattern behind it
 *
 * @return true if every number of b fits a
 */
bool pattern_covers(const struct pattern *a, const struct pattern *b)
{
	if (!a || !b || b->len < a->len)
		return false;

	if (!a->rest && (b->rest || b->len > a->len))
		return false;

	for (size_t i = 0; i < a->len; i++) {
		if (b->maskv[i] & ~a->maskv[i])
			return false;
	}

	return true;
}
