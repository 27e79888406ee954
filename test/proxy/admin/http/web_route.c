/**
 * @file test/proxy/admin/http/web_route.c  All there is, by method and path
 */
#include <string.h>
#include "common/json.h"
#include "proxy/admin/http/asset.h"
#include "proxy/admin/http/web_route.h"
#include "test/test.h"

static const struct {
	const char *method, *uri;
	const char *path;  /* of the route, or NULL */
	const char *allow; /* "": no such path */
} casev[] = {
	{"GET", "/api/v1/status", "/api/v1/status", "GET, HEAD"},
	{"HEAD", "/api/v1/status", "/api/v1/status", "GET, HEAD"},
	{"POST", "/api/v1/status", NULL, "GET, HEAD"},
	{"TRACE", "/api/v1/status", NULL, "GET, HEAD"},
	{"get", "/api/v1/status", NULL, "GET, HEAD"},
	{"GET", "/api/v1/calls/7", "/api/v1/calls/{id}", "GET, HEAD, DELETE"},
	{"PUT", "/api/v1/calls/7/recording", "/api/v1/calls/{id}/recording",
	 "PUT"},
	{"GET", "/api/v1/calls/a%2Fb%40c", "/api/v1/calls/{id}",
	 "GET, HEAD, DELETE"},
	{"DELETE", "/api/v1/accounts/a%40b", "/api/v1/accounts/{aor}",
	 "GET, HEAD, PUT, PATCH, DELETE"},
	{"GET", "/", "/", "GET, HEAD"},
	{"GET", "/ui/app.js", "/ui/{file}", "GET, HEAD"},
	{"GET", "/ui/", NULL, ""},
	{"GET", "/ui", NULL, ""},
	{"GET", "/ui/a/b", NULL, ""},
	{"GET", "/api/v1/calls/", NULL, ""},
	{"GET", "/api/v1/calls/7/", NULL, ""},
	{"GET", "/api/v1", NULL, ""},
	{"GET", "/api/v1/statu", NULL, ""},
	{"GET", "/api/v1/statuss", NULL, ""},
	{"GET", "//", NULL, ""},
};


START_TEST(a_request_finds_its_route)
{
	const struct web_route *r;
	unsigned allowed = 77;
	struct web_uri uri;
	char allow[64];

	ck_assert_int_eq(web_uri_decode(&uri, casev[_i].uri), 0);
	r = web_route_find(&allowed, web_method_decode(casev[_i].method),
			   &uri);
	if (casev[_i].path)
		ck_assert_str_eq(r->path, casev[_i].path);
	else
		ck_assert_ptr_null(r);
	web_route_allow(allow, sizeof(allow), allowed);
	ck_assert_str_eq(allow, casev[_i].allow);
}
END_TEST


static const struct {
	const char *uri, *want;
} nearv[] = {
	{"/api/v1/call", "/api/v1/calls"},
	{"/api/v1/registration", "/api/v1/registrations"},
	{"/metric", "/metrics"},
	{"/api/v1/xyzxyz", NULL},
	{"/", NULL},
};


START_TEST(what_was_meant_is_named)
{
	const char *near;
	struct web_uri uri;

	ck_assert_int_eq(web_uri_decode(&uri, nearv[_i].uri), 0);
	near = web_route_suggest(&uri);
	if (nearv[_i].want)
		ck_assert_str_eq(near, nearv[_i].want);
	else if (strcmp(uri.path, "/"))
		ck_assert_ptr_null(near);
}
END_TEST


/* of handlers that share what only one thread may use */
static const struct {
	const char *begin;
	enum web_lane lane;
} lanev[] = {
	{"account", WEB_ACCOUNTS},
	{"history.csv", WEB_EXPORT},
	{"history", WEB_SEARCH},
	{"", WEB_QUICK},
};


START_TEST(who_shares_something_shares_a_lane)
{
	const struct web_route *r;

	for (size_t i = 0; (r = web_route_at(i)) != NULL; i++) {
		size_t k = 0;

		if (!web_route_is_slow(r))
			continue;
		while (strncmp(r->command, lanev[k].begin,
			       strlen(lanev[k].begin)))
			++k;
		ck_assert_int_eq(r->lane, lanev[k].lane);
	}
}
END_TEST


START_TEST(each_row_is_whole)
{
	const struct web_route *r;

	for (size_t i = 0; (r = web_route_at(i)) != NULL; i++) {
		const bool asks = r->place == WEB_LOOP ||
				  r->place == WEB_SLOW || r->place == WEB_FILE;
		char path[256] = "";
		unsigned allowed;
		struct web_uri uri;

		ck_assert(!asks || r->command);
		ck_assert(r->method == WEB_GET || r->access != WEB_PUBLIC);
		(void)re_snprintf(path, sizeof(path), "%s", r->path);
		for (char *p = path; *p; p++)
			*p = *p == '{' || *p == '}' ? 'x' : *p;
		ck_assert_int_eq(web_uri_decode(&uri, path), 0);
		ck_assert_ptr_eq(web_route_find(&allowed, r->method, &uri), r);
	}
	ck_assert_uint_gt(web_method_decode("PATCH"), 0);
	ck_assert_uint_eq(web_method_decode(NULL), 0);
}
END_TEST


