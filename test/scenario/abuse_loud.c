/**
 * @file scenario/abuse_loud.c  No answer is louder than what was asked
 *
 * Case S17 of the project's list: whoever forges a source address gets no more
 * thrown at it than he spends himself.
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/talk.h"
#include "test/test.h"

enum { ALLOWANCE = 2048 };

static struct rig rig;
static struct phone mallory;

static const char conf[] = "relay { ports = \"22900-22999\"\n"
			   "allow_local = yes quarantine = 0 }\n";


static void setup(void)
{
	rig_start(&rig, conf);
	phone_open(&mallory, &rig, "127.0.0.66");
}


static void teardown(void)
{
	phone_close(&mallory);
	rig_stop(&rig);
}


/** As small as a real request gets, and what is answered */
static const struct {
	const char *met, *line, *extra;
	unsigned status;
} loudv[] = {
	{"REGISTER", "REGISTER sip:example.net SIP/2.0", "", 401},
	{"INVITE", "INVITE sip:b@example.net SIP/2.0", "", 407},
	{"OPTIONS", "OPTIONS sip:b@example.net SIP/2.0", "", 407},
	{"OPTIONS", "OPTIONS sip:example.net SIP/2.0", "", 200},
	{"MESSAGE", "MESSAGE sip:b@example.net SIP/2.0", "", 407},
	{"SUBSCRIBE", "SUBSCRIBE sip:b@example.net SIP/2.0", "", 407},
	{"PUBLISH", "PUBLISH sip:b@example.net SIP/2.0", "", 407},
	{"NOTIFY", "NOTIFY sip:b@example.net SIP/2.0", "", 407},
	{"REFER", "REFER sip:b@example.net SIP/2.0", "", 407},
	{"CANCEL", "CANCEL sip:b@example.net SIP/2.0", "", 481},
	{"BYE", "BYE sip:b@example.net SIP/2.0", "", 407},
	{"INFO", "INFO sip:b@foreign.example SIP/2.0", "", 407},
	{"REGISTER", "REGISTER sip:foreign.example SIP/2.0", "", 403},
	{"INVITE", "INVITE sip:b@example.net SIP/7.0", "", 505},
	{"INVITE", "INVITE mailto:b@example.net SIP/2.0", "", 416},
	{"INVITE", "INVITE sip:b@@example.net SIP/2.0", "", 400},
	{"INVITE", "INVITE sip:b@example.net SIP/2.0",
	 "Proxy-Require: foo, bar\r\n", 420},
	{"INVITE", "INVITE sip:b@example.net SIP/2.0",
	 "Route: <sip:10.0.0.1;lr>\r\n", 403},
	{"OPTIONS", "OPTIONS sip:b@example.net SIP/2.0",
	 "Content-Length: 9\r\n", 400},
};


static void send_small(struct phone *ph, const char *met, const char *line,
		       const char *extra)
{
	++ph->branch;
	phone_send(ph,
		   "%s\r\nVia: SIP/2.0/UDP %s:%u;rport;branch=z9hG4bK%u\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:b@example.net>;tag=1\r\n"
		   "To: <sip:b@example.net>\r\n"
		   "Call-ID: %u@%s\r\nCSeq: 1 %s\r\n%s\r\n",
		   line, ph->host, ph->port, ph->branch, ph->branch, ph->host,
		   met, extra);
}


START_TEST(s17_no_answer_is_louder_than_its_request)
{
	send_small(&mallory, loudv[_i].met, loudv[_i].line, loudv[_i].extra);
	(void)phone_recv(&mallory);
	ck_assert_msg(phone_status(&mallory) == loudv[_i].status, "%s",
		      mallory.msg);
	ck_assert_msg(strlen(mallory.msg) * 2 <= mallory.sent * 3,
		      "%zu octets for %zu: %s", strlen(mallory.msg),
		      mallory.sent, mallory.msg);
	ck_assert(phone_quiet(&mallory));
}
END_TEST


/* smaller than any phone would: paid for by the allowance, while it lasts */
START_TEST(s17_all_answers_together_are_not_louder)
{
	size_t in = 0, out = 0;

	for (int i = 0; i < 200; i++) {
		phone_send(&mallory,
			   "%s sip:x@example.net SIP/2.0\r\n"
			   "v:SIP/2.0/UDP a;branch=z9hG4bK%d\r\n"
			   "f:<sip:a@b>;tag=1\r\nt:<sip:a@b>\r\ni:%d\r\n"
			   "CSeq:1 %s\r\n\r\n",
			   i % 2 ? "INVITE" : "OPTIONS", i, i,
			   i % 2 ? "INVITE" : "OPTIONS");
		in += mallory.sent;
	}
	while (!phone_quiet(&mallory)) {
		ck_assert_uint_eq(phone_status(&mallory), 407);
		out += strlen(mallory.msg);
	}
	ck_assert_uint_le(out, in * 3 / 2 + ALLOWANCE);
	ck_assert_uint_gt(out, ALLOWANCE);
}
END_TEST


START_TEST(s17_a_full_challenge_is_for_a_full_request)
{
	send_small(&mallory, "REGISTER", "REGISTER sip:example.net SIP/2.0",
		   "Contact: <sip:alice@192.168.1.10:5060>;expires=3600\r\n"
		   "User-Agent: Snom370/8.4.35\r\n"
		   "Allow: INVITE, ACK, CANCEL, BYE, REFER, OPTIONS, NOTIFY, "
		   "SUBSCRIBE, PRACK, MESSAGE, INFO, UPDATE\r\n"
		   "Supported: path, gruu, outbound\r\n");
	talk_expect(&mallory, "SIP/2.0 401 Unauthorized\r\n");
	ck_assert_ptr_nonnull(strstr(mallory.msg, "algorithm=MD5"));
	ck_assert_ptr_nonnull(strstr(mallory.msg, "algorithm=SHA-256"));
}
END_TEST


Suite *suite_abuse_loud(void);
Suite *suite_abuse_loud(void)
{
	Suite *s = suite_create("abuse_loud");
	TCase *tc = tcase_create("abuse_loud");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, s17_no_answer_is_louder_than_its_request, loudv);
	tcase_add_test(tc, s17_all_answers_together_are_not_louder);
	tcase_add_test(tc, s17_a_full_challenge_is_for_a_full_request);
	suite_add_tcase(s, tc);

	return s;
}
