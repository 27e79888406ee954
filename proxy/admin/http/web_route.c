/**
 * @file web_route.c  All there is under the server's address, pure
 */
#include <string.h>
#include <re.h>
#include "common/config_draft.h"
#include "proxy/admin/http/web_route.h"


#define ROUTE(how, where, by, what, ...)                               \
	{                                                              \
		.method = WEB_##how, .path = where, .place = WEB_##by, \
		.command = (what)__VA_OPT__(, ) __VA_ARGS__            \
	}
#define QUERY(...) .queryv = {__VA_ARGS__}
#define BODY(...)  .bodyv = {__VA_ARGS__}
#define PARAM(n, t)                      \
	{                                \
		.name = (n), .type = (t) \
	}
#define TEXT(n)   PARAM(n, WEB_TEXT)
#define NUMBER(n) PARAM(n, WEB_NUMBER)
#define RANGE(n, least, most)                                    \
	{                                                        \
		.name = (n), .type = WEB_NUMBER, .min = (least), \
		.max = (most)                                    \
	}
#define BOOL(n) PARAM(n, WEB_BOOL)
#define NEEDED(n)                                             \
	{                                                     \
		.name = (n), .type = WEB_TEXT, .needed = true \
	}

#define PRIVATE .access = WEB_PRIVATE
#define PUBLIC  .access = WEB_PUBLIC
#define WHOLE   .whole = true, .body_max = WEB_BODY_WHOLE_MAX
#define LANE(l) .lane = WEB_##l

#define API     "/api/v1"
#define CALL    API "/calls/{id}"
#define ACCOUNT API "/accounts/{aor}"
#define PAGE    RANGE("limit", 1, 500), TEXT("after")
#define PAST                                                        \
	NUMBER("from"), NUMBER("to"), TEXT("search"), TEXT("user"), \
		TEXT("peer"), TEXT("status"), BOOL("bad")
#define ON_OFF                                                    \
	{                                                         \
		.name = "on", .type = WEB_ON_OFF, .needed = true, \
		.member = "mode"                                  \
	}

/* clang-format off */
static const struct web_route routev[] = {
	ROUTE(GET, API "/status", LOOP, "status"),
	ROUTE(GET, API "/calls", LOOP, "calls", QUERY(PAGE)),
	ROUTE(GET, CALL, LOOP, "call"),
	ROUTE(DELETE, CALL, LOOP, "hangup"),
	ROUTE(PUT, CALL "/recording", LOOP, "record", BODY(ON_OFF)),
	ROUTE(GET, CALL "/ladder", LOOP, "ladder"),
	ROUTE(GET, API "/ladders/{id}", LOOP, "ladder"),
	ROUTE(GET, API "/flights", LOOP, "flights", PRIVATE),
	ROUTE(GET, API "/flights/{name}", FILE, "flight", PRIVATE),
	ROUTE(GET, API "/traces", LOOP, "traces"),
	ROUTE(POST, API "/traces", LOOP, "trace",
	      BODY(NEEDED("what"), TEXT("to")), .always = "on"),
	ROUTE(DELETE, API "/traces", LOOP, "trace",
	      QUERY(NEEDED("what")), .always = "!on"),
	ROUTE(GET, API "/registrations", LOOP, "registrations",
	      QUERY(TEXT("search"), PAGE)),
	ROUTE(POST, API "/registrations/{aor}/ping", LOOP, "ping"),
	ROUTE(GET, API "/bans", LOOP, "bans"),
	ROUTE(DELETE, API "/bans/{address}", LOOP, "unban"),
	ROUTE(GET, API "/peers", LOOP, "peers"),
	ROUTE(GET, API "/relays", LOOP, "relays"),
	ROUTE(GET, API "/routes/{number}", LOOP, "route",
	      QUERY(TEXT("from"))),
	ROUTE(GET, API "/explain", LOOP, "explain",
	      QUERY(NEEDED("from"), NEEDED("to"))),
	ROUTE(GET, API "/tests", LOOP, "tests"),
	ROUTE(PUT, API "/log", LOOP, "log", BODY(NEEDED("level"))),
	ROUTE(POST, API "/drain", LOOP, "drain",
	      BODY(BOOL("on"), BOOL("stop"), RANGE("deadline", 0, 86400))),
	ROUTE(POST, API "/reload", LOOP, "reload"),
	ROUTE(POST, API "/rotate", LOOP, "rotate"),
	ROUTE(GET, API "/settings", LOOP, "settings"),
	ROUTE(GET, API "/series", SLOW, "series", QUERY(NUMBER("since_ms"))),
	ROUTE(GET, API "/history", SLOW, "history", QUERY(PAGE, PAST),
	      LANE(SEARCH)),
	ROUTE(GET, API "/history/{id}", SLOW, "history", LANE(SEARCH)),
	ROUTE(GET, API "/history.csv", FILE, "history.csv", QUERY(PAST),
	      LANE(EXPORT)),
	ROUTE(GET, API "/accounts", SLOW, "accounts", QUERY(PAGE), PRIVATE,
	      LANE(ACCOUNTS)),
	ROUTE(GET, ACCOUNT, SLOW, "account", PRIVATE, LANE(ACCOUNTS)),
	ROUTE(PUT, ACCOUNT, SLOW, "account.put", WHOLE, LANE(ACCOUNTS)),
	ROUTE(PATCH, ACCOUNT, SLOW, "account.patch", WHOLE, LANE(ACCOUNTS)),
	ROUTE(DELETE, ACCOUNT, SLOW, "account.delete", LANE(ACCOUNTS)),
	ROUTE(GET, API "/events", EVENTS, NULL),
	ROUTE(GET, API "/openapi.json", ASSET, "/openapi.json", PUBLIC),
	ROUTE(GET, "/metrics", METRICS, NULL),
	ROUTE(GET, "/health", HEALTH, NULL, PUBLIC),
	ROUTE(GET, "/ready", READY, NULL, PUBLIC),
	ROUTE(GET, "/", ASSET, "/ui/index.html", PUBLIC),
	ROUTE(GET, "/ui/{file}", ASSET, NULL, PUBLIC),
};
/* clang-format on */

