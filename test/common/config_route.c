/**
 * @file test/common/config_route.c  What a dial plan may say
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "common/config.h"


#define HEAD "listen = { \"udp:192.0.2.1:5060\", \"tcp:192.0.2.1:5060\" }\n"
#define PEERS                                            \
	"peer \"one\" { address = { \"192.0.2.2\" } }\n" \
	"peer \"two\" { uri = \"sip:carrier.example\" }\n"

static struct config *conf;
static struct mbuf *errs;


static void setup(void)
{
	conf = NULL;
	errs = mbuf_alloc(256);
	ck_assert_ptr_nonnull(errs);
}


static void teardown(void)
{
	oom_after(-1);
	conf = mem_deref(conf);
	errs = mem_deref(errs);
}


static const char *faults(void)
{
	ck_assert_int_eq(mbuf_write_u8(errs, 0), 0);

	return (const char *)errs->buf;
}


START_TEST(routes_are_decoded_in_order)
{
	const struct config_route *r;
	int err;

	err = config_decode(
		&conf, "v.conf",
		HEAD PEERS "route emergency { match = { \"110\", 112 }\n"
			   "  peers = { \"two\", \"one\" } emergency = yes }\n"
			   "route \"world\" { match = { \"00*\" }\n"
			   "  strip = 2 add = \"+\" peers = { \"one\" } }\n",
		errs);
	ck_assert_msg(!err && !errs->end, "%s", faults());
	ck_assert_uint_eq(conf->routec, 2);

	r = &conf->routev[0];
	ck_assert_str_eq(r->name, "emergency");
	ck_assert_uint_eq(r->matchc, 2);
	ck_assert_str_eq(r->matchv[1], "112");
	ck_assert_uint_eq(r->peerc, 2);
	ck_assert_str_eq(r->peerv[0], "two");
	ck_assert(r->emergency);

	r = &conf->routev[1];
	ck_assert(!r->emergency);
	ck_assert_uint_eq(r->rewrite.strip, 2);
	ck_assert_str_eq(r->rewrite.add, "+");
}
END_TEST


static const struct {
	const char *text, *fault;
} badv[] = {
	{"route r { match = \"1*2\" peers = one }",
	 "v.conf:4: match = \"1*2\": bad value, expected a pattern"},
	{"route r { match = \"\" peers = one }", "expected a pattern"},
	{"route r { match = \"1\" peers = ony }",
	 "leads to \"ony\", expected the name of a peer, did you mean "
	 "\"one\"?"},
	{"route r { match = \"1\" peers = { one, one } }", "given twice"},
	{"route r { match = \"1\" peers = \"a b\" }",
	 "expected the name of a peer"},
	{"route r { match = \"1\" }", "route \"r\" has no peers"},
	{"route r { peers = one }", "route \"r\" has no match"},
	{"route r { }", "route \"r\" has no match"},
	{"route \"a b\" { match = \"1\" peers = one }", "bad name"},
	{"route r { match = \"1\" peers = one strip = 40 }",
	 "expected a number, 0 to 31"},
	{"route r { match = \"1\" peers = one add = \"abc\" }",
	 "expected digits"},
	{"route r { match = \"1\" peers = one emergency = perhaps }",
	 "expected yes or no"},
	{"route r { match = \"1\" peers = one colour = red }",
	 "unknown key \"colour\" in route"},
	{"route r { match = \"1\" peers = three }\n"
	 "peer three { auth_user = a auth_password = b }",
	 "peer \"three\" without an address"},
};


START_TEST(a_fault_is_said)
{
	char text[1024];

	(void)re_snprintf(text, sizeof(text), "%s%s\n", HEAD PEERS,
			  badv[_i].text);
	ck_assert_int_eq(config_decode(&conf, "v.conf", text, errs), EINVAL);
	ck_assert_msg(strstr(faults(), badv[_i].fault), "%s", errs->buf);
}
END_TEST


static const struct {
	const char *text;
	const char *warning; /* NULL: none */
} shadowv[] = {
	{"route a { match = { \"00*\" } peers = one }\n"
	 "route b { match = { \"0049*\" } peers = two }\n",
	 "v.conf:5: warning: route \"b\": \"0049*\" is never reached, "
	 "\"00*\" of route \"a\" takes its numbers\n"},
	{"route a { match = { \"0049*\" } peers = one }\n"
	 "route b { match = { \"00*\" } peers = two }\n",
	 NULL},
	{"route a { match = { \"1?\", \"12\" } peers = one }\n",
	 "\"12\" is never reached"},
};


START_TEST(a_shadow_is_no_fault_but_said)
{
	char text[1024];

	(void)re_snprintf(text, sizeof(text), "%s%s", HEAD PEERS,
			  shadowv[_i].text);
	ck_assert_int_eq(config_decode(&conf, "v.conf", text, errs), 0);
	if (shadowv[_i].warning)
		ck_assert_msg(strstr(faults(), shadowv[_i].warning), "%s",
			      errs->buf);
	else
		ck_assert_uint_eq(errs->end, 0);
}
END_TEST


START_TEST(there_is_a_bound)
{
	struct mbuf *mb = mbuf_alloc(65536);
	int err = mbuf_write_str(mb, HEAD PEERS);

	for (int i = 0; i <= CONFIG_ROUTE_MAX; i++)
		err |= mbuf_printf(
			mb, "route r%d { match = \"%d\" peers = one }\n", i,
			1000 + i);
	err |= mbuf_write_u8(mb, 0);
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(
		config_decode(&conf, "v", (const char *)mb->buf, errs),
		EINVAL);
	ck_assert_ptr_nonnull(strstr(faults(), "too many routes"));
	mem_deref(mb);
}
END_TEST


Suite *suite_config_route(void);
Suite *suite_config_route(void)
{
	Suite *s = suite_create("config_route");
	TCase *tc = tcase_create("config_route");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, routes_are_decoded_in_order);
	test_table(tc, a_fault_is_said, badv);
	test_table(tc, a_shadow_is_no_fault_but_said, shadowv);
	tcase_add_test(tc, there_is_a_bound);
	suite_add_tcase(s, tc);

	return s;
}
