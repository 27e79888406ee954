/**
 * @file config_text.c  What libconfuse's lexer may see
 *
 * libconfuse 3.3 counts a comment as three lines, stays inside a string that
 * ended with its file (also for the next file), puts in environment variables
 * and skips characters it does not know. So comments become blanks here, and
 * the rest is refused with its line before libconfuse reads it.
 */
#include <errno.h>
#include <string.h>
#include "common/config_draft.h"


struct cursor {
	struct config_draft *d;
	char *p;
	uint32_t line;
	uint32_t depth;     /* open braces */
	uint32_t open_line; /* of the outermost one */
};


static void blank(struct cursor *c, const char *end)
{
	for (; c->p < end; c->p++) {
		if (*c->p == '\n')
			++c->line;
		else
			*c->p = ' ';
	}
}


static void line_comment(struct cursor *c)
{
	blank(c, c->p + strcspn(c->p, "\n"));
}


static void block_comment(struct cursor *c)
{
	uint32_t line = c->line;
	const char *end = strstr(c->p + 2, "*/");

	if (!end)
		config_fault(c->d, line,
			     "comment without end, expected \"*/\"");

	blank(c, end ? end + 2 : c->p + strlen(c->p));
}


/* after a string: an equal sign would make it a key */
static bool before_equal(const char *p)
{
	p += strspn(p, " \t\r\n");

	return *p == '=' || (*p == '+' && p[1] == '=');
}


/* one octet, or an escape, of a string; NULL: as it should be */
static const char *string_fault(const char *p, char quote)
{
	if (*p == '\\' && p[1] != '\\' && p[1] != quote)
		return "unknown escape, expected \\\\ or an escaped quote";

	if (*p == '$' && p[1] == '{')
		return "\"${\" in a value, expected the value itself: "
		       "variables are not put in";

	if (((uint8_t)*p < ' ' && *p != '\t') || *p == 0x7f)
		return "control character in a string, expected text";

	return NULL;
}


static void string(struct cursor *c)
{
	char quote = *c->p++;
	const char *why = NULL;

	for (; *c->p && *c->p != '\n' && *c->p != quote; c->p++) {
		if (!why)
			why = string_fault(c->p, quote);

		if (*c->p == '\\' && (c->p[1] == '\\' || c->p[1] == quote))
			++c->p;
	}

	if (*c->p != quote)
		why = "string without end, expected a closing quote in "
		      "this line";
	else
		++c->p;

	if (!why && before_equal(c->p))
		why = "key in quotes, expected KEY = VALUE";

	if (why)
		config_fault(c->d, c->line, "%s", why);
}


static bool is_plain(const char *p)
{
	if (*p == '+')
		return p[1] == '=';

	return (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
	       (*p >= '0' && *p <= '9') || strchr(" \t{}(),=_-.:/@~%", *p);
}


/* libconfuse takes a file's end for that of its sections */
static void brace(struct cursor *c)
{
	if (*c->p == '{' && !c->depth++)
		c->open_line = c->line;
	else if (*c->p == '}' && c->depth)
		--c->depth;
}


static void other(struct cursor *c)
{
	uint8_t ch = (uint8_t)*c->p;

	brace(c);
	if (ch == '\n')
		++c->line;
	else if (ch == '\r' && c->p[1] == '\n')
		*c->p = ' ';
	else if (!is_plain(c->p) && ch > ' ' && ch < 0x7f)
		config_fault(c->d, c->line,
			     "unexpected \"%c\", expected KEY = VALUE with "
			     "the value in quotes",
			     ch);
	else if (!is_plain(c->p))
		config_fault(c->d, c->line,
			     "unexpected octet 0x%02x, expected ASCII "
			     "outside quotes and comments",
			     ch);

	++c->p;
}


/**
 * Blank out the comments, refuse what libconfuse would misread
 *
 * @param d    Draft, gets the faults
 * @param text Text, changed in place; no line moves
 *
 * @return 0 if success, otherwise errorcode
 */
int config_text_clean(struct config_draft *d, char *text)
{
	struct cursor c = {.d = d, .p = text, .line = 1};
	uint32_t before = d->faults;

	while (*c.p) {
		if (*c.p == '#' || (c.p[0] == '/' && c.p[1] == '/'))
			line_comment(&c);
		else if (c.p[0] == '/' && c.p[1] == '*')
			block_comment(&c);
		else if (*c.p == '"' || *c.p == '\'')
			string(&c);
		else
			other(&c);
	}

	if (c.depth)
		config_fault(d, c.open_line,
			     "brace without end, expected \"}\"");

	return d->faults == before ? 0 : EBADMSG;
}
