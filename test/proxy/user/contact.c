/**
 * @file test/proxy/user/contact.c  The Contacts of a REGISTER
 */
#include <string.h>
#include "test/test.h"
#include "proxy/user/contact.h"


static const struct contact_limits limits = {3600, 60, 7200, 0};


static struct message *request(const char *lines)
{
	static struct guard g;
	struct message *m = NULL;
	char buf[16384];
	const int n = re_snprintf(
		buf, sizeof(buf),
		"REGISTER sip:example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
		"From: <sip:alice@example.net>;tag=1\r\n"
		"To: <sip:alice@example.net>\r\n"
		"Call-ID: c\r\nCSeq: 1 REGISTER\r\n%s"
		"Content-Length: 0\r\n\r\n",
		lines);

	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(message_decode(&m, &g, (uint8_t *)buf, (size_t)n), 0);

	return m;
}


static const struct {
	const char *lines;
	int err;
	size_t n;
	uint32_t expires_s; /* of the first */
} casev[] = {
	{"", 0, 0, 0},
	{"Expires: 0\r\n", 0, 0, 0},
	{"Contact: <sip:a@192.0.2.1>\r\n", 0, 1, 3600},
	{"Contact: sip:a@192.0.2.1;expires=100\r\n", 0, 1, 100},
	{"m: <sip:a@192.0.2.1>;expires=100\r\n", 0, 1, 100},
	{"Contact: <sip:a@192.0.2.1;expires=100>\r\n", 0, 1, 3600},
	{"Contact: <sip:a@192.0.2.1>\r\nExpires: 100\r\n", 0, 1, 100},
	{"Contact: <sip:a@192.0.2.1>;expires=200\r\nExpires: 100\r\n", 0, 1,
	 200},
	{"Contact: <sip:a@192.0.2.1>;expires=0\r\nExpires: 100\r\n", 0, 1, 0},
	{"Contact: <sip:a@192.0.2.1>\r\nExpires: 0\r\n", 0, 1, 0},
	{"Contact: <sip:a@192.0.2.1>;expires=\"100\"\r\n", 0, 1, 100},
	/* clamped, the default instead of nonsense */
	{"Contact: <sip:a@192.0.2.1>;expires=7201\r\n", 0, 1, 7200},
	{"Contact: <sip:a@192.0.2.1>;expires=99999999999999999999\r\n", 0, 1,
	 7200},
	{"Contact: <sip:a@192.0.2.1>\r\nExpires: 4294967296\r\n", 0, 1, 7200},
	{"Contact: <sip:a@192.0.2.1>;expires=soon\r\n", 0, 1, 3600},
	{"Contact: <sip:a@192.0.2.1>;expires\r\n", 0, 1, 3600},
	{"Contact: <sip:a@192.0.2.1>\r\nExpires: soon\r\n", 0, 1, 3600},
	{"Contact: <sip:a@192.0.2.1>;expires=-1\r\n", 0, 1, 3600},
	/* too brief */
	{"Contact: <sip:a@192.0.2.1>;expires=60\r\n", 0, 1, 60},
	{"Contact: <sip:a@192.0.2.1>;expires=59\r\n", ERANGE, 0, 0},
	{"Contact: <sip:a@192.0.2.1>;expires=1\r\n", ERANGE, 0, 0},
	{"Contact: <sip:a@192.0.2.1>\r\nExpires: 30\r\n", ERANGE, 0, 0},
	{"Contact: <sip:a@192.0.2.1>, <sip:b@192.0.2.1>;expires=9\r\n", ERANGE,
	 0, 0},
	/* several */
	{"Contact: <sip:a@192.0.2.1>, \"x, y\" <sip:b@192.0.2.1>\r\n"
	 "Contact: sip:c@192.0.2.1\r\n",
	 0, 3, 3600},
	{"Contact: <sip:a@192.0.2.1>;expires=100, "
	 "<sip:a@192.0.2.1:5060>;expires=200\r\n",
	 0, 2, 100},
	{"Contact: <sip:a@h.example.net>;expires=100, "
	 "<sip:a@H.Example.NET>;expires=200\r\n",
	 0, 1, 200},
	{"Contact: <sip:null-%00-null@192.0.2.1>, "
	 "<sip:%00@192.0.2.1>\r\n",
	 0, 2, 3600},
	/* the star */
	{"Contact: *\r\nExpires: 0\r\n", 0, 0, 0},
	{"Contact: *\r\nExpires: 1\r\n", EBADMSG, 0, 0},
	{"Contact: *\r\nExpires: x\r\n", EBADMSG, 0, 0},
	{"Contact: *\r\n", EBADMSG, 0, 0},
	{"Contact: *;expires=0\r\n", EBADMSG, 0, 0},
	{"Contact: *, <sip:a@192.0.2.1>\r\nExpires: 0\r\n", EBADMSG, 0, 0},
	{"Contact: <sip:a@192.0.2.1>, *\r\nExpires: 0\r\n", EBADMSG, 0, 0},
	{"Contact: *\r\nContact: *\r\nExpires: 0\r\n", EBADMSG, 0, 0},
	/* unusable */
	{"Contact: <tel:+4912345>\r\n", EBADMSG, 0, 0},
	{"Contact: <sips:a@192.0.2.1>\r\n", 0, 1, 3600},
	{"Contact: <mailto:a@example.net>\r\n", EBADMSG, 0, 0},
	{"Contact: <name:John_Smith>\r\n", EBADMSG, 0, 0},
	{"Contact: <sip:a@192.0.2.1?Route=%3Csip:x%3E>\r\n", 0, 1, 3600},
	{"Contact: <sip:a@192.0.2.1>;q=2\r\n", EBADMSG, 0, 0},
};


