/**
 * @file secrecy.c  What nobody is shown of a message: answers, keys, passwords
 */
#include <re.h>
#include <string.h>
#include <strings.h>
#include "proxy/admin/trace/secrecy.h"


/** A piece of the message that is changed */
struct piece {
	char *p;
	size_t l;
};

/** What a line begins with, and what is hidden of it */
static const struct {
	const char *start;
	const char *ends; /* the secret ends at one of these */
	const char *mark; /* ... and begins behind each of these words; NULL:
			   * behind the start */
	bool header;      /* goes on in lines that begin with a blank */
} secretv[] = {
	{"Authorization:", "\",; \t\r\n", "response", true},
	{"Proxy-Authorization:", "\",; \t\r\n", "response", true},
	{"Authentication-Info:", "\",; \t\r\n", "rspauth", true},
	{"Proxy-Authentication-Info:", "\",; \t\r\n", "rspauth", true},
	{"a=crypto:", "|; \t\r\n", "inline:", false},
	{"a=ice-pwd:", " \t\r\n", NULL, false},
	{"a=key-mgmt:", "\r\n", NULL, false},
	{"k=", "\r\n", NULL, false},
};


static void advance(struct piece *s, size_t n)
{
	s->p += n;
	s->l -= n;
}


/* with what continues it, if it is a header */
static struct piece line_of(const struct piece *rest, bool header)
{
	struct piece line = *rest;
	size_t n = 0;

	for (;;) {
		const char *end = memchr(rest->p + n, '\n', rest->l - n);

		n = end ? (size_t)(end - rest->p) + 1 : rest->l;
		if (!header || n >= rest->l ||
		    (rest->p[n] != ' ' && rest->p[n] != '\t'))
			break;
	}
	line.l = n;

	return line;
}


static void star(struct piece *s, const char *ends)
{
	while (s->l && !(*s->p && strchr(ends, *s->p))) {
		*s->p = '*';
		advance(s, 1);
	}
}


static void skip(struct piece *s, const char *chars)
{
	while (s->l && *s->p && strchr(chars, *s->p))
		advance(s, 1);
}


/* is there that word next, and not the end of a longer one? */
static bool is_mark(const struct piece *line, size_t at, const char *mark)
{
	const size_t n = strlen(mark);

	return line->l - at >= n && !strncasecmp(line->p + at, mark, n) &&
	       (!at || strchr(" \t,;\r\n", line->p[at - 1]));
}


static void hide_marked(struct piece line, const char *mark, const char *ends)
{
	const size_t n = strlen(mark);

	for (size_t i = 0; i < line.l;) {
		struct piece s = {line.p + i, line.l - i};

		if (!is_mark(&line, i, mark)) {
			++i;
			continue;
		}

		advance(&s, n);
		skip(&s, " \t\r\n=\"");
		star(&s, ends);
		i = line.l - s.l;
	}
}


/* Basic, Bearer and what else there may be: the whole of it is the secret */
static bool hide_other_scheme(struct piece s)
{
	skip(&s, " \t\r\n");
	if (s.l < 6 || !strncasecmp(s.p, "Digest", 6))
		return false;

	while (s.l && !(*s.p && strchr(" \t\r\n", *s.p)))
		advance(&s, 1);
	while (s.l) {
		skip(&s, " \t\r\n");
		star(&s, "\r\n");
	}

	return true;
}


static void hide_in(struct piece line, size_t i)
{
	struct piece val = line;

	advance(&val, strlen(secretv[i].start));
	if (!secretv[i].mark) {
		star(&val, secretv[i].ends);
		return;
	}

	if (!strcmp(secretv[i].mark, "response") && hide_other_scheme(val))
		return;

	hide_marked(val, secretv[i].mark, secretv[i].ends);
}


/* "Authorization :" has blanks where nobody expects them */
static bool begins(struct piece *line, const char *start)
{
	const size_t n = strlen(start);
	struct piece s = *line;

	if (s.l < n || strncasecmp(s.p, start, n - 1))
		return false;
	if (s.p[n - 1] == start[n - 1])
		return true;
	if (start[n - 1] != ':' || strchr("ak", start[0]))
		return false;

	advance(&s, n - 1);
	skip(&s, " \t");
	if (!s.l || *s.p != ':')
		return false;

	/* as if the blanks belonged to the name */
	line->l = s.l + n - 1;
	line->p = s.p - (n - 1);

	return true;
}


/**
 * Hide what nobody is shown
 *
 * @param p   Message, changed
 * @param len Octets
 */
void secrecy_hide(char *p, size_t len)
{
	struct piece rest = {p, len};

	while (rest.l) {
		struct piece line = line_of(&rest, false);

		for (size_t i = 0; i < ARRAY_SIZE(secretv); i++) {
			struct piece s = line_of(&rest, secretv[i].header);

			if (!strchr("aApPkK", *line.p) ||
			    !begins(&s, secretv[i].start))
				continue;
			hide_in(s, i);
		}
		advance(&rest, line.l);
	}
}