static const char *method_name(enum web_method method)
{
	return method == WEB_GET      ? "get"
	       : method == WEB_PUT    ? "put"
	       : method == WEB_POST   ? "post"
	       : method == WEB_PATCH  ? "patch"
	       : method == WEB_DELETE ? "delete"
				      : "";
}


START_TEST(each_route_is_described_and_no_other)
{
	const struct asset *a = asset_find("/openapi.json");
	const char *path, *method;
	const struct web_route *r;
	size_t routes = 0, ops = 0;
	json_t *doc, *paths, *item, *op;

	ck_assert_ptr_nonnull(a);
	doc = json_loadb((const char *)a->data, a->len, 0, NULL);
	paths = json_object_get(doc, "paths");
	json_object_foreach(paths, path, item)
	{
		json_object_foreach(item, method, op)++ ops;
	}
	for (size_t i = 0; (r = web_route_at(i)) != NULL; i++) {
		if (!strcmp(r->path, "/") || !strncmp(r->path, "/ui/", 4))
			continue;
		item = json_object_get(paths, r->path);
		ck_assert_msg(json_object_get(item, method_name(r->method)),
			      "%s %s", method_name(r->method), r->path);
		++routes;
	}
	ck_assert_uint_eq(routes, ops);
	json_decref(doc);
}
END_TEST


static const json_t *find_query(const json_t *op, const char *name)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(op, "parameters"), i, item)
	{
		const char *in = json_string_value(
			json_object_get(item, "in"));

		if (!strcmp(in, "query") &&
		    !strcmp(json_string_value(json_object_get(item, "name")),
			    name))
			return item;
	}

	return NULL;
}


static size_t queries(const json_t *op)
{
	const json_t *item;
	size_t i, n = 0;

	json_array_foreach(json_object_get(op, "parameters"), i, item)
	{
		n += !strcmp(json_string_value(json_object_get(item, "in")),
			     "query");
	}

	return n;
}


static void same_type(const struct web_param *p, const json_t *schema)
{
	static const char *const namev[] = {
		[WEB_TEXT] = "string",
		[WEB_NUMBER] = "integer",
		[WEB_BOOL] = "boolean",
		[WEB_ON_OFF] = "boolean",
	};
	const json_t *ref = json_object_get(schema, "$ref");
	const json_t *max = json_object_get(schema, "maximum");

	if (ref) /* of texts with names of their own */
		ck_assert_int_eq(p->type, WEB_TEXT);
	else
		ck_assert_str_eq(
			json_string_value(json_object_get(schema, "type")),
			namev[p->type]);
	if (p->type != WEB_NUMBER)
		return;

	ck_assert_int_eq(
		json_integer_value(json_object_get(schema, "minimum")),
		p->min);
	ck_assert_int_eq(json_integer_value(max), p->max);
}


static void same_queries(const struct web_route *r, const json_t *op)
{
	size_t n = 0;

	for (const struct web_param *p = r->queryv; p->type; p++, n++) {
		const json_t *q = find_query(op, p->name);

		ck_assert_msg(q != NULL, "%s: %s", r->path, p->name);
		ck_assert_int_eq(json_is_true(json_object_get(q, "required")),
				 p->needed);
		same_type(p, json_object_get(q, "schema"));
	}
	ck_assert_msg(queries(op) == n, "%s takes others", r->path);
}


static void same_body(const struct web_route *r, const json_t *op)
{
	const json_t *schema = NULL, *props;
	size_t n = 0;

	(void)json_unpack((json_t *)op, "{s:{s:{s:{s:o}}}}", "requestBody",
			  "content", "application/json", "schema", &schema);
	ck_assert_msg(!schema == !(r->whole || r->bodyv[0].type), "%s",
		      r->path);
	if (r->whole)
		return;

	props = json_object_get(schema, "properties");
	for (const struct web_param *p = r->bodyv; p->type; p++, n++) {
		const json_t *v = json_object_get(props, p->name);

		ck_assert_msg(v != NULL, "%s: %s", r->path, p->name);
		if (!json_object_get(v, "enum"))
			same_type(p, v);
	}
	ck_assert_uint_eq(json_object_size(props), n);
}


START_TEST(what_a_route_takes_is_described)
{
	const struct asset *a = asset_find("/openapi.json");
	json_t *doc = json_loadb((const char *)a->data, a->len, 0, NULL);
	const json_t *paths = json_object_get(doc, "paths");
	const struct web_route *r;

	for (size_t i = 0; (r = web_route_at(i)) != NULL; i++) {
		const json_t *op = json_object_get(
			json_object_get(paths, r->path),
			method_name(r->method));

		if (!op)
			continue;
		same_queries(r, op);
		same_body(r, op);
	}
	json_decref(doc);
}
END_TEST


Suite *suite_web_route(void);
Suite *suite_web_route(void)
{
	Suite *s = suite_create("web_route");
	TCase *tc = tcase_create("web_route");

	tcase_add_loop_test(tc, a_request_finds_its_route, 0,
			    (int)ARRAY_SIZE(casev));
	tcase_add_loop_test(tc, what_was_meant_is_named, 0,
			    (int)ARRAY_SIZE(nearv));
	tcase_add_test(tc, who_shares_something_shares_a_lane);
	tcase_add_test(tc, each_row_is_whole);
	tcase_add_test(tc, each_route_is_described_and_no_other);
	tcase_add_test(tc, what_a_route_takes_is_described);
	suite_add_tcase(s, tc);

	return s;
}
