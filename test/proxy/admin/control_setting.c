/**
 * @file test/proxy/admin/control_setting.c  What is said of the configuration
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/config.h"
#include "common/config_given.h"
#include "common/config_table.h"
#include "common/json.h"
#include "common/timer.h"
#include "proxy/admin/control.h"
#include "proxy/admin/control_setting.h"
#include "proxy/command/ctl_print_setting.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

static const char file[] =
	"listen = { \"udp:192.0.2.1:5060\", \"tcp:192.0.2.1:5060\" }\n"
	"relay { ports = \"20000-20999\" workers = 3 }\n"
	"redirect { name = \"us\" secret = \"hidden-one\" }\n"
	"peer \"carrier\" { uri = \"sip:sip.example.com\" user = \"u\"\n"
	"  password = \"hidden-two\" address = { \"192.0.2.7\", "
	"\"192.0.2.8\" } }\n"
	"peer \"other\" { address = { \"192.0.2.9\" } }\n";

static struct timers *timers;
static struct control *control;
static struct config *conf;
static json_t *answer;
static char dir[TEMPDIR_SIZE], path[96];


static void setup(void)
{
	static const char q[] = "{\"command\":\"settings\"}";
	struct mbuf *errs = mbuf_alloc(256);
	char *text;

	ck_assert_int_eq(config_decode(&conf, "t", file, errs), 0);
	mem_deref(errs);
	tempdir_make(dir);
	(void)re_snprintf(path, sizeof(path), "%s/control", dir);
	ck_assert_int_eq(timers_alloc(&timers), 0);
	ck_assert_int_eq(control_alloc(&control, path, timers, NULL), 0);
	ck_assert_int_eq(control_setting_add(control, conf), 0);

	text = control_answer(control, q, strlen(q));
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_null(strstr(text, "hidden-"));
	answer = json_loads(text, 0, NULL);
	free(text);
	ck_assert(json_is_true(json_object_get(answer, "ok")));
}


static void teardown(void)
{
	json_decref(answer);
	control = mem_deref(control);
	timers = mem_deref(timers);
	conf = mem_deref(conf);
	tempdir_remove(dir);
}


static const json_t *setting(const char *section, const char *key)
{
	size_t i;
	json_t *s;

	json_array_foreach(json_object_get(answer, "settings"), i, s)
	{
		if (!strcmp(json_string_value(json_object_get(s, "section")),
			    section) &&
		    !strcmp(json_string_value(json_object_get(s, "key")), key))
			return s;
	}
	ck_abort_msg("no setting %s.%s", section, key);

	return NULL;
}


static const char *text(const char *section, const char *key,
			const char *member)
{
	return json_string_value(
		json_object_get(setting(section, key), member));
}


START_TEST(each_key_is_told_once)
{
	size_t n = 0;

	while (config_table_key(n))
		++n;
	ck_assert_uint_eq(json_array_size(json_object_get(answer, "settings")),
			  n);
}
END_TEST


START_TEST(what_is_set_and_what_is_not)
{
	ck_assert_str_eq(text("relay", "ports", "value"), "20000-20999");
	ck_assert_str_eq(text("relay", "ports", "default"), "16384-32767");
	ck_assert_str_eq(text("relay", "ports", "reload"), "live");
	ck_assert_str_eq(text("relay", "workers", "reload"), "restart");
	ck_assert(json_is_true(
		json_object_get(setting("relay", "ports"), "set")));

	ck_assert_str_eq(text("registrar", "expires", "value"), "3600");
	ck_assert_str_eq(text("registrar", "expires", "unit"), "s");
	ck_assert_str_eq(text("registrar", "expires", "reload"), "live");
	ck_assert(json_is_false(
		json_object_get(setting("registrar", "expires"), "set")));
	ck_assert_uint_gt(strlen(text("registrar", "expires", "doc")), 10);
}
END_TEST


/* not in the file, but worked out of it */
START_TEST(what_was_derived)
{
	const json_t *domain = setting("", "domain");
	const json_t *v = json_object_get(domain, "value");

	ck_assert(json_is_false(json_object_get(domain, "set")));
	ck_assert_uint_eq(json_array_size(v), 1);
	ck_assert_str_eq(json_string_value(json_array_get(v, 0)), "192.0.2.1");
	v = json_object_get(setting("relay", "address"), "value");
	ck_assert_str_eq(json_string_value(json_array_get(v, 0)), "192.0.2.1");
	ck_assert_str_eq(text("", "control", "value"), conf->control);
	v = json_object_get(setting("limit", "scanners"), "value");
	ck_assert_uint_eq(json_array_size(v), 11);
}
END_TEST


