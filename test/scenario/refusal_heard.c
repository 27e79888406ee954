/**
 * @file test/scenario/refusal_heard.c  Callers hear why they are refused
 */
#include <stdio.h>
#include <string.h>
#include <re.h>
#include <rem.h>
#include "test/mock/tempdir.h"
#include "test/mock/tone.h"
#include "test/scenario/deskside.h"
#include "test/test.h"

enum { OFFLINE_HZ = 600, BLOCKED_HZ = 900, RUN = 5 };

static struct deskside d;
static char dir[TEMPDIR_SIZE];
static struct sound *mine;


static void setup_with(const char *more, uint32_t t1)
{
	char conf[2048], path[128];

	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/offline.wav", dir);
	tone_write(path, OFFLINE_HZ, 1, 8000, 1, AUFMT_S16LE);
	(void)snprintf(path, sizeof(path), "%s/blocked.wav", dir);
	tone_write(path, BLOCKED_HZ, 1, 8000, 1, AUFMT_PCMA);

	(void)snprintf(conf, sizeof(conf),
		       "announcement offline { file = \"%s/offline.wav\"\n"
		       "reply = { 480, 404, 486 } }\n"
		       "announcement blocked { file = \"%s/blocked.wav\" }\n"
		       "route premium { match = { \"0900*\" }\nrefuse = 403\n"
		       "announcement = blocked }\n"
		       "route other { match = { \"0190*\" }\nrefuse = 410 }\n"
		       "%s",
		       dir, dir, more);
	deskside_open(&d, conf, t1);
	ck_assert_int_eq(sound_tone(&mine, 440, 0, 40), 0);
	rig_account(&d.rig, "bob@example.net", "builder99");
	d.uri = "sip:bob@example.net";
}


static void setup(void)
{
	setup_with("", 0);
}


static void teardown(void)
{
	mem_deref(mine);
	deskside_close(&d);
	tempdir_remove(dir);
}


/* all of it: about a second */
static void hears_all(unsigned hz)
{
	uint8_t p[2048];
	unsigned n = 0;

	for (int i = 0; i < 58; i++) {
		deskside_speak(&d, NULL);
		n += tone_in_rtp(p, deskside_get(&d, p), hz);
	}
	ck_assert_uint_ge(n, 47);
	ck_assert_uint_le(n, 51);
}


static void reject(const char *status)
{
	char tag[64];

	(void)str_ncpy(tag, d.to_tag, sizeof(tag));
	deskside_expect(&d, status);
	if (tag[0])
		ck_assert_str_eq(d.to_tag, tag);
	d.target[0] = '\0';
	(void)str_ncpy(d.target, d.uri, sizeof(d.target));
	deskside_ack(&d, "");
	deskside_ports(&d, DESKSIDE_PORTS);
}


START_TEST(who_is_not_there_is_said_so_first)
{
	deskside_invite(&d, "", deskside_sdp(&d, "", ""));
	deskside_expect(&d, "SIP/2.0 183");
	ck_assert_ptr_nonnull(strstr(d.body, "RTP/AVP 8 101\r\n"));
	hears_all(OFFLINE_HZ);
	reject("SIP/2.0 480");
	ck_assert_uint_eq(rig_counter(&d.rig, "announcements_total"), 1);
}
END_TEST


START_TEST(a_number_that_is_blocked_has_its_own)
{
	d.uri = "sip:0900123@example.net";
	deskside_invite(&d, "", deskside_sdp(&d, "", ""));
	deskside_expect(&d, "SIP/2.0 183");
	hears_all(BLOCKED_HZ);
	reject("SIP/2.0 403");
}
END_TEST


START_TEST(behind_nat_it_begins_when_the_phone_is_found)
{
	char sdp[2048];

	(void)str_ncpy(sdp, deskside_sdp(&d, "192.168.1.10", ""), sizeof(sdp));
	deskside_invite(&d, "", sdp);
	deskside_expect(&d, "SIP/2.0 183");
	deskside_run(300);
	ck_assert(media_is_silent(&d.rtp));
	deskside_speak(&d, NULL);
	hears_all(OFFLINE_HZ);
	reject("SIP/2.0 480");
}
END_TEST


START_TEST(who_hangs_up_need_not_listen)
{
	deskside_invite(&d, "", deskside_sdp(&d, "", ""));
	deskside_expect(&d, "SIP/2.0 183");
	deskside_hears(&d, NULL, OFFLINE_HZ, RUN);
	deskside_cancel(&d);
	deskside_expect(&d, "SIP/2.0 487");
	(void)str_ncpy(d.target, d.uri, sizeof(d.target));
	deskside_ack(&d, "");
	deskside_ports(&d, DESKSIDE_PORTS);
}
END_TEST


