/**
 * @file test/proxy/sip/txn_key.c  What a request of ours is known by, at once
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "proxy/sip/txn_key.h"


#define REST                                   \
	"From: <sip:a@example.com>;tag=s1\r\n" \
	"To: <sip:b@example.com>\r\n"          \
	"Call-ID: c1\r\nCSeq: 1 INVITE\r\n\r\n"
#define LINE "INVITE sip:b@example.com SIP/2.0\r\n"

static const struct {
	const char *text;
	const char *branch; /* NULL: it has to be decoded */
} requestv[] = {
	{LINE
	 "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-1;rport\r\n" REST,
	 "z9hG4bK-1"},
	{LINE "Via: SIP/2.0/TCP [2001:db8::1];rport;branch=z9hG4bKx\r\n" REST,
	 "z9hG4bKx"},
	{LINE "Via: SIP/2.0/UDP a;branch=z9hG4bK1,"
	      " SIP/2.0/UDP b;branch=z9hG4bK2\r\n" REST,
	 "z9hG4bK1"},
	{LINE "Via: SIP/2.0/UDP a;branch=Z9HG4BK1\r\n"
	      "Via: SIP/2.0/UDP b;branch=z9hG4bK2\r\n" REST,
	 "Z9HG4BK1"},
	/* not as we build them */
	{LINE "v: SIP/2.0/UDP a;branch=z9hG4bK1\r\n" REST, NULL},
	{LINE "Via : SIP/2.0/UDP a;branch=z9hG4bK1\r\n" REST, NULL},
	{LINE "Via: SIP/2.0/UDP a\r\n ;branch=z9hG4bK1\r\n" REST, NULL},
	{LINE "Max-Forwards: 70\r\n"
	      "Via: SIP/2.0/UDP a;branch=z9hG4bK1\r\n" REST,
	 NULL},
	/* not to be matched by its branch */
	{LINE "Via: SIP/2.0/UDP a\r\n" REST, NULL},
	{LINE "Via: SIP/2.0/UDP a;branch=z9hG4bK\r\n" REST, NULL},
	{LINE "Via: SIP/2.0/UDP a;branch=1\r\n" REST, NULL},
	/* no request at all */
	{LINE "Via: SIP/2.0/UDP a;branch=z9hG4bK1;branch=z9hG4bK2\r\n" REST,
	 NULL},
	{LINE "Via: UDP a;branch=z9hG4bK1\r\n" REST, NULL},
	{LINE "Via: SIP/2.0/UDP a;branch=z9hG4bK1", NULL},
	{LINE "Via:\r\n" REST, NULL},
	{" INVITE sip:b@example.com SIP/2.0\r\n"
	 "Via: SIP/2.0/UDP a;branch=z9hG4bK1\r\n",
	 NULL},
	{"INVITE", NULL},
	{"", NULL},
};

START_TEST(a_request_of_ours_is_known_without_decoding_it)
{
	static const struct pl invite = PL("INVITE");
	const char *text = requestv[_i].text;
	struct pl branch = PL_INIT, met = PL_INIT;
	struct message *m = NULL;
	static struct guard g;

	ck_assert_int_eq(txn_key_peek(&branch, &met, (const uint8_t *)text,
				      strlen(text)),
			 requestv[_i].branch ? 0 : EBADMSG);
	if (!requestv[_i].branch) {
		ck_assert_ptr_null(branch.p);
		return;
	}

	ck_assert(!pl_strcmp(&branch, requestv[_i].branch));
	ck_assert(!pl_cmp(&met, &invite));
	ck_assert_int_eq(
		message_decode(&m, &g, (const uint8_t *)text, strlen(text)),
		0);
	ck_assert(!pl_cmp(&branch, &m->via.branch));
	ck_assert(!pl_cmp(&met, &m->met));
	mem_deref(m);
}
END_TEST


START_TEST(nothing_is_known_of_nothing)
{
	struct pl pl;

	ck_assert_int_eq(txn_key_peek(NULL, &pl, (const uint8_t *)"", 0),
			 EBADMSG);
	ck_assert_int_eq(txn_key_peek(&pl, NULL, (const uint8_t *)"", 0),
			 EBADMSG);
	ck_assert_int_eq(txn_key_peek(&pl, &pl, NULL, 0), EBADMSG);
}
END_TEST


Suite *suite_txn_key(void);
Suite *suite_txn_key(void)
{
	Suite *s = suite_create("txn_key");
	TCase *tc = tcase_create("txn_key");

	test_table(tc, a_request_of_ours_is_known_without_decoding_it,
		   requestv);
	tcase_add_test(tc, nothing_is_known_of_nothing);
	suite_add_tcase(s, tc);

	return s;
}
