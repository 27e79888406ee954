/**
 * @file test/common/config_trunk.c  What a peer may say of itself as a trunk
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "common/config.h"


#define HEAD "listen = { \"udp:192.0.2.1:5060\", \"tcp:192.0.2.1:5060\" }\n"

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
	conf = mem_deref(conf);
	errs = mem_deref(errs);
}


static const char *faults(void)
{
	ck_assert_int_eq(mbuf_write_u8(errs, 0), 0);

	return (const char *)errs->buf;
}


static const char full[] = HEAD
	"peer carrier {\n"
	"  tls_name = { \"SBC.Carrier.net\", \"b.example\" }\n"
	"  auth_user = them auth_password = \"pa ss\"\n"
	"  trust = yes transit = yes\n"
	"  uri = \"sips:carrier.net:5061;transport=TLS\"\n"
	"  user = us password = \"s3cret\"\n"
	"  register = yes expires = 600 inbound = \"+4930123\"\n"
	"  probe = 30 deadline = 3 priority = 2 weight = 50\n"
	"  calls = 7 calls_per_minute = 60\n"
	"  strip = 1 add = \"+49\" inbound_strip = 3 inbound_add = 0\n"
	"}\n";


/* RFC 5626: we are the edge proxy of its phones */
static const struct {
	const char *text, *fault; /* NULL: none */
} homev[] = {
	{"peer a { address = { \"192.0.2.9\" } "
	 "domain = { \"home.example\", \"b.example\" } }\n",
	 NULL},
	{"domain = { \"Home.example\" }\n"
	 "peer a { address = { \"192.0.2.9\" } "
	 "domain = { \"home.example\" } }\n",
	 "is one of ours"},
	{"peer a { address = { \"192.0.2.9\" } domain = { \"x\" } }\n"
	 "peer b { address = { \"192.0.2.8\" } domain = { \"X\" } }\n",
	 "given twice"},
	{"peer a { address = { \"192.0.2.9\" } domain = { \"a b\" } }\n",
	 "expected a domain"},
	{"peer a { address = { \"192.0.2.9\" } "
	 "domain = { \"a\", \"b\", \"c\", \"d\", \"e\" } }\n",
	 "too many"},
};


START_TEST(a_peer_may_be_the_home_of_domains)
{
	char text[512];
	int err;

	(void)re_snprintf(text, sizeof(text), HEAD "%s", homev[_i].text);
	err = config_decode(&conf, "v.conf", text, errs);
	if (homev[_i].fault) {
		ck_assert_int_ne(err, 0);
		ck_assert_msg(strstr(faults(), homev[_i].fault) != NULL, "%s",
			      (char *)errs->buf);
		return;
	}
	ck_assert_msg(!err, "%s", faults());
	ck_assert_uint_eq(conf->peerv[0].domainc, 2);
	ck_assert_str_eq(conf->peerv[0].domainv[0], "home.example");
}
END_TEST


START_TEST(a_trunk_is_decoded)
{
	const int err = config_decode(&conf, "v.conf", full, errs);
	const struct config_peer *p;

	ck_assert_msg(!err && !errs->end, "%s", faults());
	p = &conf->peerv[0];
	ck_assert_uint_eq(p->tls_namec, 2);
	ck_assert_str_eq(p->tls_namev[0], "sbc.carrier.net");
	ck_assert_str_eq(p->auth_user, "them");
	ck_assert_str_eq(p->auth_password, "pa ss");
	ck_assert(p->trust && p->transit && p->do_register);
	ck_assert_str_eq(p->uri, "sips:carrier.net:5061;transport=TLS");
	ck_assert_str_eq(p->user, "us");
	ck_assert_str_eq(p->password, "s3cret");
	ck_assert_uint_eq(p->expires, 600);
	ck_assert_str_eq(p->inbound, "+4930123");
	ck_assert_uint_eq(p->probe, 30);
	ck_assert_uint_eq(p->deadline, 3);
	ck_assert_uint_eq(p->priority, 2);
	ck_assert_uint_eq(p->weight, 50);
	ck_assert_uint_eq(p->calls, 7);
	ck_assert_uint_eq(p->calls_per_minute, 60);
	ck_assert_uint_eq(p->out.strip, 1);
	ck_assert_str_eq(p->out.add, "+49");
	ck_assert_uint_eq(p->in.strip, 3);
	ck_assert_str_eq(p->in.add, "0");
}
END_TEST


START_TEST(what_is_not_said_has_a_default)
{
	const int err = config_decode(
		&conf, "v.conf", HEAD "peer p { uri = \"sip:192.0.2.9\" }\n",
		errs);
	const struct config_peer *p;

	ck_assert_int_eq(err, 0);
	p = &conf->peerv[0];
	ck_assert(!p->trust && !p->transit && !p->do_register);
	ck_assert_uint_eq(p->expires, 3600);
	ck_assert_uint_eq(p->deadline, 6);
	ck_assert_uint_eq(p->priority, 10);
	ck_assert_uint_eq(p->probe + p->calls + p->weight, 0);
}
END_TEST


