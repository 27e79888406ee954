/**
 * @file test/common/json_in.c  JSON that we have written, read again
 */
#include <errno.h>
#include <string.h>
#include "common/json_in.h"
#include "common/json_out.h"
#include "test/test.h"


static const char *const textv[] = {
	"",           "plain",        "\"quotes\" and \\",
	"\x01\r\n\t", "Zo\xc3\xab",   "Zo\xeb",
	"\xff\xfe",   "\xed\xa0\x80", "{\"hex\":\"41\"}",
};


START_TEST(any_text_comes_back_as_it_was)
{
	struct mbuf *mb = mbuf_alloc(16);
	struct json_out o;
	char *text = NULL;
	char buf[32];
	json_t *json;

	json_out_init(&o, mb);
	json_out_object(&o, NULL);
	json_out_exact(&o, "t", textv[_i]);
	json_out_exact(&o, "none", NULL);
	json_out_object_end(&o);
	ck_assert_int_eq(o.err, 0);

	json = json_loadb((const char *)mb->buf, mb->end, 0, NULL);
	ck_assert_ptr_nonnull(json);
	ck_assert_uint_eq(json_object_size(json), 1);
	ck_assert_int_eq(json_in_text(&text, json, "t"), 0);
	ck_assert_str_eq(text, textv[_i]);
	ck_assert_int_eq(json_in_words(buf, sizeof(buf), json, "t"), 0);
	ck_assert_str_eq(buf, textv[_i]);
	if (*text)
		ck_assert_int_eq(json_in_words(buf, strlen(text), json, "t"),
				 EBADMSG);

	json_decref(json);
	mem_deref(text);
	mem_deref(mb);
}
END_TEST


static const uint64_t idv[] = {0, 1, INT64_MAX, 1ull << 63, UINT64_MAX};


START_TEST(a_number_of_64_bits_comes_back)
{
	struct mbuf *mb = mbuf_alloc(16);
	struct json_out o;
	uint64_t id = 7;
	json_t *json;

	json_out_init(&o, mb);
	json_out_object(&o, NULL);
	json_out_id(&o, "id", idv[_i]);
	json_out_object_end(&o);
	json = json_loadb((const char *)mb->buf, mb->end, 0, NULL);
	ck_assert_int_eq(json_in_id(&id, json, "id"), 0);
	ck_assert(id == idv[_i]);

	json_decref(json);
	mem_deref(mb);
}
END_TEST


static const char *const badv[] = {
	"{\"v\":{}}",
	"{\"v\":[]}",
	"{\"v\":null}",
	"{\"v\":-1}",
	"{\"v\":{\"hex\":\"\"}}",
	"{\"v\":{\"hex\":\"4\"}}",
	"{\"v\":{\"hex\":\"00\"}}",
	"{\"v\":{\"hex\":\"zz\"}}",
};


START_TEST(what_is_no_value_is_refused)
{
	json_t *json = json_loads(badv[_i], 0, NULL);
	char *text = NULL, buf[8];
	struct sa sa;
	uint64_t n;

	ck_assert_ptr_nonnull(json);
	ck_assert_int_eq(json_in_text(&text, json, "v"), EBADMSG);
	ck_assert_ptr_null(text);
	ck_assert_int_eq(json_in_words(buf, sizeof(buf), json, "v"), EBADMSG);
	ck_assert_int_eq(json_in_number(&n, json, "v", UINT64_MAX), EBADMSG);
	ck_assert_int_eq(json_in_id(&n, json, "v"), EBADMSG);
	ck_assert_int_eq(json_in_sa(&sa, json, "v"), EBADMSG);
	ck_assert(!json_in_bool(json, "v"));

	json_decref(json);
}
END_TEST


START_TEST(what_is_absent_is_nothing)
{
	json_t *json = json_loads("{\"n\":11,\"id\":\"12\","
				  "\"sa\":\"nowhere\"}",
				  0, NULL);
	char *text = NULL, buf[8] = "x";
	uint64_t n = 1, id = 1;
	struct sa sa;

	ck_assert_int_eq(json_in_text(&text, json, "v"), 0);
	ck_assert_ptr_null(text);
	ck_assert_int_eq(json_in_words(buf, sizeof(buf), json, "v"), 0);
	ck_assert_str_eq(buf, "");
	ck_assert_int_eq(json_in_number(&n, json, "v", 0), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(json_in_id(&id, json, "v"), 0);
	ck_assert_uint_eq(id, 0);
	ck_assert_int_eq(json_in_sa(&sa, json, "v"), 0);
	ck_assert(!sa_isset(&sa, SA_ADDR));

	ck_assert_int_eq(json_in_number(&n, json, "n", 10), EBADMSG);
	ck_assert_int_eq(json_in_number(&n, json, "n", 11), 0);
	ck_assert_int_eq(json_in_id(&id, json, "id"), EBADMSG);
	ck_assert_int_eq(json_in_sa(&sa, json, "sa"), EBADMSG);
	json_decref(json);
}
END_TEST


Suite *suite_json_in(void);
Suite *suite_json_in(void)
{
	Suite *s = suite_create("json_in");
	TCase *tc = tcase_create("json_in");

	tcase_add_loop_test(tc, any_text_comes_back_as_it_was, 0,
			    ARRAY_SIZE(textv));
	tcase_add_loop_test(tc, a_number_of_64_bits_comes_back, 0,
			    ARRAY_SIZE(idv));
	tcase_add_loop_test(tc, what_is_no_value_is_refused, 0,
			    ARRAY_SIZE(badv));
	tcase_add_test(tc, what_is_absent_is_nothing);
	suite_add_tcase(s, tc);

	return s;
}
