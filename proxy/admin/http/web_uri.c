/**
 * @file web_uri.c  What stands in a request's line: a path and a query, pure
 *
 * Split before it is unescaped: a Call-ID may hold any octet, a slash too.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/admin/http/web_uri.h"


static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);

	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


/* in place */
static int unescape(char *text, bool plus)
{
	char *to = text;

	for (const char *p = text; *p; p++) {
		int c = (unsigned char)*p;

		if (c == '%') {
			const int hi = hex(p[1]), lo = hi < 0 ? -1 : hex(p[2]);

			if (lo < 0)
				return EBADMSG;
			c = hi << 4 | lo;
			p += 2;
		}
		else if (c == '+' && plus) {
			c = ' ';
		}
		if (c < ' ' || c == 0x7f)
			return EBADMSG;
		*to++ = (char)c;
	}
	*to = '\0';

	return 0;
}


static int decode_path(struct web_uri *uri, char *path)
{
	char *next = path + 1; /* behind the first slash */

	if (!*next)
		return 0;

	while (next) {
		char *segment = next, *slash = strchr(next, '/');

		if (uri->segmentc >= WEB_SEGMENTS_MAX)
			return ENAMETOOLONG;
		next = slash ? slash + 1 : NULL;
		if (slash)
			*slash = '\0';
		if (unescape(segment, false))
			return EBADMSG;
		uri->segmentv[uri->segmentc++] = segment;
	}

	return 0;
}


static int decode_query(struct web_uri *uri, char *query)
{
	while (query && *query) {
		char *name = query, *end = strchr(query, '&'), *is;

		query = end ? end + 1 : NULL;
		if (end)
			*end = '\0';
		if (!*name)
			continue;
		if (uri->queryc >= WEB_QUERIES_MAX)
			return ENAMETOOLONG;

		is = strchr(name, '=');
		if (is)
			*is++ = '\0';
		if (unescape(name, true) || (is && unescape(is, true)))
			return EBADMSG;
		uri->queryv[uri->queryc].name = name;
		uri->queryv[uri->queryc++].value = is ? is : "";
	}

	return 0;
}


/**
 * Take a request's URI apart
 *
 * @param uri Result
 * @param raw As it stands in the request's line
 *
 * @return 0 if success, EBADMSG or ENAMETOOLONG
 */
int web_uri_decode(struct web_uri *uri, const char *raw)
{
	char *query;
	int err;

	if (!uri || !raw)
		return EINVAL;

	memset(uri, 0, offsetof(struct web_uri, path));
	uri->path[0] = '\0';
	if (strlen(raw) >= sizeof(uri->buf))
		return ENAMETOOLONG;
	if (raw[0] != '/' || strchr(raw, ' '))
		return EBADMSG;

	(void)str_ncpy(uri->buf, raw, sizeof(uri->buf));
	query = strchr(uri->buf, '?');
	if (query)
		*query++ = '\0';
	(void)str_ncpy(uri->path, uri->buf, sizeof(uri->path));

	err = decode_path(uri, uri->buf);

	return err ? err : decode_query(uri, query);
}
