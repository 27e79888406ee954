/**
 * @file test/common/config_table.c  The table of keys, and what is true of it
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "common/config.h"
#include "common/config_draft.h"


#define LISTEN "listen = { \"udp:192.0.2.1:5060\", \"tcp:192.0.2.1:5060\" }\n"

static struct mbuf *errs;


static void setup(void)
{
	errs = mbuf_alloc(256);
	ck_assert_ptr_nonnull(errs);
}


static void teardown(void)
{
	errs = mem_deref(errs);
}


static const struct config_section *section_of(const struct config_key *key)
{
	const struct config_section *sec;

	for (size_t i = 0; (sec = config_table_section(i)) != NULL; i++) {
		if (!strcmp(sec->name, key->section))
			break;
	}

	return sec;
}


/* a file with that text in that section; what else a peer needs */
static void write_file(struct mbuf *mb, const struct config_key *key,
		       const char *text)
{
	const char *fill = "";
	int err = mbuf_write_str(mb, LISTEN);

	if (!strcmp(key->section, "peer"))
		fill = "address = { \"192.0.2.7\" } ";
	if (!strcmp(key->section, "route"))
		fill = "match = { \"1*\" } refuse = 404 ";

	if (!*key->section)
		err |= mbuf_write_str(mb, text);
	else
		err |= mbuf_printf(mb, "%s%s%s { %s%s }\n", key->section,
				   section_of(key)->title ? " x" : "", "",
				   fill, text);
	ck_assert_int_eq(err | mbuf_write_u8(mb, 0), 0);
}


static struct config *decode(const struct config_key *key, const char *text)
{
	struct mbuf *mb = mbuf_alloc(256);
	struct config *conf = NULL;
	int err;

	write_file(mb, key, text);
	err = config_decode(&conf, "t", (const char *)mb->buf, errs);
	ck_assert_msg(!err, "%s: %.*s", (const char *)mb->buf, (int)errs->end,
		      (const char *)errs->buf);
	mem_deref(mb);

	return conf;
}


/* an address has octets that mean nothing */
static void forget_addresses(struct config *conf)
{
	struct sa http;

	memset(conf->listenv, 0, sizeof(conf->listenv));
	memset(conf->relay.addrv, 0, sizeof(conf->relay.addrv));
	memset(conf->relay.advertisev, 0, sizeof(conf->relay.advertisev));
	for (size_t i = 0; i < conf->peerc; i++)
		memset(conf->peerv[i].addrv, 0, sizeof(conf->peerv[i].addrv));
	for (size_t i = 0; i < conf->peerc; i++)
		conf->peerv[i].owner = NULL;
	sa_set_in(&http, INADDR_LOOPBACK, CONFIG_HTTP_PORT);
	ck_assert(sa_cmp(&conf->http.addr, &http, SA_ALL));
	memset(&conf->http.addr, 0, sizeof(conf->http.addr));
	conf->sounds.test_given = false;
	list_flush(&conf->givenl);
	list_flush(&conf->derivedl);
}


/* both were made of zeros, the gaps between members as well */
static bool equal(const void *a, const void *b, size_t size)
{
	return !memcmp(a, b, size);
}


/* of all that both own, and of the flat rest */
static bool same(struct config *a, struct config *b)
{
	bool is = a->peerc == b->peerc && a->routec == b->routec;

	forget_addresses(a);
	forget_addresses(b);

	for (size_t i = 0; is && i < a->peerc; i++)
		is = equal(&a->peerv[i], &b->peerv[i], sizeof(a->peerv[i]));
	for (size_t i = 0; is && i < a->routec; i++)
		is = equal(&a->routev[i], &b->routev[i], sizeof(a->routev[i]));

	a->peerv = mem_deref(a->peerv);
	b->peerv = mem_deref(b->peerv);
	a->routev = mem_deref(a->routev);
	b->routev = mem_deref(b->routev);

	return is && equal(a, b, sizeof(*a));
}


START_TEST(each_key_is_documented)
{
	const struct config_key *key;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		ck_assert_msg(key->doc && strlen(key->doc) > 10 &&
				      key->doc[strlen(key->doc) - 1] == '.',
			      "%s has no sentence", key->name);
		ck_assert_msg(key->unit && key->value && key->expect,
			      "%s is incomplete", key->name);
		ck_assert_msg(section_of(key), "%s is in no section",
			      key->name);
	}
	ck_assert_uint_gt(CONFIG_KEY_MAX, 100);
}
END_TEST


