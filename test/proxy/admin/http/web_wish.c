/**
 * @file test/proxy/admin/http/web_wish.c  What a body wants of an account
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "common/config.h"
#include "proxy/admin/http/web_wish.h"
#include "test/test.h"

static struct web_wish w;

static const struct {
	const char *body;
	const char *want; /* changes, or why not */
} casev[] = {
	{"{}", ""},
	{"{\"aor\":\"x\"}", ""},
	{"{\"calls\":2,\"name\":\"A\"}", "calls=2 name=A "},
	{"{\"disabled\":true,\"record\":false}", "disabled=yes record=no "},
	{"{\"calls\":null,\"name\":null}", "calls= name= "},
	{"{\"aliases\":[]}", "clear "},
	{"{\"aliases\":[\"100\",\"+49 30\"]}",
	 "clear +100@example.net ++4930 "},
	{"{\"password\":\"secret\"}", "password=secret "},
	{"{\"cals\":2}", "cals is no setting, is calls meant?"},
	{"{\"calls\":\"2\"}", "calls takes a number up to 10000"},
	{"{\"calls\":20000}", "calls takes a number up to 10000"},
	{"{\"calls\":-1}", "calls takes a number up to 10000"},
	{"{\"calls\":1.5}", "calls takes a number up to 10000"},
	{"{\"disabled\":\"yes\"}", "disabled takes yes or no"},
	{"{\"name\":7}", "name takes up to 63 characters"},
	{"{\"name\":\"a\\nb\"}", "name takes up to 63 characters"},
	{"{\"media\":\"fast\"}", "media takes auto, relay or direct"},
	{"{\"password\":\"\"}", "the password is empty"},
	{"{\"password\":null}", "the password is empty"},
	{"{\"aliases\":\"100\"}", "aliases takes an array"},
	{"{\"aliases\":[1]}", "aliases takes an array"},
	{"{\"aliases\":[\"x@example.org\"]}", "is not at a domain of ours"},
	{"{\"aliases\":[\"\"]}", "is neither a user name nor a number"},
};


static void print(char *said, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < w.n; i++) {
		const struct account_change *ch = &w.v[i];

		if (ch->kind == ACCOUNT_SETTING)
			len += (size_t)snprintf(
				said + len, size - len, "%s=%s ",
				account_setting_name(ch->setting), ch->value);
		else if (ch->kind == ACCOUNT_ALIAS_CLEAR)
			len += (size_t)snprintf(said + len, size - len,
						"clear ");
		else
			len += (size_t)snprintf(said + len, size - len, "+%s ",
						ch->alias);
	}
	if (w.password)
		(void)snprintf(said + len, size - len, "password=%s ",
			       w.password);
}


static struct config *config(void)
{
	struct mbuf *errs = mbuf_alloc(64);
	struct config *cfg = NULL;

	ck_assert_int_eq(config_decode(&cfg, "t",
				       "listen = { \"udp:192.0.2.1\" }\n"
				       "domain = \"example.net\"\n",
				       errs),
			 0);
	mem_deref(errs);

	return cfg;
}


START_TEST(a_body_wants)
{
	json_t *body = json_loads(casev[_i].body, 0, NULL);
	struct config *cfg = config();
	char said[1024] = "";
	int err;

	memset(&w, 0, sizeof(w));
	err = web_wish_read(&w, cfg, "alice@example.net", body);
	if (err) {
		ck_assert_int_eq(err, EINVAL);
		ck_assert_msg(strstr(w.why, casev[_i].want) != NULL, "%s",
			      w.why);
	}
	else {
		print(said, sizeof(said));
		ck_assert_str_eq(said, casev[_i].want);
	}
	json_decref(body);
	mem_deref(cfg);
}
END_TEST


START_TEST(aliases_have_a_bound)
{
	json_t *aliases = json_array(), *body = json_object();
	struct config *cfg = config();

	for (int i = 0; i < ACCOUNT_ALIAS_MAX; i++)
		(void)json_array_append_new(aliases,
					    json_sprintf("%d", 100 + i));
	(void)json_object_set_new(body, "aliases", aliases);
	memset(&w, 0, sizeof(w));
	ck_assert_int_eq(web_wish_read(&w, cfg, "a@example.net", body), 0);
	ck_assert_uint_eq(w.n, ACCOUNT_ALIAS_MAX + 1);
	(void)json_array_append_new(aliases, json_string("99"));
	memset(&w, 0, sizeof(w));
	ck_assert_int_eq(web_wish_read(&w, cfg, "a@example.net", body),
			 EINVAL);
	json_decref(body);
	mem_deref(cfg);
}
END_TEST


Suite *suite_web_wish(void);
Suite *suite_web_wish(void)
{
	Suite *s = suite_create("web_wish");
	TCase *tc = tcase_create("web_wish");

	test_table(tc, a_body_wants, casev);
	tcase_add_test(tc, aliases_have_a_bound);
	suite_add_tcase(s, tc);

	return s;
}
