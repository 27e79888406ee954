/**
 * @file test/common/json_out.c  JSON as jansson writes it, without its tree
 */
#include "common/json.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "common/json_out.h"

static struct mbuf *mb;
static struct json_out o;


static void setup(void)
{
	mb = mbuf_alloc(1);
	json_out_init(&o, mb);
}


static void teardown(void)
{
	mb = mem_deref(mb);
}


static const char *text(void)
{
	ck_assert_int_eq(o.err, 0);
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);

	return (const char *)mb->buf;
}


START_TEST(commas_stand_between_and_nowhere_else)
{
	json_out_object(&o, NULL);
	json_out_array(&o, "none");
	json_out_array_end(&o);
	json_out_object(&o, "o");
	json_out_text(&o, "empty", "");
	json_out_text(&o, "nothing", NULL);
	json_out_number(&o, "n", UINT64_MAX);
	json_out_bool(&o, "yes", true);
	json_out_bool(&o, "no", false);
	json_out_object_end(&o);
	json_out_array(&o, "v");
	json_out_text(&o, NULL, "a");
	json_out_number(&o, NULL, 0);
	json_out_array_end(&o);
	json_out_object_end(&o);
	ck_assert_str_eq(text(), "{\"none\":[],\"o\":{\"n\":"
				 "18446744073709551615,\"yes\":true,"
				 "\"no\":false},\"v\":[\"a\",0]}");
}
END_TEST


/* NULL: as jansson writes it */
static const struct {
	const char *text, *json;
} textv[] = {
	{"plain", NULL},
	{"sip:a@[2001:db8::1]:5060;x=/~", NULL},
	{"\"quoted\\\" \b\f\n\r\t", NULL},
	{"\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\""},
	{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\x9e", NULL},
	{"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", NULL},
	{"a\xff\xfe\x7f\n", "\"a???\\n\""},
	{"\xc3", "\"?\""},
	{"\xe2\x82", "\"??\""},
	{"\xc0\x80", "\"??\""},
	{"\xe0\x80\x80", "\"???\""},
	{"\xed\xa0\x80", "\"???\""},
	{"\xf4\x90\x80\x80", "\"????\""},
	{"\xf0\x80\x80\x80", "\"????\""},
	{"\x80", "\"?\""},
};

START_TEST(any_text_is_made_fit)
{
	json_t *str = json_string(textv[_i].text);
	char *theirs = json_dumps(str, JSON_ENCODE_ANY);

	json_out_text(&o, NULL, textv[_i].text);
	ck_assert_str_eq(text(), textv[_i].json ? textv[_i].json : theirs);
	free(theirs);
	json_decref(str);
}
END_TEST


static const uint64_t hundredthv[] = {0,   1,   10,  100, 423,
				      440, 499, 500, 999, 10000};

START_TEST(hundredths_are_written_as_jansson_writes_reals)
{
	json_t *real = json_real((double)hundredthv[_i] / 100);
	char *theirs = json_dumps(real, JSON_ENCODE_ANY | JSON_DIGITS);

	json_out_hundredths(&o, NULL, hundredthv[_i]);
	ck_assert_str_eq(text(), theirs);
	free(theirs);
	json_decref(real);
}
END_TEST


START_TEST(an_address_stands_where_it_is_set_and_a_string_even_if_empty)
{
	struct sa sa;

	sa_init(&sa, AF_UNSPEC);
	json_out_object(&o, NULL);
	json_out_sa(&o, "unset", &sa);
	ck_assert_int_eq(sa_set_str(&sa, "192.0.2.1", 5060), 0);
	json_out_sa(&o, "v4", &sa);
	ck_assert_int_eq(sa_set_str(&sa, "2001:db8::1", 5061), 0);
	json_out_sa(&o, "v6", &sa);
	json_out_string(&o, "empty", "");
	json_out_object_end(&o);
	ck_assert_str_eq(text(), "{\"v4\":\"192.0.2.1:5060\","
				 "\"v6\":\"[2001:db8::1]:5061\","
				 "\"empty\":\"\"}");
}
END_TEST


START_TEST(an_error_sticks)
{
	json_out_init(&o, NULL);
	ck_assert_int_eq(o.err, EINVAL);
	json_out_object(&o, NULL);
	json_out_text(&o, "a", "b");
	json_out_object_end(&o);
	ck_assert_int_eq(o.err, EINVAL);
}
END_TEST


Suite *suite_json_out(void);
Suite *suite_json_out(void)
{
	Suite *s = suite_create("json_out");
	TCase *tc = tcase_create("json_out");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, commas_stand_between_and_nowhere_else);
	tcase_add_loop_test(tc, any_text_is_made_fit, 0, ARRAY_SIZE(textv));
	tcase_add_loop_test(tc, hundredths_are_written_as_jansson_writes_reals,
			    0, ARRAY_SIZE(hundredthv));
	tcase_add_test(
		tc,
		an_address_stands_where_it_is_set_and_a_string_even_if_empty);
	tcase_add_test(tc, an_error_sticks);
	suite_add_tcase(s, tc);

	return s;
}
