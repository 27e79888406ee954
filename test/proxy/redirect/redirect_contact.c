/**
 * @file test/proxy/redirect/redirect_contact.c  The Contact that we follow
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "proxy/redirect/redirect_contact.h"


static struct guard g;


static struct message *redirect(const char *lines)
{
	struct message *m = NULL;
	char buf[2048];
	int n;

	n = snprintf(buf, sizeof(buf),
		     "SIP/2.0 302 Moved Temporarily\r\n"
		     "Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1\r\n"
		     "From: <sip:viaduct@192.0.2.9>;tag=1\r\n"
		     "To: <sip:bob@example.net>;tag=2\r\n"
		     "Call-ID: 1\r\nCSeq: 1 INVITE\r\n%s"
		     "Content-Length: 0\r\n\r\n",
		     lines);
	ck_assert_int_eq(
		message_decode(&m, &g, (const uint8_t *)buf, (size_t)n), 0);
	return m;
}


static const struct {
	const char *lines;
	const char *uri; /* NULL: none usable */
	uint32_t expires_s;
} contactv[] = {
	{"", NULL, 0},
	{"Contact: <sip:bob@192.0.2.1:5070>\r\n", "sip:bob@192.0.2.1:5070", 0},
	{"Contact: <sip:bob@192.0.2.1>;expires=30\r\n", "sip:bob@192.0.2.1",
	 30},
	{"Contact: <sip:bob@192.0.2.1>\r\nExpires: 40\r\n",
	 "sip:bob@192.0.2.1", 40},
	{"Contact: <sip:bob@192.0.2.1>;expires=30\r\nExpires: 40\r\n",
	 "sip:bob@192.0.2.1", 30},
	{"Contact: <sip:bob@192.0.2.1>;expires=soon\r\nExpires: 40\r\n",
	 "sip:bob@192.0.2.1", 0},
	{"Contact: <sip:bob@192.0.2.1>;expires=99999999999\r\n",
	 "sip:bob@192.0.2.1", 0},
	{"Contact: <sip:bob@[2001:db8::1]:5070>\r\n",
	 "sip:bob@[2001:db8::1]:5070", 0},
	{"Contact: <sip:bob@proxy2.example.net>\r\n", NULL, 0},
	{"Contact: <sips:bob@192.0.2.1>\r\n", NULL, 0},
	{"Contact: <tel:+4912345>\r\n", NULL, 0},
	{"Contact: *\r\n", NULL, 0},
	{"Contact: <sip:bob@proxy2.example.net>, <sip:bob@192.0.2.2>\r\n",
	 "sip:bob@192.0.2.2", 0},
	{"Contact: <sip:a@192.0.2.1>;q=0.5, <sip:b@192.0.2.2>;q=0.7\r\n",
	 "sip:b@192.0.2.2", 0},
	{"Contact: <sip:a@192.0.2.1>;q=0.7\r\n"
	 "Contact: <sip:b@192.0.2.2>;q=0.70\r\n",
	 "sip:a@192.0.2.1", 0},
	{"Contact: <sip:a@192.0.2.1>;q=0, <sip:b@192.0.2.2>;q=0.001\r\n",
	 "sip:b@192.0.2.2", 0},
	{"Contact: <sip:a@192.0.2.1>;q=0.999, <sip:b@192.0.2.2>\r\n",
	 "sip:b@192.0.2.2", 0},
	{"Contact: <sip:a@192.0.2.1>;q=x;expires=7\r\n", "sip:a@192.0.2.1", 7},
};


START_TEST(the_best_usable_contact_is_followed)
{
	struct message *m = redirect(contactv[_i].lines);
	uint32_t expires_s = 1234;
	struct pl uri;
	int err = redirect_contact_best(&uri, &expires_s, m);

	if (contactv[_i].uri) {
		ck_assert_msg(!err, "%s", contactv[_i].lines);
		ck_assert_msg(!pl_strcmp(&uri, contactv[_i].uri), "%s",
			      contactv[_i].lines);
		ck_assert_uint_eq(expires_s, contactv[_i].expires_s);
	}
	else {
		ck_assert_int_eq(err, ENOENT);
		ck_assert_uint_eq(expires_s, 1234);
	}

	mem_deref(m);
}
END_TEST


Suite *suite_redirect_contact(void);
Suite *suite_redirect_contact(void)
{
	Suite *s = suite_create("redirect_contact");
	TCase *tc = tcase_create("redirect_contact");

	test_table(tc, the_best_usable_contact_is_followed, contactv);
	suite_add_tcase(s, tc);

	return s;
}
