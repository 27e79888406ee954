/**
 * @file test/proxy/sip/sipuri.c  URIs: decode, compare, canonicalise
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/sipuri.h"


static const struct {
	const char *text;
	int err;
	const char *user;
	const char *host;
	uint16_t port;
	const char *params;
	const char *headers;
} decodev[] = {
	{"sip:h", 0, "", "h", 0, "", ""},
	{"SIP:h", 0, "", "h", 0, "", ""},
	{"sips:a@h:5061", 0, "a", "h", 5061, "", ""},
	{"sip:a:b@h;x=y;lr?p=q&r=", 0, "a", "h", 0, ";x=y;lr", "?p=q&r="},
	{"sip:@h", 0, "", "h", 0, "", ""},
	{"sip:user;par=u%40example.net@example.com", 0,
	 "user;par=u%40example.net", "example.com", 0, "", ""},
	{"sip:a?b;c/d@h", 0, "a?b;c/d", "h", 0, "", ""},
	{"sip:#31#1@h", 0, "#31#1", "h", 0, "", ""},
	{"sip:a@[2001:DB8::1]:5070", 0, "a", "2001:DB8::1", 5070, "", ""},
	{"sip:[2001:db8::10:5070]", 0, "", "2001:db8::10:5070", 0, "", ""},
	{"sip:a@[2001:db8::192.0.2.1]", 0, "a", "2001:db8::192.0.2.1", 0, "",
	 ""},
	{"tel:+49301;phone-context=x", 0, "+49301", "", 0, ";phone-context=x",
	 ""},
	{"soap.beep://192.0.2.103:3002", 0, "//192.0.2.103:3002", "", 0, "",
	 ""},
	{"nobodyKnowsThisScheme:totallyopaquecontent", 0,
	 "totallyopaquecontent", "", 0, "", ""},
	{"", EBADMSG, "", "", 0, "", ""},
	{"sip", EBADMSG, "", "", 0, "", ""},
	{"sip:", EBADMSG, "", "", 0, "", ""},
	{":h", EBADMSG, "", "", 0, "", ""},
	{"1sip:h", EBADMSG, "", "", 0, "", ""},
	{"s(p:h", EBADMSG, "", "", 0, "", ""},
	{"sip:a@", EBADMSG, "", "", 0, "", ""},
	{"sip:a@b@c", EBADMSG, "", "", 0, "", ""},
	{"sip:h;x=a@b@c", EBADMSG, "", "", 0, "", ""},
	{"sip:a@h?x=y@z", EBADMSG, "", "", 0, "", ""},
	{"sip:2001:db8::10", EBADMSG, "", "", 0, "", ""},
	{"sip:h:0", EBADMSG, "", "", 0, "", ""},
	{"sip:h:65536", EBADMSG, "", "", 0, "", ""},
	{"sip:h:50x", EBADMSG, "", "", 0, "", ""},
	{"sip:h/path", EBADMSG, "", "", 0, "", ""},
	{"sip:h;;", EBADMSG, "", "", 0, "", ""},
	{"sip:a b@h", EBADMSG, "", "", 0, "", ""},
	{"sip:a\tb@h", EBADMSG, "", "", 0, "", ""},
	{"<sip:a@h>", EBADMSG, "", "", 0, "", ""},
	{"sip:a\"@h", EBADMSG, "", "", 0, "", ""},
	{"sip:a%@h", EBADMSG, "", "", 0, "", ""},
	{"sip:a%4@h", EBADMSG, "", "", 0, "", ""},
	{"sip:a%4g@h", EBADMSG, "", "", 0, "", ""},
	{"tel:", EBADMSG, "", "", 0, "", ""},
};

START_TEST(a_uri_decodes_or_not)
{
	struct sipuri u;
	struct pl pl;
	int err;

	pl_set_str(&pl, decodev[_i].text);
	err = sipuri_decode(&u, &pl);
	ck_assert_msg(err == decodev[_i].err, "%s", decodev[_i].text);
	if (err)
		return;

	decoded_expect_pl(&u.user, decodev[_i].user);
	decoded_expect_pl(&u.host, decodev[_i].host);
	decoded_expect_pl(&u.params, decodev[_i].params);
	decoded_expect_pl(&u.headers, decodev[_i].headers);
	ck_assert_uint_eq(u.port, decodev[_i].port);
	ck_assert(u.ipv6 == (strchr(decodev[_i].text, '[') != NULL));
}
END_TEST


/* the examples of RFC 3261 section 19.1.4 and RFC 5118 */
static const struct {
	const char *a, *b;
	bool equal;
} equalv[] = {
	{"sip:%61lice@atlanta.com;transport=TCP",
	 "sip:alice@AtLanTa.CoM;Transport=tcp", true},
	{"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true},
	{"sip:carol@chicago.com;security=on",
	 "sip:carol@chicago.com;newparam=5", true},
	{"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi."
	 "com",
	 "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi."
	 "com",
	 true},
	{"sip:alice@atlanta.com?subject=project%20x&priority=urgent",
	 "sip:alice@atlanta.com?priority=urgent&subject=project%20x", true},
	{"SIP:ALICE@AtLanTa.CoM;Transport=udp",
	 "sip:alice@AtLanTa.CoM;Transport=UDP", false},
	{"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false},
	{"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false},
	{"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false},
	{"sip:carol@chicago.com",
	 "sip:carol@chicago.com?Subject=next%20meeting", false},
	{"sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false},
	{"sip:carol@chicago.com;security=on",
	 "sip:carol@chicago.com;security=off", false},
	{"sip:a@h", "sips:a@h", false},
	{"sip:a@h", "sip:a:b@h", false},
	{"sip:a@h", "sip:@h", false},
	{"sip:a@h;maddr=x", "sip:a@h", false},
	{"sip:a%3bb@h", "sip:a;b@h", false},
	{"sip:a%3Bb@h", "sip:a%3bb@h", true},
	{"sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0:0::1]", true},
	{"sip:a@[2001:db8::1]", "sip:a@[2001:db8::2]", false},
	{"sip:a@[::ffff:192.0.2.1]", "sip:a@192.0.2.1", false},
	{"tel:1", "tel:1", true},
	{"tel:1", "tel:2", false},
};

START_TEST(equal_uris_are_equal_both_ways)
{
	struct sipuri a, b;
	struct pl pl;

	pl_set_str(&pl, equalv[_i].a);
	ck_assert_int_eq(sipuri_decode(&a, &pl), 0);
	pl_set_str(&pl, equalv[_i].b);
	ck_assert_int_eq(sipuri_decode(&b, &pl), 0);
	ck_assert_msg(sipuri_equal(&a, &b) == equalv[_i].equal, "%s",
		      equalv[_i].a);
	ck_assert(sipuri_equal(&b, &a) == equalv[_i].equal);
	ck_assert(sipuri_equal(&a, &a) && sipuri_equal(&b, &b));
}
END_TEST


static const struct {
	const char *text;
	int err;
	const char *aor;
} aorv[] = {
	{"sip:alice@Example.NET:5070;transport=tcp", 0, "alice@example.net"},
	{"sips:Alice@example.net", 0, "Alice@example.net"},
	{"sip:%61lice@example.net", 0, "alice@example.net"},
	{"sip:a%2541@h", 0, "a%41@h"},
	{"sip:sips%3Auser%40example.com@example.net", 0,
	 "sips:user@example.com@example.net"},
	{"sip:example.net", 0, "example.net"},
	{"sip:a@[2001:DB8::1]", 0, "a@[2001:db8::1]"},
	{"sip:a:secret@h", 0, "a@h"},
	{"sip:null-%00-null@h", EBADMSG, ""},
	{"sip:%0a@h", EBADMSG, ""},
	{"sip:%7f@h", EBADMSG, ""},
	{"tel:1", EINVAL, ""},
};

START_TEST(an_aor_has_one_spelling)
{
	char buf[SIPURI_AOR_MAX];
	struct sipuri u;
	struct pl pl;

	pl_set_str(&pl, aorv[_i].text);
	ck_assert_int_eq(sipuri_decode(&u, &pl), 0);
	ck_assert_int_eq(sipuri_aor(&u, buf, sizeof(buf)), aorv[_i].err);
	if (!aorv[_i].err)
		ck_assert_str_eq(buf, aorv[_i].aor);
}
END_TEST


START_TEST(an_aor_never_writes_behind_its_buffer)
{
	struct pl pl = PL("sip:alice@[::1]");
	struct sipuri u;
	char buf[16];

	ck_assert_int_eq(sipuri_decode(&u, &pl), 0);
	for (size_t n = 0; n < sizeof("alice@[::1]"); n++) {
		memset(buf, 'x', sizeof(buf));
		ck_assert_int_eq(sipuri_aor(&u, buf, n), EOVERFLOW);
		ck_assert_int_eq(buf[n], 'x');
	}
	ck_assert_int_eq(sipuri_aor(&u, buf, sizeof("alice@[::1]")), 0);
	ck_assert_str_eq(buf, "alice@[::1]");
	ck_assert_int_eq(sipuri_aor(&u, NULL, 9), EINVAL);
}
END_TEST


START_TEST(a_numeric_host_has_an_address)
{
	static const struct {
		const char *text;
		int err;
		const char *sa;
	} casev[] = {
		{"sip:192.0.2.1", 0, "192.0.2.1:5060"},
		{"sips:a@192.0.2.1", 0, "192.0.2.1:5061"},
		{"sips:192.0.2.1;transport=tcp", 0, "192.0.2.1:5061"},
		{"sip:192.0.2.1;transport=TLS", 0, "192.0.2.1:5061"},
		{"sip:192.0.2.1;transport=sctp", 0, "192.0.2.1:5060"},
		{"sip:192.0.2.1;transport=ws", 0, "192.0.2.1:80"},
		{"sips:192.0.2.1;transport=ws", 0, "192.0.2.1:443"},
		{"sip:192.0.2.1:7", 0, "192.0.2.1:7"},
		{"sip:[2001:DB8::192.0.2.1]", 0, "[2001:db8::c000:201]:5060"},
		{"sip:[2001:db8:::1]", EINVAL, ""},
		{"sip:192.0.2", EINVAL, ""},
		{"sip:h", EINVAL, ""},
		{"tel:1", EINVAL, ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(casev); i++) {
		struct sipuri u;
		char buf[64];
		struct sa sa;
		struct pl pl;

		pl_set_str(&pl, casev[i].text);
		ck_assert_int_eq(sipuri_decode(&u, &pl), 0);
		ck_assert_int_eq(sipuri_addr(&u, &sa), casev[i].err);
		if (casev[i].err)
			continue;
		(void)re_snprintf(buf, sizeof(buf), "%J", &sa);
		ck_assert_str_eq(buf, casev[i].sa);
	}
}
END_TEST


START_TEST(length_and_absence_are_refused)
{
	char buf[SIPURI_MAX + 2] = "sip:";
	struct pl pl = {buf, SIPURI_MAX};
	struct sipuri u;

	memset(buf + 4, 'a', sizeof(buf) - 4);
	buf[200] = '@';
	buf[204] = ';';
	ck_assert_int_eq(sipuri_decode(&u, &pl), 0);
	++pl.l;
	ck_assert_int_eq(sipuri_decode(&u, &pl), EBADMSG);
	ck_assert_int_eq(sipuri_decode(NULL, &pl), EINVAL);
	ck_assert_int_eq(sipuri_decode(&u, NULL), EINVAL);
	ck_assert(!sipuri_is_sip(NULL));
	ck_assert(!sipuri_equal(&u, NULL));
	ck_assert_int_eq(sipuri_param(NULL, "a", NULL), EINVAL);
	ck_assert_int_eq(sipuri_addr(NULL, NULL), EINVAL);
}
END_TEST


Suite *suite_sipuri(void);
Suite *suite_sipuri(void)
{
	Suite *s = suite_create("sipuri");
	TCase *tc = tcase_create("sipuri");

	test_table(tc, a_uri_decodes_or_not, decodev);
	test_table(tc, equal_uris_are_equal_both_ways, equalv);
	test_table(tc, an_aor_has_one_spelling, aorv);
	tcase_add_test(tc, an_aor_never_writes_behind_its_buffer);
	tcase_add_test(tc, a_numeric_host_has_an_address);
	tcase_add_test(tc, length_and_absence_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
