/**
 * @file test/proxy/user/account_name.c  What an operator may write
 */
#include <string.h>
#include "common/config.h"
#include "proxy/user/account_name.h"
#include "test/test.h"

static const struct {
	const char *line;
	bool fine;
} passwordv[] = {
	{"secret", true},   {" ", true},      {"\xc3\xa4", true},
	{"", false},        {NULL, false},    {"a\nb", false},
	{"a\x1b[b", false}, {"a\x7f", false}, {"\x03", false},
};


START_TEST(a_password_is_printable)
{
	char line[ACCOUNT_PASSWORD_MAX + 2];

	ck_assert((account_name_password(passwordv[_i].line) == NULL) ==
		  passwordv[_i].fine);
	memset(line, 'x', sizeof(line));
	line[ACCOUNT_PASSWORD_MAX + 1] = '\0';
	ck_assert_ptr_nonnull(account_name_password(line));
	line[ACCOUNT_PASSWORD_MAX] = '\0';
	ck_assert_ptr_null(account_name_password(line));
}
END_TEST


static const struct {
	const char *name;
	const char *aor; /* or NULL */
	const char *why;
} namev[] = {
	{"alice@example.net", "alice@example.net", NULL},
	{"alice@EXAMPLE.net", "alice@example.net", NULL},
	{"a/b?@example.net", NULL, NULL},
	{"alice", NULL, "is not USER@DOMAIN"},
	{"@example.net", NULL, "is not USER@DOMAIN"},
	{"alice@", NULL, "is not USER@DOMAIN"},
	{"alice@example.org", NULL, "is not at a domain of ours"},
	{"al ice@example.net", NULL, "is no user name"},
	{"a\"b@example.net", NULL, "is no user name"},
	{"alice@example.net:5060", NULL, "is no address"},
	{"alice@example.net;x=y", NULL, "is no address"},
};


START_TEST(a_name_is_at_a_domain_of_ours)
{
	struct config *cfg = NULL;
	struct mbuf *errs = mbuf_alloc(64);
	char aor[ACCOUNT_AOR_MAX];
	const char *why;

	ck_assert_int_eq(config_decode(&cfg, "t",
				       "listen = { \"udp:192.0.2.1\" }\n"
				       "domain = \"example.net\"\n",
				       errs),
			 0);
	why = account_name_aor(aor, cfg, namev[_i].name);
	if (namev[_i].aor)
		ck_assert_str_eq(aor, namev[_i].aor);
	if (namev[_i].why)
		ck_assert_msg(why && strstr(why, namev[_i].why), "%s", why);
	mem_deref(errs);
	mem_deref(cfg);
}
END_TEST


Suite *suite_account_name(void);
Suite *suite_account_name(void)
{
	Suite *s = suite_create("account_name");
	TCase *tc = tcase_create("account_name");

	test_table(tc, a_password_is_printable, passwordv);
	test_table(tc, a_name_is_at_a_domain_of_ours, namev);
	suite_add_tcase(s, tc);

	return s;
}
