/**
 * @file test/common/certname.c  Whom a certificate names
 */
#include <errno.h>
#include <string.h>
#include <openssl/x509v3.h>
#include "test/test.h"
#include "test/mock/certificate.h"
#include "common/certname.h"


static const struct {
	const char *cn, *san;
	const char *names;
} casev[] = {
	{NULL, "DNS:A.Example", "a.example"},
	{NULL, "DNS:a.example,DNS:b.example", "a.example b.example"},
	{NULL, "URI:sip:a.example", "a.example"},
	{NULL, "URI:SIP:a.example", "a.example"},
	/* RFC 5922 section 7.1: a user's URI, another scheme, a port */
	{NULL, "URI:sip:alice@a.example", ""},
	{NULL, "URI:sips:a.example", ""},
	{NULL, "URI:https://a.example", ""},
	{NULL, "URI:sip:a.example:5061", ""},
	{NULL, "email:a@a.example", ""},
	{NULL, "DNS:*.a.example", "*.a.example"},
	{NULL, "IP:192.0.2.1,IP:2001:db8::1", "192.0.2.1 2001:db8::1"},
	/* the common name counts only where there is no other */
	{"a.example", NULL, "a.example"},
	{"a.example", "DNS:b.example", "b.example"},
	{"a.example", "email:a@b.example", ""},
	{"Some Body", NULL, ""},
	{NULL, NULL, ""},
	{NULL, "DNS:a b.example", ""},
};

START_TEST(names_are_read_as_rfc_5922_says)
{
	const struct certificate_request rq = {.cn = casev[_i].cn,
					       .san = casev[_i].san};
	struct certificate c;
	char *names = NULL;

	certificate_make(&c, &rq);
	ck_assert_int_eq(certname_read(&names, c.cert), 0);
	ck_assert_str_eq(names, casev[_i].names);
	mem_deref(names);
	certificate_free(&c);
}
END_TEST


static const struct {
	const char *names, *host;
	bool plain, wildcard;
} coverv[] = {
	{"a.example", "a.example", true, true},
	{"a.example b.example", "B.Example", true, true},
	{"aa.example", "a.example", false, false},
	{"a.example", "a.exampl", false, false},
	{"*.example", "a.example", false, true},
	{"*.example", "a.b.example", false, false},
	{"*.example", ".example", false, false},
	{"*.example", "example", false, false},
	{"*", "a.example", false, false},
	{"*.", "a.", false, false},
	{"a*.example", "ab.example", false, false},
	{"192.0.2.1", "192.0.2.1", true, true},
	{"", "a.example", false, false},
	{"a.example", "", false, false},
	{" ", "", false, false},
};

START_TEST(a_host_is_covered_or_not)
{
	ck_assert(certname_covers(coverv[_i].names, coverv[_i].host, false) ==
		  coverv[_i].plain);
	ck_assert(certname_covers(coverv[_i].names, coverv[_i].host, true) ==
		  coverv[_i].wildcard);
}
END_TEST


/* a zero in a name once made "a.example\0.evil.example" pass for a.example */
START_TEST(a_name_with_a_zero_is_none)
{
	static const char name[] = "a.example\0.evil.example";
	GENERAL_NAMES *gens = sk_GENERAL_NAME_new_null();
	const struct certificate_request rq = {.cn = NULL};
	GENERAL_NAME *gn = GENERAL_NAME_new();
	ASN1_IA5STRING *s = ASN1_IA5STRING_new();
	struct certificate c;
	char *names = NULL;

	certificate_make(&c, &rq);
	ck_assert(ASN1_STRING_set(s, name, sizeof(name) - 1));
	GENERAL_NAME_set0_value(gn, GEN_DNS, s);
	ck_assert(sk_GENERAL_NAME_push(gens, gn));
	ck_assert(X509_add1_ext_i2d(c.cert, NID_subject_alt_name, gens, 0, 0));
	ck_assert_int_eq(certname_read(&names, c.cert), 0);
	ck_assert_str_eq(names, "");
	mem_deref(names);
	sk_GENERAL_NAME_pop_free(gens, GENERAL_NAME_free);
	certificate_free(&c);
}
END_TEST


START_TEST(there_is_a_bound)
{
	struct certificate_request rq = {.cn = NULL};
	struct mbuf *mb = mbuf_alloc(65536);
	struct certificate c;
	char *names = NULL;

	for (int i = 0; i < 1000; i++)
		(void)mbuf_printf(mb, "%sDNS:host-number-%d.example",
				  i ? "," : "", i);
	(void)mbuf_write_u8(mb, 0);
	rq.san = (const char *)mb->buf;
	certificate_make(&c, &rq);
	ck_assert_int_eq(certname_read(&names, c.cert), 0);
	ck_assert_uint_le(strlen(names), CERTNAME_MAX);
	ck_assert(certname_covers(names, "host-number-7.example", false));
	mem_deref(names);
	mem_deref(mb);
	certificate_free(&c);
	ck_assert_int_eq(certname_read(NULL, NULL), EINVAL);
	ck_assert(!certname_covers(NULL, "a", false));
	ck_assert(!certname_covers("a", NULL, false));
}
END_TEST


Suite *suite_certname(void);

Suite *suite_certname(void)
{
	Suite *s = suite_create("certname");
	TCase *tc = tcase_create("certname");

	test_table(tc, names_are_read_as_rfc_5922_says, casev);
	test_table(tc, a_host_is_covered_or_not, coverv);
	tcase_add_test(tc, a_name_with_a_zero_is_none);
	tcase_add_test(tc, there_is_a_bound);
	suite_add_tcase(s, tc);

	return s;
}