START_TEST(each_section_has_keys_and_a_sentence)
{
	const struct config_section *sec;

	for (size_t i = 0; (sec = config_table_section(i)) != NULL; i++) {
		const struct config_key *key;
		size_t n = 0;

		for (size_t k = 0; (key = config_table_key(k)) != NULL; k++)
			n += !strcmp(key->section, sec->name);
		ck_assert_msg(n > 0, "%s has no key", sec->name);
		ck_assert_uint_gt(strlen(sec->doc), 10);
	}
}
END_TEST


START_TEST(all_rows_have_a_line_in_the_draft)
{
	const struct config_key *last = config_table_find("redirect", "serve");
	size_t n = 0;

	while (config_table_key(n))
		++n;

	/* one more would be cut off */
	ck_assert_uint_lt(n, CONFIG_KEY_MAX);
	ck_assert_ptr_nonnull(last);
	ck_assert_uint_lt(config_table_index(last), n);
}
END_TEST


START_TEST(a_key_is_there_once)
{
	const struct config_key *key;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		ck_assert_ptr_eq(config_table_find(key->section, key->name),
				 key);
		ck_assert_uint_eq(config_table_index(key), i);
	}
	ck_assert_ptr_null(config_table_find("relay", "prots"));
}
END_TEST


/* what the table calls the default is what a file without the key gets */
START_TEST(defaults_are_the_defaults)
{
	const struct config_key *key = config_table_key((size_t)_i);
	struct config *with, *without;
	char text[512];
	bool bare;

	if (!key || !*key->value)
		return;

	bare = key->list ||
	       strspn(key->value, "0123456789") == strlen(key->value);
	(void)re_snprintf(text, sizeof(text),
			  bare ? "%s = %s\n" : "%s = \"%s\"\n", key->name,
			  key->value);
	without = decode(key, "");
	with = decode(key, text);
	ck_assert_msg(same(with, without), "%s { %s } changes something",
		      key->section, text);
	mem_deref(with);
	mem_deref(without);
}
END_TEST


/* the parser knows the keys of the table, and says so of others */
START_TEST(the_parser_has_each_key)
{
	const struct config_key *key = config_table_key((size_t)_i);
	const struct config_section *sec = key ? section_of(key) : NULL;
	struct config *conf = NULL;
	char text[256];

	if (!key)
		return;

	if (!*key->section)
		(void)re_snprintf(text, sizeof(text), "%s = \"\\\\\"\n",
				  key->name);
	else
		(void)re_snprintf(text, sizeof(text),
				  "%s%s%s%s { %s = \"\\\\\" }%s\n",
				  sec->in ? sec->in : "", sec->in ? " { " : "",
				  key->section, sec->title ? " x" : "",
				  key->name, sec->in ? " }" : "");
	(void)config_decode(&conf, "t", text, errs);
	ck_assert_int_eq(mbuf_write_u8(errs, 0), 0);
	ck_assert_msg(!strstr((const char *)errs->buf, "unknown key"), "%s",
		      (const char *)errs->buf);
	mem_deref(conf);
}
END_TEST


START_TEST(secrets_are_known)
{
	static const struct {
		const char *section, *name;
		bool secret;
	} v[] = {
		{"peer", "secret", true},     {"peer", "password", true},
		{"peer", "auth_user", false}, {"peer", "auth_password", true},
		{"relay", "ports", false},    {"redirect", "secret", true},
	};

	ck_assert_int_eq(config_table_is_secret(
				 config_table_find(v[_i].section, v[_i].name)),
			 v[_i].secret);
	ck_assert(!config_table_is_secret(NULL));
}
END_TEST


Suite *suite_config_table(void);
Suite *suite_config_table(void)
{
	Suite *s = suite_create("config_table");
	TCase *tc = tcase_create("config_table");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_key_is_documented);
	tcase_add_test(tc, each_section_has_keys_and_a_sentence);
	tcase_add_test(tc, all_rows_have_a_line_in_the_draft);
	tcase_add_test(tc, a_key_is_there_once);
	tcase_add_loop_test(tc, defaults_are_the_defaults, 0, CONFIG_KEY_MAX);
	tcase_add_loop_test(tc, the_parser_has_each_key, 0, CONFIG_KEY_MAX);
	tcase_add_loop_test(tc, secrets_are_known, 0, 6);
	suite_add_tcase(s, tc);

	return s;
}