static const struct {
	const char *name, *uri, *extra, *media, *status;
} plainv[] = {
	{"nothing is said with that status", "sip:0190123@example.net", "",
	 "m=audio 4000 RTP/AVP 8\r\n", "SIP/2.0 410"},
	{"no codec of ours", "sip:bob@example.net", "",
	 "m=audio 4000 RTP/AVP 9\r\n", "SIP/2.0 480"},
	{"SRTP only", "sip:bob@example.net", "", "m=audio 4000 RTP/SAVP 8\r\n",
	 "SIP/2.0 480"},
	{"it would be reliable or not at all", "sip:bob@example.net",
	 "Require: 100rel\r\n", "m=audio 4000 RTP/AVP 8\r\n", "SIP/2.0 480"},
	{"on hold from the beginning", "sip:bob@example.net", "",
	 "m=audio 4000 RTP/AVP 8\r\na=inactive\r\n", "SIP/2.0 480"},
	{"without an offer", "sip:bob@example.net", "", "", "SIP/2.0 480"},
};


START_TEST(some_are_refused_as_ever)
{
	char sdp[512] = "";

	d.uri = plainv[_i].uri;
	if (plainv[_i].media[0])
		(void)snprintf(sdp, sizeof(sdp),
			       "v=0\r\no=- 1 1 IN IP4 127.0.0.10\r\ns=-\r\n"
			       "c=IN IP4 127.0.0.10\r\nt=0 0\r\n%s",
			       plainv[_i].media);
	deskside_invite(&d, plainv[_i].extra, sdp);
	reject(plainv[_i].status);
	ck_assert_uint_eq(rig_counter(&d.rig, "announcements_total"), 0);
}
END_TEST


/* a phone that answers has said it itself */
START_TEST(what_phones_answer_is_passed_on_as_it_is)
{
	struct phone bob;
	char via[512], rr[512], from[256], to[256];

	phone_open(&bob, &d.rig, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", bob.host);
	deskside_invite(&d, "", deskside_sdp(&d, "", ""));
	(void)phone_recv(&bob);
	ck_assert(!strncmp(bob.msg, "INVITE ", 7));
	(void)str_ncpy(via, strstr(bob.msg, "Via:"), sizeof(via));
	*strstr(strstr(via, "\r\nVia:") + 2, "\r\n") = '\0';
	(void)str_ncpy(rr, phone_header(&bob, "Call-ID"), sizeof(rr));
	(void)str_ncpy(from, phone_header(&bob, "From"), sizeof(from));
	(void)str_ncpy(to, phone_header(&bob, "To"), sizeof(to));
	phone_send(&bob,
		   "SIP/2.0 486 Busy Here\r\n%s\r\nFrom: %s\r\n"
		   "To: %s;tag=b\r\nCall-ID: %s\r\nCSeq: %s\r\n"
		   "Content-Length: 0\r\n\r\n",
		   via, from, to, rr, phone_header(&bob, "CSeq"));
	deskside_expect(&d, "SIP/2.0 486");
	ck_assert_uint_eq(rig_counter(&d.rig, "announcements_total"), 0);
	phone_close(&bob);
}
END_TEST


START_TEST(a_limit_is_told_as_well)
{
	setup_with("limit { calls = 1 }\nsounds { calls = 2 }\n", 0);
	d.uri = "sip:test@example.net";
	deskside_call(&d, "");
	deskside_hears(&d, mine, 440, RUN);

	(void)snprintf(d.callid, sizeof(d.callid), "desk-2");
	d.uri = "sip:bob@example.net";
	deskside_invite(&d, "", deskside_sdp(&d, "", ""));
	deskside_expect(&d, "SIP/2.0 183");

	/* and without a voice left it is told without */
	(void)snprintf(d.callid, sizeof(d.callid), "desk-3");
	deskside_invite(&d, "", deskside_sdp(&d, "", ""));
	deskside_expect(&d, "SIP/2.0 486");
	teardown();
}
END_TEST


Suite *suite_refusal_heard(void);
Suite *suite_refusal_heard(void)
{
	Suite *s = suite_create("refusal_heard");
	TCase *tc = tcase_create("calls");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, who_is_not_there_is_said_so_first);
	tcase_add_test(tc, a_number_that_is_blocked_has_its_own);
	tcase_add_test(tc, behind_nat_it_begins_when_the_phone_is_found);
	tcase_add_test(tc, who_hangs_up_need_not_listen);
	test_table(tc, some_are_refused_as_ever, plainv);
	tcase_add_test(tc, what_phones_answer_is_passed_on_as_it_is);
	suite_add_tcase(s, tc);

	tc = tcase_create("limit");
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, a_limit_is_told_as_well);
	suite_add_tcase(s, tc);

	return s;
}
