/**
 * @file scenario/two_proxies.c  Calls that pass two proxies, or one twice
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "test/scenario/parley.h"
#include "test/test.h"

enum { ALL_PORTS = PARLEY_PORTS, CALL_PORTS = 4 };

static struct parley t;
static struct party foreign; /* a proxy, or a B2BUA, by hand */


static void setup(void)
{
	parley_open(&t, "quarantine = 0",
		    "peer \"foreign\" { address = { \"127.0.0.40\" } }\n");
	memset(&foreign, 0, sizeof(foreign));
	phone_open(&foreign.ph, &t.rig, "127.0.0.40");
	foreign.name = foreign.tag = "bob";
	foreign.other = foreign.other_tag = "alice";
	(void)str_ncpy(foreign.contact, "127.0.0.40:5060",
		       sizeof(foreign.contact));
	(void)snprintf(t.ruri, sizeof(t.ruri), "sip:bob@127.0.0.40:%u",
		       foreign.ph.port);
}


static void teardown(void)
{
	phone_close(&foreign.ph);
	parley_close(&t);
}


/* a foreign proxy takes the mark out, a B2BUA makes a call of its own */
static const struct {
	const char *callid;
	bool strip;
} spiralv[] = {
	{"parley-1", false},
	{"parley-1", true},
	{"another-1", false},
	{"another-1", true},
};


static void copy_body(char *body, const char *sdp, bool strip)
{
	char *mark, *end;

	(void)snprintf(body, PARLEY_BODY_MAX, "%s", sdp);
	mark = strip ? strstr(body, "a=x-viaduct") : NULL;
	end = mark ? strstr(mark, "\r\n") : NULL;
	if (end)
		memmove(mark, end + 2, strlen(end + 2) + 1);
}


static void send_back(const char *callid, const char *body)
{
	phone_send(
		&foreign.ph,
		"INVITE sip:bob@example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.40:%u;branch=z9hG4bKback;rport\r\n"
		"Max-Forwards: 60\r\n"
		"From: <sip:alice@example.net>;tag=alice\r\n"
		"To: <sip:bob@example.net>\r\n"
		"Call-ID: %s\r\nCSeq: 77 INVITE\r\n"
		"Contact: <sip:f@127.0.0.40:%u>\r\n"
		"Content-Type: application/sdp\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		foreign.ph.port, callid, foreign.ph.port, strlen(body), body);
}


static void spiral(const char *callid, bool strip)
{
	static char invite[RIG_TEXT_MAX];
	char body[PARLEY_BODY_MAX];

	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&foreign, "INVITE ");
	memcpy(invite, foreign.ph.msg, sizeof(invite));
	copy_body(body, foreign.sdp, strip);
	send_back(callid, body);
	parley_expect(&t.bob, "INVITE ");
	parley_learn(&t.bob, 0);
	parley_answer(&t.bob, "200 OK", parley_nat_sdp(&t.bob));
	parley_expect(&foreign, "SIP/2.0 200");
	copy_body(body, foreign.sdp, strip);
	memcpy(foreign.ph.msg, invite, sizeof(invite));
	parley_answer(&foreign, "200 OK", body);
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
}


/* one relay sees to it, and it does not send to itself */
START_TEST(a_call_that_comes_back_to_us_has_audio)
{
	spiral(spiralv[_i].callid, spiralv[_i].strip);
	ck_assert_uint_eq(server_counter(t.rig.srv, "relay_ports_free"),
			  ALL_PORTS - CALL_PORTS);
	parley_audio(&t);
	parley_rtcp(&t);
}
END_TEST


static const struct {
	const char *one, *two; /* what each has configured of the other */
	unsigned ports;        /* that both relays need together */
} pairv[] = {
	{"", "", CALL_PORTS},
	{"secret = \"correct horse\"", "secret = \"correct horse\"",
	 CALL_PORTS},
	/* no mark is believed: each relays, one to the other */
	{"secret = \"correct horse\"", "secret = \"battery staple\"",
	 2 * CALL_PORTS},
	{"", "media = \"relay\"", 2 * CALL_PORTS},
};


static void start_pair(struct rig *bobs, int n)
{
	char conf[512];

	(void)snprintf(conf, sizeof(conf),
		       "relay { ports = \"%u-%u\"\nallow_local = yes\n"
		       "quarantine = 0 }\ntimer { t1 = 3000\nt2 = 6000 }\n"
		       "peer \"one\" { address = { \"127.0.0.1\" }\n%s }\n",
		       29600 + PARLEY_PORTS * (getpid() % 90),
		       29631 + PARLEY_PORTS * (getpid() % 90), pairv[n].two);
	rig_start(bobs, conf);
	rig_account(bobs, "bob@example.net", "builder99");
	(void)snprintf(conf, sizeof(conf),
		       "peer \"two\" { address = { \"127.0.0.1:%u\" }\n%s }\n",
		       sa_port(&bobs->us), pairv[n].one);
	parley_open(&t, "quarantine = 0", conf);
	(void)snprintf(t.ruri, sizeof(t.ruri), "sip:bob@127.0.0.1:%u",
		       sa_port(&bobs->us));
	t.bob.ph.rig = bobs;
}


START_TEST(a_call_over_two_proxies_has_audio)
{
	struct rig bobs;
	uint64_t ports;

	start_pair(&bobs, _i);
	parley_establish(&t);
	ports = server_counter(t.rig.srv, "relay_ports_free") +
		server_counter(bobs.srv, "relay_ports_free");
	ck_assert_uint_eq(2 * ALL_PORTS - ports, pairv[_i].ports);
	parley_audio(&t);
	parley_rtcp(&t);

	/* and from the other side, from another port */
	media_close(&t.bob.rtp);
	media_open(&t.bob.rtp, "127.0.0.20");
	parley_reinvite(&t, &t.bob, parley_nat_sdp(&t.bob),
			parley_nat_sdp(&t.alice));
	parley_audio(&t);
	parley_bye(&t, &t.bob);
	rig_settle(&t.rig, "relay_ports_free", ALL_PORTS, 5000);
	rig_settle(&bobs, "relay_ports_free", ALL_PORTS, 5000);
	parley_close(&t);
	rig_stop(&bobs);
}
END_TEST


Suite *suite_two_proxies(void);
Suite *suite_two_proxies(void)
{
	Suite *s = suite_create("two_proxies");
	TCase *tc = tcase_create("two_proxies");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_call_that_comes_back_to_us_has_audio, spiralv);
	suite_add_tcase(s, tc);

	tc = tcase_create("pair");
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, a_call_over_two_proxies_has_audio, 0,
			    ARRAY_SIZE(pairv));
	suite_add_tcase(s, tc);

	return s;
}
