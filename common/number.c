/**
 * @file number.c  Telephone numbers as people write them
 */
#include <errno.h>
#include <string.h>
#include "common/number.h"


enum { USER_MAX = 2 * NUMBER_MAX }; /* with its separators */


static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}


/* what a number is dialled with */
static bool is_key(char c)
{
	return is_digit(c) || c == '*' || c == '#';
}


static bool is_separator(char c)
{
	return c == '-' || c == '.' || c == '(' || c == ')' || c == ' ';
}


static int hex(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);

	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


/* the next character of a user part, an escape resolved; -1: a bad one */
static int next_char(const struct pl *user, size_t *i)
{
	const char c = user->p[(*i)++];
	int hi, lo;

	if (c != '%')
		return (unsigned char)c;

	if (user->l - *i < 2)
		return -1;

	hi = hex(user->p[*i]);
	lo = hex(user->p[*i + 1]);
	*i += 2;

	return hi < 0 || lo < 0 ? -1 : hi * 16 + lo;
}


/**
 * Read a number as people write it
 *
 * @param num  Number: digits, * and #, a plus in front; written only on
 *             success
 * @param text Text
 *
 * @return 0 if success, ENOENT if it is no number
 */
int number_read(char num[NUMBER_MAX], const struct pl *text)
{
	char buf[NUMBER_MAX];
	bool digit = false;
	size_t n = 0;

	if (!num || !text)
		return EINVAL;

	for (size_t i = 0; i < text->l; i++) {
		const char c = text->p[i];

		if (is_separator(c))
			continue;
		if ((!is_key(c) && !(c == '+' && !n)) || n + 1 >= sizeof(buf))
			return ENOENT;

		digit |= is_digit(c);
		buf[n++] = c;
	}
	if (!digit)
		return ENOENT;

	buf[n] = '\0';
	memcpy(num, buf, n + 1);

	return 0;
}


/**
 * Read the number in a URI's user part
 *
 * @param num  Number, as of number_read()
 * @param user User part, as it stands in the URI
 *
 * @return 0 if success, ENOENT if it is no number
 */
int number_canonical(char num[NUMBER_MAX], const struct pl *user)
{
	char buf[USER_MAX];
	struct pl text = {.p = buf, .l = 0};

	if (!num || !user)
		return EINVAL;

	for (size_t i = 0; i < user->l;) {
		const int c = next_char(user, &i);

		if (c == ';')
			break;
		if (c < 0 || text.l >= sizeof(buf))
			return ENOENT;

		buf[text.l++] = (char)c;
	}

	return number_read(num, &text);
}


/**
 * Rewrite a number
 *
 * @param out Number, may be num itself
 * @param num Number
 * @param rw  What is taken off and put there
 *
 * @return 0 if success, ERANGE if nothing would be left, or too much
 */
int number_rewrite(char out[NUMBER_MAX], const char *num,
		   const struct config_rewrite *rw)
{
	char buf[NUMBER_MAX];

	if (!out || !num || !rw)
		return EINVAL;

	if (strlen(num) < rw->strip)
		return ERANGE;

	if (re_snprintf(buf, sizeof(buf), "%s%s", rw->add, num + rw->strip) <
		    0 ||
	    !buf[0])
		return ERANGE;

	(void)str_ncpy(out, buf, NUMBER_MAX);

	return 0;
}


/* one of the words, as a pattern whose rest is anything */
static bool begins_with(const char *num, const char *word, size_t len)
{
	char text[PATTERN_TEXT_MAX];
	struct pattern p;
	struct pl pl;

	if (len + 2 > sizeof(text))
		return false;

	memcpy(text, word, len);
	text[len] = '*';
	text[len + (word[len - 1] != '*')] = '\0';
	if (pattern_decode(&p, text))
		return false;

	pl_set_str(&pl, num);

	return pattern_match(&p, &pl);
}


/**
 * May that number be called?
 *
 * A word that is no pattern allows nothing.
 *
 * @param num   Number, canonical
 * @param allow Beginnings of numbers, with blanks between; "": each
 *
 * @return true if it may
 */
bool number_allowed(const char *num, const char *allow)
{
	bool any = false;

	if (!num || !allow)
		return false;

	while (*allow) {
		const size_t len = strcspn(allow, " \t,");

		any |= len > 0;
		if (len && begins_with(num, allow, len))
			return true;
		allow += len + (allow[len] != '\0');
	}

	return !any;
}