static const char *const goodv[] = {
	"uri = \"sip:carrier.net\"",
	"uri = \"SIP:carrier.net:5070;transport=tcp\"",
	"uri = \"sip:192.0.2.1:5070\"",
	"uri = \"sip:[2001:db8::1]:5070;transport=udp\"",
	"uri = \"sips:carrier.net\"",
	"tls_name = \"a.example\"",
	"auth_user = a auth_password = b",
	"uri = \"sip:a.b\" inbound = \"reception@example.net\"",
};


START_TEST(a_peer_needs_one_way_to_be_known)
{
	char text[512];

	(void)re_snprintf(text, sizeof(text), HEAD "peer p { %s }\n",
			  goodv[_i]);
	ck_assert_msg(!config_decode(&conf, "v.conf", text, errs), "%s",
		      faults());
}
END_TEST


static const struct {
	const char *text, *fault;
} badv[] = {
	{"", "peer \"p\" has no address"},
	{"user = a", "user without password"},
	{"password = a", "password without user"},
	{"uri = \"sip:a.b\" auth_user = a", "auth_user without auth_password"},
	{"uri = \"sip:a.b\" auth_password = a",
	 "auth_password without auth_user"},
	{"uri = \"sip:a.b\" register = yes", "register without user"},
	{"address = \"192.0.2.3\" register = yes user = a password = b",
	 "register without uri"},
	{"tls_name = \"a.b\" probe = 30", "probe without uri"},
	{"uri = \"carrier.net\"", "expected \"sip:HOST\""},
	{"uri = \"sip:\"", "expected \"sip:HOST\""},
	{"uri = \"sip:a b\"", "expected \"sip:HOST\""},
	{"uri = \"sip:u@a.b\"", "expected \"sip:HOST\""},
	{"uri = \"sip:a.b:0\"", "expected \"sip:HOST\""},
	{"uri = \"sip:a.b:99999\"", "expected \"sip:HOST\""},
	{"uri = \"sip:a.b;lr\"", "expected \"sip:HOST\""},
	{"uri = \"sip:a.b>\"", "expected \"sip:HOST\""},
	{"uri = \"sip:[::1\"", "expected \"sip:HOST\""},
	{"tls_name = \"*.a.b\"", "expected a name"},
	{"tls_name = { \"a.b\", \"A.B\" }", "above already"},
	{"uri = \"sip:a.b\" user = 'a\"b' password = x",
	 "quotes and backslashes"},
	{"uri = \"sip:a.b\" inbound = \"a b\"", "expected a number"},
	{"uri = \"sip:a.b\" inbound = \"@b\"", "expected a number"},
	{"uri = \"sip:a.b\" inbound = \"a@b_\"", "expected a number"},
	{"uri = \"sip:a.b\" add = \"4+9\"", "expected digits"},
	{"uri = \"sip:a.b\" deadline = 0", "out of range"},
};


START_TEST(a_fault_is_said)
{
	char text[512];

	(void)re_snprintf(text, sizeof(text), HEAD "peer p { %s }\n",
			  badv[_i].text);
	ck_assert_int_eq(config_decode(&conf, "v.conf", text, errs), EINVAL);
	ck_assert_msg(strstr(faults(), badv[_i].fault), "%s", errs->buf);
}
END_TEST


START_TEST(a_password_is_not_shown)
{
	ck_assert_int_eq(config_decode(&conf, "v.conf",
				       HEAD
				       "peer p { uri = \"sip:a.b\" user = a\n"
				       "password = 'hidden\"word' }\n",
				       errs),
			 EINVAL);
	ck_assert_ptr_null(strstr(faults(), "hidden"));
}
END_TEST


START_TEST(two_peers_are_told_apart)
{
	ck_assert_int_eq(
		config_decode(&conf, "v.conf",
			      HEAD
			      "peer p { auth_user = a auth_password = b }"
			      "peer q { auth_user = a auth_password = c }",
			      errs),
		EINVAL);
	ck_assert_ptr_nonnull(strstr(faults(), "auth_user of a peer above"));
}
END_TEST


Suite *suite_config_trunk(void);
Suite *suite_config_trunk(void)
{
	Suite *s = suite_create("config_trunk");
	TCase *tc = tcase_create("config_trunk");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_peer_may_be_the_home_of_domains, homev);
	tcase_add_test(tc, a_trunk_is_decoded);
	tcase_add_test(tc, what_is_not_said_has_a_default);
	test_table(tc, a_peer_needs_one_way_to_be_known, goodv);
	test_table(tc, a_fault_is_said, badv);
	tcase_add_test(tc, a_password_is_not_shown);
	tcase_add_test(tc, two_peers_are_told_apart);
	suite_add_tcase(s, tc);

	return s;
}
