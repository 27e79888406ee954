/**
 * @file test/proxy/user/registration.c  What one REGISTER says
 */
#include <string.h>
#include "test/test.h"
#include "common/timer.h"
#include "proxy/user/registration.h"


static const struct contact_limits limits = {3600, 60, 7200, 0};


static struct message *request(const char *callid, const char *lines)
{
	static struct guard g;
	struct message *m = NULL;
	static char buf[32768];
	const int n = re_snprintf(
		buf, sizeof(buf),
		"REGISTER sip:example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
		"From: <sip:alice@example.net>;tag=1\r\n"
		"To: <sip:alice@example.net>\r\n"
		"Call-ID: %s\r\nCSeq: 5 REGISTER\r\n%s"
		"Content-Length: 0\r\n\r\n",
		callid, lines);

	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(message_decode(&m, &g, (uint8_t *)buf, (size_t)n), 0);

	return m;
}


START_TEST(its_answer_lists_all_bindings)
{
	struct message *m = request(
		"c", "Contact: <sip:a@192.0.2.1>;q=0.7;expires=100, "
		     "<sip:b@192.0.2.1>;+sip.instance=\"<i>\";reg-id=1\r\n"
		     "Supported: path\r\nPath: <sip:p;lr>\r\n");
	struct timers *timers = NULL;
	struct location *l = NULL;
	struct location_batch *lb = NULL;
	struct registration *reg = NULL;
	struct mbuf *mb = mbuf_alloc(64);
	const char *text;

	ck_assert_int_eq(timers_alloc_virtual(&timers, 7), 0);
	ck_assert_int_eq(location_alloc(&l, timers, 3), 0);
	ck_assert_int_eq(
		registration_alloc(&reg, m, "alice@example.net", &limits), 0);
	ck_assert_int_eq(registration_prepare(&lb, reg, l, 3), 0);
	registration_log(reg, lb, NULL);
	location_commit(lb);
	mem_deref(lb);
	ck_assert_uint_eq(location_count(l), 2);
	ck_assert_int_eq(registration_print(mb, reg, l, timers_now(timers)),
			 0);
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);
	text = (const char *)mb->buf;
	ck_assert_ptr_eq(
		strstr(text, "Contact: <sip:b@192.0.2.1>;expires=3600"
			     ";+sip.instance=\"<i>\";reg-id=1\r\n"
			     "Contact: <sip:a@192.0.2.1>;expires=100;q=0.700"
			     "\r\nPath: <sip:p;lr>\r\nDate: "),
		text);

	/* the same again has the same CSeq */
	ck_assert_int_eq(registration_prepare(&lb, reg, l, 3), EPROTO);
	mem_deref(mb);
	mem_deref(reg);
	mem_deref(l);
	mem_deref(timers);
	mem_deref(m);
}
END_TEST


START_TEST(texts_have_bounds)
{
	struct registration *reg = NULL;
	char text[4096];
	struct message *m;

	memset(text, 'x', sizeof(text));
	text[1025] = '\0';
	m = request(text, "");
	ck_assert_int_eq(registration_alloc(&reg, m, "a@b", &limits), EBADMSG);
	mem_deref(m);

	(void)re_snprintf(text, sizeof(text), "Path: <sip:%02048u;lr>\r\n",
			  0u);
	m = request("c", text);
	ck_assert_int_eq(registration_alloc(&reg, m, "a@b", &limits), EBADMSG);
	mem_deref(m);

	m = request("c", "User-Agent: 0123456789012345678901234567890123456789"
			 "0123456789012345678901234567890123456789"
			 "0123456789012345678901234567890123456789"
			 "0123456789012345678901234567890123456789\r\n");
	ck_assert_int_eq(registration_alloc(&reg, m, "a@b", &limits), 0);
	ck_assert_uint_eq(strlen(reg->user_agent), 128);
	mem_deref(reg);
	mem_deref(m);
}
END_TEST


START_TEST(nonsense_and_no_memory_are_refused)
{
	struct message *m = request("c", "Contact: <sip:a@h>\r\n");
	struct registration *reg = NULL;

	ck_assert_int_eq(registration_alloc(NULL, m, "a@b", &limits), EINVAL);
	ck_assert_int_eq(registration_alloc(&reg, NULL, "a@b", &limits),
			 EINVAL);
	ck_assert_int_eq(registration_alloc(&reg, m, NULL, &limits), EINVAL);
	ck_assert_int_eq(registration_alloc(&reg, m, "a@b", NULL), EINVAL);
	oom_after(0);
	ck_assert_int_eq(registration_alloc(&reg, m, "a@b", &limits), ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(registration_prepare(NULL, NULL, NULL, 1), EINVAL);
	ck_assert_int_eq(registration_print(NULL, NULL, NULL, 0), EINVAL);
	mem_deref(m);
}
END_TEST


Suite *suite_registration(void);
Suite *suite_registration(void)
{
	Suite *s = suite_create("registration");
	TCase *tc = tcase_create("registration");

	tcase_add_test(tc, its_answer_lists_all_bindings);
	tcase_add_test(tc, texts_have_bounds);
	tcase_add_test(tc, nonsense_and_no_memory_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