static const struct {
	const char *name;
	enum web_method method;
} methodv[] = {
	{"GET", WEB_GET},   {"HEAD", WEB_GET},    {"PUT", WEB_PUT},
	{"POST", WEB_POST}, {"PATCH", WEB_PATCH}, {"DELETE", WEB_DELETE},
};


/**
 * The method of a name
 *
 * @param name Name
 *
 * @return Method, 0: none of ours
 */
unsigned web_method_decode(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(methodv); i++) {
		if (!strcmp(methodv[i].name, name))
			return methodv[i].method;
	}

	return 0;
}


static bool matches(const char *path, const struct web_uri *uri)
{
	const char *p = path;

	for (size_t i = 0; i < uri->segmentc; i++) {
		const size_t len = strcspn(++p, "/");
		const char *segment = uri->segmentv[i];

		if (*p == '{' && !*segment)
			return false;
		if (*p != '{' &&
		    (strlen(segment) != len || memcmp(p, segment, len)))
			return false;
		p += len;
		if (!*p)
			return i + 1 == uri->segmentc;
	}

	return !strcmp(p, "/"); /* neither has any */
}


/**
 * Find who answers a request
 *
 * @param allowed Methods that the path has
 * @param method  Method
 * @param uri     URI
 *
 * @return Route, or NULL
 */
const struct web_route *web_route_find(unsigned *allowed, unsigned method,
				       const struct web_uri *uri)
{
	const struct web_route *found = NULL;

	*allowed = 0;
	for (size_t i = 0; i < ARRAY_SIZE(routev); i++) {
		if (!matches(routev[i].path, uri))
			continue;

		*allowed |= routev[i].method;
		if (!found && routev[i].method & method)
			found = &routev[i];
	}

	return found;
}


/**
 * The routes in order
 *
 * @param i Index
 *
 * @return Route, NULL after the last one
 */
const struct web_route *web_route_at(size_t i)
{
	return i < ARRAY_SIZE(routev) ? &routev[i] : NULL;
}


/**
 * Is a route answered by a thread that may wait for a disk?
 *
 * @param r Route
 *
 * @return true if it is
 */
bool web_route_is_slow(const struct web_route *r)
{
	return r->place == WEB_SLOW || r->place == WEB_FILE;
}


/**
 * Name methods, as in an Allow header
 *
 * @param buf     Buffer
 * @param size    Its size
 * @param allowed Methods
 */
void web_route_allow(char *buf, size_t size, unsigned allowed)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(methodv) && len < size; i++) {
		if (!(methodv[i].method & allowed))
			continue;
		(void)re_snprintf(buf + len, size - len, "%s%s",
				  len ? ", " : "", methodv[i].name);
		len = strlen(buf);
	}
}


/**
 * Find what may have been meant by a path that does not exist
 *
 * @param uri URI
 *
 * @return Path, or NULL
 */
const char *web_route_suggest(const struct web_uri *uri)
{
	const char *wordv[ARRAY_SIZE(routev) + 1] = {NULL};
	const char *word = uri->path;

	if (!strncmp(word, API "/", sizeof(API)))
		word += sizeof(API);
	for (size_t i = 0; i < ARRAY_SIZE(routev); i++) {
		wordv[i] = routev[i].path;
		if (!strncmp(wordv[i], API "/", sizeof(API)))
			wordv[i] += sizeof(API);
	}

	word = config_suggest(word, wordv);
	for (size_t i = 0; word && i < ARRAY_SIZE(routev); i++) {
		if (wordv[i] == word)
			return routev[i].path;
	}

	return NULL;
}
