/**
 * @file test/proxy/admin/http/web_question.c  Questions made of requests
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "common/json.h"
#include "proxy/admin/http/web_question.h"
#include "test/test.h"

static const struct {
	const char *method, *uri, *body;
	const char *want; /* the question, or why not */
} casev[] = {
	{"GET", "/api/v1/status", "", "{\"command\":\"status\"}"},
	{"GET", "/api/v1/calls/a%22b", "",
	 "{\"command\":\"call\",\"id\":\"a\\\"b\"}"},
	{"GET", "/api/v1/calls/%ff", "", "\"id\" takes a text"},
	{"GET", "/api/v1/calls?limit=9&after=1-2", "",
	 "{\"after\":\"1-2\",\"command\":\"calls\",\"limit\":9}"},
	{"GET", "/api/v1/calls?limit=-9", "",
	 "\"limit\" takes a whole number from 1 to 500"},
	{"GET", "/api/v1/calls?limit=9999999999999999999", "",
	 "\"limit\" takes a whole number from 1 to 500"},
	{"GET", "/api/v1/calls?limit=0", "",
	 "\"limit\" takes a whole number from 1 to 500"},
	{"GET", "/api/v1/calls?limit=501", "",
	 "\"limit\" takes a whole number from 1 to 500"},
	{"GET", "/api/v1/calls?limit=", "",
	 "\"limit\" takes a whole number from 1 to 500"},
	{"GET", "/api/v1/series?since_ms=x", "",
	 "\"since_ms\" takes a whole number"},
	{"POST", "/api/v1/drain", "{\"stop\":true,\"deadline\":86401}",
	 "\"deadline\" takes a whole number from 0 to 86400"},
	{"POST", "/api/v1/drain", "{\"deadline\":-1}",
	 "\"deadline\" takes a whole number from 0 to 86400"},
	{"GET", "/api/v1/calls?limt=1", "",
	 "the parameter \"limt\" is not known, is \"limit\" meant?"},
	{"GET", "/api/v1/status?x=1", "", "the parameter \"x\" is not known"},
	{"GET", "/api/v1/history?bad=true", "",
	 "{\"bad\":true,\"command\":\"history\"}"},
	{"GET", "/api/v1/history?bad=maybe", "",
	 "\"bad\" takes true or false"},
	{"GET", "/api/v1/explain?from=a", "", "\"to\" is missing"},
	{"PUT", "/api/v1/calls/7/recording", "{\"on\":true}",
	 "{\"command\":\"record\",\"id\":\"7\",\"mode\":\"on\"}"},
	{"PUT", "/api/v1/calls/7/recording", "{\"on\":false}",
	 "{\"command\":\"record\",\"id\":\"7\",\"mode\":\"off\"}"},
	{"PUT", "/api/v1/calls/7/recording", "{\"on\":\"on\"}",
	 "\"on\" takes true or false"},
	{"PUT", "/api/v1/calls/7/recording", "", "\"on\" is missing"},
	{"PUT", "/api/v1/calls/7/recording", "[]",
	 "the body is no JSON object"},
	{"PUT", "/api/v1/calls/7/recording", "{\"on\":true,\"on\":true}",
	 "the body is no JSON object"},
	{"PUT", "/api/v1/calls/7/recording", "{\"on\":true} x",
	 "the body is no JSON object"},
	{"PUT", "/api/v1/calls/7/recording", "{\"on\":true,\"an\":1}",
	 "the member \"an\" is not known, is \"on\" meant?"},
	{"POST", "/api/v1/drain", "", "{\"command\":\"drain\"}"},
	{"POST", "/api/v1/traces", "{\"what\":\"a@b\",\"to\":\"log\"}",
	 "{\"command\":\"trace\",\"on\":true,\"to\":\"log\",\"what\":"
	 "\"a@b\"}"},
	{"DELETE", "/api/v1/traces?what=a@b", "",
	 "{\"command\":\"trace\",\"on\":false,\"what\":\"a@b\"}"},
	{"PATCH", "/api/v1/accounts/a@b", "{\"name\":\"A\"}",
	 "{\"aor\":\"a@b\",\"body\":{\"name\":\"A\"},\"command\":"
	 "\"account.patch\"}"},
	{"GET", "/api/v1/calls/7", "{\"command\":\"hangup\"}",
	 "the member \"command\" is not known"},
};


START_TEST(a_request_asks)
{
	const struct web_route *r;
	char why[WEB_WHY_MAX], *text;
	json_t *q = NULL;
	struct web_uri uri;
	unsigned allowed;
	int err;

	ck_assert_int_eq(web_uri_decode(&uri, casev[_i].uri), 0);
	r = web_route_find(&allowed, web_method_decode(casev[_i].method),
			   &uri);
	ck_assert_ptr_nonnull(r);
	err = web_question_make(&q, why, r, &uri, casev[_i].body,
				strlen(casev[_i].body));
	if (casev[_i].want[0] != '{') {
		ck_assert_int_eq(err, EINVAL);
		ck_assert_str_eq(why, casev[_i].want);
		return;
	}

	ck_assert_msg(!err, "%s", why);
	text = json_dumps(q, JSON_COMPACT | JSON_SORT_KEYS);
	ck_assert_str_eq(text, casev[_i].want);
	free(text);
	json_decref(q);
}
END_TEST


START_TEST(a_body_may_be_anything)
{
	const struct web_route *r;
	char why[WEB_WHY_MAX], body[256];
	struct web_uri uri;
	unsigned allowed;
	json_t *q = NULL;

	ck_assert_int_eq(web_uri_decode(&uri, "/api/v1/log"), 0);
	r = web_route_find(&allowed, WEB_PUT, &uri);
	memset(body, '[', sizeof(body));
	ck_assert_int_eq(
		web_question_make(&q, why, r, &uri, body, sizeof(body)),
		EINVAL);
	memset(body, 0, sizeof(body));
	ck_assert_int_eq(
		web_question_make(&q, why, r, &uri, body, sizeof(body)),
		EINVAL);
	ck_assert_int_eq(web_question_make(&q, why, r, &uri, NULL, 1), EINVAL);
	ck_assert_int_eq(web_question_make(&q, why, NULL, &uri, NULL, 0),
			 EINVAL);
}
END_TEST


Suite *suite_web_question(void);
Suite *suite_web_question(void)
{
	Suite *s = suite_create("web_question");
	TCase *tc = tcase_create("web_question");

	tcase_add_loop_test(tc, a_request_asks, 0, (int)ARRAY_SIZE(casev));
	tcase_add_test(tc, a_body_may_be_anything);
	suite_add_tcase(s, tc);

	return s;
}
