/**
 * @file test/proxy/command/welcome.c  What a first operator is told
 */
#include <stdlib.h>
#include <string.h>
#include "proxy/command/welcome.h"
#include "test/test.h"

static const struct {
	const char *config, *file;
	const char *want;
} casev[] = {
	{"listen = { \"udp:192.0.2.1:5060\", \"tcp:192.0.2.1:5060\" }\n", NULL,
	 "  1. viaduct user add alice@192.0.2.1\n"},
	{"listen = { \"udp:192.0.2.1:5060\", \"tcp:192.0.2.1:5060\" }\n", NULL,
	 "  2. In the phone: user alice, that password, server (or domain) "
	 "192.0.2.1,\n     port 5060, udp.\n"},
	{"listen = { \"udp:192.0.2.1:5060\", \"tcp:192.0.2.1:5060\" }\n", NULL,
	 "firewall: udp 5060, tcp 5060, udp 16384-32767 (sound).\n"},
	{"listen = { \"udp:10.0.0.5:5060 advertise 198.51.100.7\" }\n"
	 "domain = \"example.net\"\n"
	 "relay { address = \"10.0.0.5\" ports = \"20000-20999\" }\n",
	 "v.conf", "port 5060, udp, by the proxy 198.51.100.7.\n"},
	{"listen = { \"udp:192.0.2.1:5060\" }\nsounds { test = { } }\n",
	 "v.conf", "  1. viaduct user add -c v.conf alice@192.0.2.1\n"},
	{"listen = { \"udp:192.0.2.1:5060\", \"udp:192.0.2.2:5060\" }\n"
	 "relay { mode = external servers = \"sip:192.0.2.9:5060\" }\n",
	 NULL, "firewall: udp 5060.\n"},
};


START_TEST(the_first_phone_is_explained)
{
	struct mbuf *errs = mbuf_alloc(256);
	struct config *cfg = NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *f;

	ck_assert_int_eq(config_decode(&cfg, "v.conf", casev[_i].config, errs),
			 0);
	f = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(f);
	welcome_print(f, cfg, casev[_i].file);
	(void)fclose(f);
	ck_assert_msg(strstr(text, casev[_i].want) != NULL, "%s", text);
	free(text);
	mem_deref(cfg);
	mem_deref(errs);
}
END_TEST


Suite *suite_welcome(void);
Suite *suite_welcome(void)
{
	Suite *s = suite_create("welcome");
	TCase *tc = tcase_create("welcome");

	test_table(tc, the_first_phone_is_explained, casev);
	suite_add_tcase(s, tc);

	return s;
}