START_TEST(secrets_are_hidden)
{
	const json_t *v = json_object_get(answer, "sections");
	const json_t *keys = json_object_get(json_array_get(v, 0), "keys");

	ck_assert_str_eq(text("redirect", "secret", "value"), "***");
	ck_assert_str_eq(json_string_value(json_object_get(keys, "password")),
			 "***");
}
END_TEST


START_TEST(sections_with_titles_stand_apart)
{
	const json_t *v = json_object_get(answer, "sections");
	const json_t *peer = json_array_get(v, 0);
	const json_t *keys = json_object_get(peer, "keys");

	ck_assert_uint_eq(json_array_size(v), 2);
	ck_assert_str_eq(json_string_value(json_object_get(peer, "title")),
			 "carrier");
	ck_assert_str_eq(json_string_value(json_object_get(keys, "uri")),
			 "sip:sip.example.com");
	ck_assert_uint_eq(json_array_size(json_object_get(keys, "address")),
			  2);
	ck_assert(json_is_null(
		json_object_get(setting("peer", "uri"), "value")));
}
END_TEST


START_TEST(people_read_it)
{
	char buf[16384] = "";
	FILE *f = fmemopen(buf, sizeof(buf), "w");

	ck_assert_ptr_nonnull(f);
	ctl_print_settings(f, answer);
	(void)fclose(f);
	ck_assert_ptr_nonnull(
		strstr(buf, "relay.workers = \"3\"  # restart\n"));
	ck_assert_ptr_nonnull(
		strstr(buf, "registrar.expires = \"3600\" s  # not set\n"));
	ck_assert_ptr_nonnull(
		strstr(buf, "peer carrier.password = \"***\"\n"));
	ck_assert_ptr_nonnull(strstr(buf, "push.providers = { \"apns\""));
}
END_TEST


/* a list has its values in their order */
START_TEST(files_are_compared_key_by_key)
{
	static const struct {
		const char *text, *section, *key, *title;
		bool same;
	} v[] = {
		{"", "relay", "ports", "", false},
		{"relay { ports = \"20000-20999\" }", "relay", "ports", "",
		 true},
		{"relay { ports = \"20000-20998\" }", "relay", "ports", "",
		 false},
		{"", "relay", "lease", "", true},
		{"peer other { address = { \"192.0.2.9\" } }", "peer",
		 "address", "other", true},
		{"peer other { address = { \"192.0.2.9\", \"192.0.2.1\" } }",
		 "peer", "address", "other", false},
		{"peer another { address = { \"192.0.2.9\" } }", "peer",
		 "address", "other", false},
	};
	struct mbuf *errs = mbuf_alloc(256);
	struct config *b = NULL;

	ck_assert_int_eq(config_decode(&b, "t", v[_i].text, errs), 0);
	ck_assert_int_eq(
		config_given_equal(&conf->givenl, &b->givenl,
				   config_table_find(v[_i].section, v[_i].key),
				   v[_i].title),
		v[_i].same);
	mem_deref(b);
	mem_deref(errs);
}
END_TEST


Suite *suite_control_setting(void);
Suite *suite_control_setting(void)
{
	Suite *s = suite_create("control_setting");
	TCase *tc = tcase_create("control_setting");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_key_is_told_once);
	tcase_add_test(tc, what_is_set_and_what_is_not);
	tcase_add_test(tc, what_was_derived);
	tcase_add_test(tc, secrets_are_hidden);
	tcase_add_test(tc, sections_with_titles_stand_apart);
	tcase_add_test(tc, people_read_it);
	tcase_add_loop_test(tc, files_are_compared_key_by_key, 0, 7);
	suite_add_tcase(s, tc);

	return s;
}
