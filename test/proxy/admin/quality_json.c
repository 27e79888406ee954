/**
 * @file test/proxy/admin/quality_json.c  How a call sounds, as JSON
 */
#include "common/json.h"
#include <string.h>
#include "proxy/admin/quality_json.h"
#include "test/test.h"


static long long number(const json_t *obj, const char *key)
{
	ck_assert_msg(json_is_integer(json_object_get(obj, key)), "%s", key);

	return json_integer_value(json_object_get(obj, key));
}


/* NULL: nothing was written */
static json_t *written(const struct relay_quality *q,
		       const struct call_report *r)
{
	struct mbuf *mb = mbuf_alloc(64);
	json_t *obj, *x;
	struct json_out o;

	json_out_init(&o, mb);
	json_out_object(&o, NULL);
	if (q)
		quality_json(&o, "x", q);
	else
		quality_json_oneway(&o, "x", r);
	json_out_object_end(&o);
	ck_assert_int_eq(o.err, 0);
	obj = json_loadb((const char *)mb->buf, mb->end, 0, NULL);
	ck_assert_ptr_nonnull(obj);
	x = json_incref(json_object_get(obj, "x"));
	json_decref(obj);
	mem_deref(mb);

	return x;
}


START_TEST(what_is_known_is_shown)
{
	struct relay_quality q;
	json_t *obj;

	memset(&q, 0, sizeof(q));
	q.silent_ms = UINT64_MAX;
	ck_assert_ptr_null(written(&q, NULL));

	q.expected = 1000;
	q.lost = 10;
	(void)str_ncpy(q.codec, "opus", sizeof(q.codec));
	q.mos = 423;
	obj = written(&q, NULL);
	ck_assert_int_eq(number(obj, "lost"), 10);
	ck_assert_double_eq(json_real_value(json_object_get(obj, "mos")),
			    4.23);
	ck_assert_ptr_null(json_object_get(obj, "far_lost"));
	ck_assert_ptr_null(json_object_get(obj, "delay_us"));
	ck_assert_ptr_null(json_object_get(obj, "silent_ms"));
	json_decref(obj);

	q.far_expected = 1000;
	q.far_lost = 30;
	q.far_mos = 350;
	q.delay_us = 50000;
	q.silent_ms = 7;
	obj = written(&q, NULL);
	ck_assert_int_eq(number(obj, "far_lost"), 30);
	ck_assert_double_eq(json_real_value(json_object_get(obj, "far_mos")),
			    3.5);
	ck_assert_int_eq(number(obj, "delay_us"), 50000);
	ck_assert_int_eq(number(obj, "silent_ms"), 7);
	json_decref(obj);
}
END_TEST


START_TEST(one_way_audio_is_a_warning)
{
	struct call_report r;
	json_t *array, *obj;

	memset(&r, 0, sizeof(r));
	ck_assert_ptr_null(written(NULL, &r));

	r.sidev[1].oneway = (struct call_oneway){
		.now = true,
		.times = 2,
		.silent_ms = 7000,
		.cause = "refused",
		.remedy = "one way out",
	};
	array = written(NULL, &r);
	ck_assert_uint_eq(json_array_size(array), 1);
	obj = json_array_get(array, 0);
	ck_assert_str_eq(json_string_value(json_object_get(obj, "side")), "b");
	ck_assert_str_eq(json_string_value(json_object_get(obj, "cause")),
			 "refused");
	ck_assert_str_eq(json_string_value(json_object_get(obj, "text")),
			 "b is not heard for 7 s (refused): one way out");
	ck_assert_int_eq(number(obj, "times"), 2);
	ck_assert(json_is_true(json_object_get(obj, "now")));
	json_decref(array);
}
END_TEST


Suite *suite_quality_json(void);
Suite *suite_quality_json(void)
{
	Suite *s = suite_create("quality_json");
	TCase *tc = tcase_create("quality_json");

	tcase_add_test(tc, what_is_known_is_shown);
	tcase_add_test(tc, one_way_audio_is_a_warning);
	suite_add_tcase(s, tc);

	return s;
}
