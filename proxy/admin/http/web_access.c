/**
 * @file web_access.c  Who may ask over HTTP, pure
 */
#include <string.h>
#include <strings.h>
#include <re.h>
#include <openssl/crypto.h>
#include "common/addr.h"
#include "proxy/admin/http/web_access.h"


/**
 * Is that a name of this host for itself?
 *
 * @param host Value of a Host header, or NULL
 *
 * @return true if it is
 */
bool web_access_is_local(const char *host)
{
	const char *end;
	struct sa sa;
	struct pl pl;

	if (!host)
		return false;

	pl_set_str(&pl, host);
	if (!addr_decode_hostport(&sa, &pl, 80))
		return addr_classify(&sa) == ADDR_LOOPBACK;
	if (!addr_decode(&sa, &pl, 0))
		return addr_classify(&sa) == ADDR_LOOPBACK;

	end = host + strcspn(host, ":");
	if (*end && end[1 + strspn(end + 1, "0123456789")])
		return false;

	return end - host == 9 && !strncasecmp(host, "localhost", 9);
}


/* the time that it takes tells nothing but the length */
static bool is_token(const char *authorization, const char *token)
{
	const char *given = authorization + 6;

	if (strncasecmp(authorization, "Bearer", 6) || *given != ' ')
		return false;

	given += strspn(given, " ");

	return token && *token && strlen(given) == strlen(token) &&
	       !CRYPTO_memcmp(given, token, strlen(token));
}


/**
 * Judge a request
 *
 * @param why   Why not
 * @param route What is asked for
 * @param guest Who asks
 * @param token The token
 *
 * @return 0 if he may, otherwise the status of the answer
 */
unsigned web_access_judge(const char **why, const struct web_route *route,
			  const struct web_guest *guest, const char *token)
{
	const bool changes = route->method != WEB_GET;

	if (guest->authorization) {
		if (is_token(guest->authorization, token))
			return 0;
		*why = "this is not the token";
		return 401;
	}

	if (route->access == WEB_PUBLIC)
		return 0;

	if (!guest->local || changes || route->access == WEB_PRIVATE) {
		*why = "this needs the token, as \"Authorization: Bearer "
		       "TOKEN\"";
		return 401;
	}

	if (!web_access_is_local(guest->host)) {
		*why = "without the token, this host answers to its own name "
		       "only (localhost)";
		return 403;
	}

	return 0;
}
