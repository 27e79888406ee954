/**
 * @file web_access.h  Who may ask over HTTP, pure
 *
 * A page of a foreign server may ask this host by its user's browser: by a
 * name that leads here (DNS rebinding) or with methods that need no leave.
 * So without a token only what does not change anything is answered, to who
 * calls this host by its own name; and a token is never a cookie.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_ACCESS_H
#define PROXY_ADMIN_HTTP_WEB_ACCESS_H

#include <stdbool.h>
#include "proxy/admin/http/web_route.h"

/** What a request shows */
struct web_guest {
	const char *host;          /* Host, or NULL */
	const char *authorization; /* or NULL */
	bool local;                /* came by a listener on loopback */
};

/* "localhost", "127.0.0.1:8060", "[::1]" */
bool web_access_is_local(const char *host);

/* 0: he may; else 401 or 403, and why */
unsigned web_access_judge(const char **why, const struct web_route *route,
			  const struct web_guest *guest, const char *token);

#endif
