/**
 * @file test/proxy/user/reginfo.c  The document of a registration
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "proxy/user/binding.h"
#include "proxy/user/reginfo.h"


static struct list bindingl;
static struct mbuf *mb;


static void setup(void)
{
	list_init(&bindingl);
	mb = mbuf_alloc(256);
	ck_assert_ptr_nonnull(mb);
}


static void teardown(void)
{
	list_flush(&bindingl);
	mb = mem_deref(mb);
}


static struct binding *bind_to(const char *contact)
{
	struct binding src = {.contact = (char *)contact,
			      .callid = (char *)"c@1",
			      .cseq = 7,
			      .q = 500};
	struct binding *b = NULL;

	ck_assert_int_eq(binding_copy(&b, &src, "alice@example.net"), 0);
	b->expires_at = 61001;
	list_append(&bindingl, &b->le, b);

	return b;
}


static const char *print(const char *aor, bool seen)
{
	const struct reginfo ri = {
		.aor = aor,
		.bindingl = &bindingl,
		.version = 3,
		.seen = seen,
		.now_ms = 1000,
	};

	mb->pos = mb->end = 0;
	ck_assert_int_eq(reginfo_print(mb, &ri), 0);
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);

	return (const char *)mb->buf;
}


static void must_have(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "no %s in %s", part, text);
}


START_TEST(rfc3680_5_the_full_state)
{
	const char *text;

	(void)bind_to("sip:alice@192.0.2.9:5070;ob");
	text = print("alice@example.net", true);
	must_have(text, "<?xml version=\"1.0\"?>");
	must_have(text, "xmlns=\"urn:ietf:params:xml:ns:reginfo\" "
			"version=\"3\" state=\"full\"");
	must_have(text, "<registration aor=\"sip:alice@example.net\" id=\"");
	must_have(text, "state=\"active\"><contact id=\"");
	must_have(text, "event=\"registered\" expires=\"61\" q=\"0.500\" "
			"callid=\"c@1\" cseq=\"7\">");
	must_have(text, "<uri>sip:alice@192.0.2.9:5070;ob</uri></contact>"
			"</registration></reginfo>");
}
END_TEST


START_TEST(without_contacts_it_is_init_or_terminated)
{
	must_have(print("alice@example.net", false), "state=\"init\"></reg");
	must_have(print("alice@example.net", true),
		  "state=\"terminated\"></reg");
}
END_TEST


START_TEST(a_contact_cannot_write_xml)
{
	const char *text;

	(void)bind_to("sip:a&b<c>\"d'\x01\xc3\xa4@x");
	text = print("al&ice@example.net", true);
	must_have(text, "<uri>sip:a&amp;b&lt;c&gt;&quot;d&apos;???@x</uri>");
	must_have(text, "aor=\"sip:al&amp;ice@example.net\"");
}
END_TEST


START_TEST(two_ways_to_one_phone_are_two_contacts)
{
	struct binding *a = bind_to("sip:a@192.0.2.9");
	struct binding *b = bind_to("sip:a@192.0.2.9");
	const char *text, *first, *second;

	ck_assert_int_eq(str_dup(&a->instance, "<urn:uuid:1>"), 0);
	ck_assert_int_eq(str_dup(&b->instance, "<urn:uuid:1>"), 0);
	a->reg_id = 1;
	b->reg_id = 2;
	text = print("alice@example.net", true);
	must_have(text, "<unknown-param name=\"+sip.instance\">"
			"&lt;urn:uuid:1&gt;</unknown-param>"
			"<unknown-param name=\"reg-id\">2</unknown-param>");
	first = strstr(text, "contact id=");
	second = strstr(first + 1, "contact id=");
	ck_assert_ptr_nonnull(second);
	ck_assert_int_ne(strncmp(first, second, 28), 0);
}
END_TEST


START_TEST(the_ids_stay_the_same)
{
	char first[2048];

	(void)bind_to("sip:alice@192.0.2.9");
	(void)str_ncpy(first, print("alice@example.net", true), sizeof(first));
	ck_assert_str_eq(print("alice@example.net", true), first);
}
END_TEST


Suite *suite_reginfo(void);
Suite *suite_reginfo(void)
{
	Suite *s = suite_create("reginfo");
	TCase *tc = tcase_create("reginfo");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, rfc3680_5_the_full_state);
	tcase_add_test(tc, without_contacts_it_is_init_or_terminated);
	tcase_add_test(tc, a_contact_cannot_write_xml);
	tcase_add_test(tc, two_ways_to_one_phone_are_two_contacts);
	tcase_add_test(tc, the_ids_stay_the_same);
	suite_add_tcase(s, tc);

	return s;
}
