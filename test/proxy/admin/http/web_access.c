/**
 * @file test/proxy/admin/http/web_access.c  Who may ask over HTTP
 */
#include <re.h>
#include "proxy/admin/http/web_access.h"
#include "test/test.h"

#define TOKEN "0123456789abcdef"

static const struct {
	const char *method, *path;
	bool local;
	const char *host, *authorization;
	unsigned want;
} casev[] = {
	/* of this host, by its own name */
	{"GET", "/api/v1/calls", true, "localhost:8060", NULL, 0},
	{"GET", "/api/v1/calls", true, "LOCALHOST", NULL, 0},
	{"GET", "/api/v1/calls", true, "127.0.0.1:8060", NULL, 0},
	{"GET", "/api/v1/calls", true, "127.0.0.1", NULL, 0},
	{"GET", "/api/v1/calls", true, "[::1]:8060", NULL, 0},
	{"GET", "/metrics", true, "localhost", NULL, 0},
	/* by a name that somebody else has made lead here */
	{"GET", "/api/v1/calls", true, "evil.example:8060", NULL, 403},
	{"GET", "/api/v1/calls", true, "localhost.evil.example", NULL, 403},
	{"GET", "/api/v1/calls", true, "evil-localhost", NULL, 403},
	{"GET", "/api/v1/calls", true, "localhost:80.evil.example", NULL, 403},
	{"GET", "/api/v1/calls", true, "192.0.2.1", NULL, 403},
	{"GET", "/api/v1/calls", true, "", NULL, 403},
	{"GET", "/api/v1/calls", true, NULL, NULL, 403},
	{"GET", "/metrics", true, "evil.example", NULL, 403},
	{"GET", "/api/v1/calls", true, "evil.example", "Bearer " TOKEN, 0},
	/* what changes something, and what holds messages */
	{"DELETE", "/api/v1/calls/1", true, "localhost", NULL, 401},
	{"POST", "/api/v1/drain", true, "localhost", NULL, 401},
	{"GET", "/api/v1/accounts", true, "localhost", NULL, 401},
	{"GET", "/api/v1/flights", true, "localhost", NULL, 401},
	{"DELETE", "/api/v1/calls/1", true, "localhost", "Bearer " TOKEN, 0},
	{"GET", "/api/v1/accounts", true, "localhost", "bearer  " TOKEN, 0},
	/* tokens that are none */
	{"GET", "/api/v1/calls", true, "localhost", "Bearer x", 401},
	{"GET", "/api/v1/calls", true, "localhost", "Bearer " TOKEN "0", 401},
	{"GET", "/api/v1/calls", true, "localhost", "Bearer", 401},
	{"GET", "/api/v1/calls", true, "localhost", "Bearer ", 401},
	{"GET", "/api/v1/calls", true, "localhost", "Basic " TOKEN, 401},
	{"GET", "/api/v1/calls", true, "localhost", TOKEN, 401},
	{"GET", "/api/v1/calls", true, "localhost", "", 401},
	/* elsewhere */
	{"GET", "/api/v1/calls", false, "localhost", NULL, 401},
	{"GET", "/metrics", false, "localhost", NULL, 401},
	{"GET", "/metrics", false, "pbx.example", "Bearer " TOKEN, 0},
	/* for everybody */
	{"GET", "/health", false, NULL, NULL, 0},
	{"GET", "/ready", true, "evil.example", NULL, 0},
	{"GET", "/", false, "pbx.example", NULL, 0},
	{"GET", "/ui/index.html", false, "pbx.example", NULL, 0},
};


START_TEST(who_may_is_judged)
{
	const struct web_guest guest = {
		casev[_i].host, casev[_i].authorization, casev[_i].local};
	const struct web_route *r;
	const char *why = NULL;
	struct web_uri uri;
	unsigned allowed, got;

	ck_assert_int_eq(web_uri_decode(&uri, casev[_i].path), 0);
	r = web_route_find(&allowed, web_method_decode(casev[_i].method),
			   &uri);
	ck_assert_ptr_nonnull(r);
	got = web_access_judge(&why, r, &guest, TOKEN);
	ck_assert_uint_eq(got, casev[_i].want);
	ck_assert(!got || why);

	/* without a token there is none that fits */
	if (casev[_i].authorization)
		ck_assert_uint_eq(web_access_judge(&why, r, &guest, ""), 401);
}
END_TEST


Suite *suite_web_access(void);
Suite *suite_web_access(void)
{
	Suite *s = suite_create("web_access");
	TCase *tc = tcase_create("web_access");

	tcase_add_loop_test(tc, who_may_is_judged, 0, (int)ARRAY_SIZE(casev));
	suite_add_tcase(s, tc);

	return s;
}
