/**
 * @file test/proxy/core/ruri.c  What must not stand in a Request-URI
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/ruri.h"
#include "test/test.h"

static const struct {
	const char *in, *contact, *maddr; /* NULL: EINVAL */
} casev[] = {
	{"sip:b@192.0.2.9", "sip:b@192.0.2.9", "sip:b@192.0.2.9"},
	{"sip:b@192.0.2.9:5080;transport=tcp",
	 "sip:b@192.0.2.9:5080;transport=tcp", "sip:b@192.0.2.9"},
	{"sip:b@h;method=INVITE;lr", "sip:b@h;lr", "sip:b@h;method=INVITE;lr"},
	{"sip:b@h?Route=%3Csip:x%3E", "sip:b@h", "sip:b@h"},
	{"sip:b@h;METHOD=INVITE?Subject=x", "sip:b@h",
	 "sip:b@h;METHOD=INVITE"},
	{"sip:b@h:5070;a=1;maddr=192.0.2.1;transport=udp;b",
	 "sip:b@h:5070;a=1;maddr=192.0.2.1;transport=udp;b", "sip:b@h;a=1;b"},
	{"sip:b@[2001:db8::9]:5070;maddr=192.0.2.1",
	 "sip:b@[2001:db8::9]:5070;maddr=192.0.2.1", "sip:b@[2001:db8::9]"},
	{"sips:semi;colon=1@h;x", "sips:semi;colon=1@h;x",
	 "sips:semi;colon=1@h;x"},
	{"sip:[2001:db8::9]", "sip:[2001:db8::9]", "sip:[2001:db8::9]"},
	{"tel:+4930123", NULL, NULL},
	{"sip:", NULL, NULL},
	{"", NULL, NULL},
};


static void check(int (*fn)(char **, const struct pl *), const char *in,
		  const char *want)
{
	char *got = NULL;
	struct pl pl;
	int err;

	pl_set_str(&pl, in);
	err = fn(&got, &pl);
	ck_assert_int_eq(err, want ? 0 : EINVAL);
	if (want)
		ck_assert_str_eq(got, want);
	mem_deref(got);
}


START_TEST(p15_and_p8_request_uris_are_cleaned)
{
	check(ruri_of_contact, casev[_i].in, casev[_i].contact);
	check(ruri_without_maddr, casev[_i].in, casev[_i].maddr);
}
END_TEST


START_TEST(out_of_memory_is_enomem)
{
	struct pl pl = PL("sip:b@h;method=INVITE");
	char *s = NULL;
	int n = 0, err;

	do {
		oom_after(n++);
		err = ruri_of_contact(&s, &pl);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
	} while (err);
	mem_deref(s);
	ck_assert_int_eq(ruri_of_contact(NULL, &pl), EINVAL);
	ck_assert_int_eq(ruri_without_maddr(&s, NULL), EINVAL);
}
END_TEST


Suite *suite_ruri(void);
Suite *suite_ruri(void)
{
	Suite *s = suite_create("ruri");
	TCase *tc = tcase_create("ruri");

	test_table(tc, p15_and_p8_request_uris_are_cleaned, casev);
	tcase_add_test(tc, out_of_memory_is_enomem);
	suite_add_tcase(s, tc);

	return s;
}