START_TEST(contacts_are_read_or_refused)
{
	struct message *m = request(casev[_i].lines);
	struct contacts cs;

	ck_assert_msg(contacts_decode(&cs, m, &limits) == casev[_i].err, "%s",
		      casev[_i].lines);
	if (!casev[_i].err) {
		ck_assert_uint_eq(cs.n, casev[_i].n);
		if (cs.n)
			ck_assert_uint_eq(cs.v[0].expires_s,
					  casev[_i].expires_s);
	}
	mem_deref(m);
}
END_TEST


START_TEST(the_parts_of_a_contact_are_kept)
{
	struct message *m = request(
		"Contact: \"A\" <sip:a@192.0.2.1:5062;transport=tcp>"
		";+sip.instance=\"<urn:uuid:00000000-1>\";reg-id=2;q=0."
		"25\r\n");
	struct contacts cs;

	ck_assert_int_eq(contacts_decode(&cs, m, &limits), 0);
	ck_assert_uint_eq(cs.n, 1);
	ck_assert_int_eq(
		pl_strcmp(&cs.v[0].text, "sip:a@192.0.2.1:5062;transport=tcp"),
		0);
	ck_assert_int_eq(pl_strcmp(&cs.v[0].instance, "<urn:uuid:00000000-1>"),
			 0);
	ck_assert_uint_eq(cs.v[0].reg_id, 2);
	ck_assert_uint_eq(cs.v[0].q, 250);
	mem_deref(m);
}
END_TEST


START_TEST(there_is_a_bound)
{
	char lines[4096];
	struct message *m;
	struct contacts cs;
	size_t n = 0;

	for (int i = 0; i < CONTACT_MAX + 1; i++) {
		n += (size_t)re_snprintf(lines + n, sizeof(lines) - n,
					 "Contact: <sip:a%d@192.0.2.1>\r\n",
					 i);
		m = request(lines);
		ck_assert_int_eq(contacts_decode(&cs, m, &limits),
				 i < CONTACT_MAX ? 0 : ENOSPC);
		mem_deref(m);
	}

	ck_assert_int_eq(contacts_decode(NULL, NULL, NULL), EINVAL);
}
END_TEST


static const struct {
	const char *val;
	int err;
	uint16_t q;
} qv[] = {
	{"0", 0, 0},         {"1", 0, 1000},        {"0.", 0, 0},
	{"0.5", 0, 500},     {"0.05", 0, 50},       {"0.123", 0, 123},
	{"1.000", 0, 1000},  {"1.001", EBADMSG, 0}, {"0.1234", EBADMSG, 0},
	{"", EBADMSG, 0},    {"2", EBADMSG, 0},     {"-1", EBADMSG, 0},
	{".5", EBADMSG, 0},  {"0,5", EBADMSG, 0},   {"01", EBADMSG, 0},
	{"0.x", EBADMSG, 0},
};


START_TEST(a_preference_is_between_0_and_1)
{
	uint16_t q = 7777;
	struct pl val;

	pl_set_str(&val, qv[_i].val);
	ck_assert_msg(contact_decode_q(&q, &val) == qv[_i].err, "%s",
		      qv[_i].val);
	ck_assert_uint_eq(q, qv[_i].err ? 7777 : qv[_i].q);
}
END_TEST


Suite *suite_contact(void);
Suite *suite_contact(void)
{
	Suite *s = suite_create("contact");
	TCase *tc = tcase_create("contact");

	test_table(tc, contacts_are_read_or_refused, casev);
	tcase_add_test(tc, the_parts_of_a_contact_are_kept);
	tcase_add_test(tc, there_is_a_bound);
	test_table(tc, a_preference_is_between_0_and_1, qv);
	suite_add_tcase(s, tc);

	return s;
}
