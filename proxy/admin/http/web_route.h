/**
 * @file web_route.h  All there is under the server's address, pure
 *
 * A row of the table is a method and a path, the control command that it is,
 * and what of the question stands where.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_ROUTE_H
#define PROXY_ADMIN_HTTP_WEB_ROUTE_H

#include <stdbool.h>
#include <stdint.h>
#include "proxy/admin/http/web_uri.h"

enum web_method {
	WEB_GET = 1 << 0, /* HEAD too */
	WEB_PUT = 1 << 1,
	WEB_POST = 1 << 2,
	WEB_PATCH = 1 << 3,
	WEB_DELETE = 1 << 4,
};

/** Who answers */
enum web_place {
	WEB_LOOP, /* the control, on the main loop */
	WEB_SLOW, /* a thread that may wait for a disk, by its lane */
	WEB_FILE, /* the same, with a file */
	WEB_ASSET,
	WEB_METRICS,
	WEB_HEALTH,
	WEB_READY,
	WEB_EVENTS,
};

/** Which of those threads: who is quick does not wait for who is not */
enum web_lane {
	WEB_QUICK = 0, /* memory, and small files */
	WEB_ACCOUNTS,
	WEB_SEARCH, /* of past calls */
	WEB_EXPORT,
	WEB_LANES
};

/** Who may ask. Whatever changes something needs the token */
enum web_access {
	WEB_LOCAL = 0, /* this host, by its own name; others by token */
	WEB_PUBLIC,
	WEB_PRIVATE, /* by token */
};

enum web_type {
	WEB_NOTHING = 0,
	WEB_TEXT,
	WEB_NUMBER,
	WEB_BOOL,
	WEB_ON_OFF, /* true or false here, "on" or "off" in the question */
};

enum { WEB_PARAMS_MAX = 10 };

struct web_param {
	const char *name;
	enum web_type type;
	bool needed;
	const char *member; /* of the question; NULL: the name */
	int64_t min, max;   /* of a number; max 0: none */
};

struct web_route {
	enum web_method method;
	const char *path; /* "/api/v1/calls/{id}" */
	enum web_place place;
	const char *command;
	struct web_param queryv[WEB_PARAMS_MAX]; /* ended by WEB_NOTHING */
	struct web_param bodyv[WEB_PARAMS_MAX];
	enum web_access access;
	enum web_lane lane; /* of WEB_SLOW and WEB_FILE */
	size_t body_max;    /* octets; 0: WEB_BODY_MAX */
	const char *always; /* a member that is true, or with "!" false */
	bool whole;         /* the body as a whole is the member "body" */
};

enum { WEB_BODY_MAX = 16384, WEB_BODY_WHOLE_MAX = 65536 };

/* 0: it is none that we know */
unsigned web_method_decode(const char *name);

/* NULL: *allowed are the methods that there are, 0: no such path */
const struct web_route *web_route_find(unsigned *allowed, unsigned method,
				       const struct web_uri *uri);

/* the table; NULL after the last one */
const struct web_route *web_route_at(size_t i);

/* is it answered by a thread that may wait? */
bool web_route_is_slow(const struct web_route *r);

/* "GET, HEAD, PUT" */
void web_route_allow(char *buf, size_t size, unsigned allowed);

/* what may have been meant, or NULL */
const char *web_route_suggest(const struct web_uri *uri);

#endif
