/**
 * @file web_uri.h  What stands in a request's line: a path and a query, pure
 */
#ifndef PROXY_ADMIN_HTTP_WEB_URI_H
#define PROXY_ADMIN_HTTP_WEB_URI_H

#include <stddef.h>

enum {
	WEB_URI_MAX = 4096,
	WEB_SEGMENTS_MAX = 8,
	WEB_QUERIES_MAX = 16,
};

struct web_uri {
	const char *segmentv[WEB_SEGMENTS_MAX]; /* decoded; "/": none */
	size_t segmentc;
	struct {
		const char *name, *value;
	} queryv[WEB_QUERIES_MAX];
	size_t queryc;
	char path[WEB_URI_MAX]; /* as it came, without the query */
	char buf[WEB_URI_MAX];
};

/* EBADMSG: escapes, control characters; ENAMETOOLONG: more than there is room
 * for */
int web_uri_decode(struct web_uri *uri, const char *raw);

#endif
