/**
 * @file csv.c  Comma-separated values with quotes (RFC 4180)
 *
 * Fields are ended and quotes taken off where they stand: no copy, so whoever
 * owns the text can wipe all of it. Lines end with LF or CRLF; what a
 * spreadsheet puts in front to say that it is UTF-8 is passed over.
 */
#include <errno.h>
#include <string.h>
#include "proxy/command/csv.h"


/**
 * Begin to read
 *
 * @param c    Reader
 * @param text Text, changed; the octet behind it is written to
 * @param size Its size
 */
void csv_init(struct csv *c, char *text, size_t size)
{
	c->p = text;
	c->end = text + size;
	c->line = 1;
	if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		c->p += 3;
}


/* at the end of the text, or of the line; and that is passed over */
static int at_end(struct csv *c)
{
	if (c->p < c->end && *c->p == '\r' &&
	    (c->p + 1 == c->end || c->p[1] == '\n'))
		*c->p++ = '\0';
	if (c->p >= c->end)
		return 1;
	if (*c->p != '\n')
		return 0;

	*c->p++ = '\0';
	++c->line;

	return 1;
}


static void skip_line(struct csv *c)
{
	while (c->p < c->end && *c->p != '\n')
		++c->p;
	(void)at_end(c);
}


/* behind the opening quote; two quotes are one */
static int read_quoted(struct csv *c)
{
	char *to = c->p;

	while (c->p < c->end) {
		const char ch = *c->p++;

		if (!ch)
			return EBADMSG;
		if (ch == '"' && (c->p == c->end || *c->p != '"')) {
			*to = '\0';
			return 0;
		}
		c->p += ch == '"';
		c->line += ch == '\n';
		*to++ = ch;
	}

	return EBADMSG;
}


static int read_bare(struct csv *c)
{
	while (c->p < c->end && *c->p != ',' && *c->p != '\n' &&
	       !(*c->p == '\r' && (c->p + 1 == c->end || c->p[1] == '\n'))) {
		if (*c->p == '"' || !*c->p)
			return EBADMSG;
		++c->p;
	}

	return 0;
}


static int read_field(struct csv *c, char **field)
{
	if (c->p < c->end && *c->p == '"') {
		*field = ++c->p;
		return read_quoted(c);
	}

	*field = c->p;

	return read_bare(c);
}


static int read_record(struct csv *c, char **fieldv, size_t max,
		       size_t *fieldc)
{
	size_t n = 0;

	for (;;) {
		char *field;

		if (read_field(c, &field))
			return EBADMSG;
		if (n == max)
			return E2BIG;
		fieldv[n++] = field;
		if (at_end(c))
			break;
		if (*c->p != ',')
			return EBADMSG;
		*c->p++ = '\0';
	}
	*fieldc = n;

	return 0;
}


/**
 * Read the next record
 *
 * @param c      Reader
 * @param fieldv Its fields, strings inside of the text
 * @param max    Fields at most
 * @param fieldc Number of fields
 * @param line   Line that it begins in
 *
 * @return 0 if success; ENODATA: no more; EBADMSG, E2BIG: the line is passed
 *         over (RFC 4180 section 2)
 */
int csv_read(struct csv *c, char **fieldv, size_t max, size_t *fieldc,
	     unsigned *line)
{
	int err;

	while (c->p < c->end && at_end(c))
		;
	*line = c->line;
	if (c->p >= c->end)
		return ENODATA;

	*c->end = '\0';
	err = read_record(c, fieldv, max, fieldc);
	if (err)
		skip_line(c);

	return err;
}
