/**
 * @file scenario/media_offer.c  What offers and answers do to relayed media
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/parley.h"
#include "test/test.h"

enum { ALL_PORTS = PARLEY_PORTS, CALL_PORTS = 4 };

static struct parley t;


static void setup(void)
{
	parley_open(&t, "quarantine = 0", NULL);
}


static void teardown(void)
{
	parley_close(&t);
}


static void expect_quiet(void)
{
	ck_assert(media_is_silent(&t.alice.rtp));
	ck_assert(media_is_silent(&t.alice.rtcp));
	ck_assert(media_is_silent(&t.bob.rtp));
	ck_assert(media_is_silent(&t.bob.rtcp));
	ck_assert(media_is_silent(&t.stranger));
}


static void expect_no_private(const struct party *who)
{
	ck_assert_msg(!strstr(who->sdp, "192.168.") &&
			      !strstr(who->sdp, "10.1.") &&
			      !strstr(who->sdp, "172.16."),
		      "%s heard:\n%s", who->name, who->sdp);
}


static const char ice[] = "a=rtcp:4001 IN IP4 192.168.1.10\r\n"
			  "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdef\r\n"
			  "a=candidate:1 1 UDP 2130706431 10.1.2.3 4000 typ "
			  "host\r\n"
			  "a=candidate:2 1 UDP 1 203.0.113.9 4000 typ srflx "
			  "raddr 172.16.0.1 rport 4000\r\n"
			  "a=remote-candidates:1 10.1.2.3 4000\r\n";


static const struct {
	const char *more;
} hiddenv[] = {
	{""},
	{"a=sendonly\r\n"},
	{"a=inactive\r\n"},
	{"m=video 0 RTP/AVP 31\r\nc=IN IP4 10.1.1.1\r\n"},
	{"m=video 4010 RTP/AVP 31\r\nc=IN IP4 192.168.1.99\r\n"
	 "a=rtcp:4011 IN IP4 192.168.1.99\r\n"},
};


START_TEST(no_private_address_shows_in_a_relayed_sdp)
{
	char more[1024];

	(void)snprintf(more, sizeof(more), "%s%s", ice, hiddenv[_i].more);
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_sdp("192.168.1.10", 4000, more), "");
	parley_expect(&t.bob, "INVITE ");
	expect_no_private(&t.bob);
	parley_answer(&t.bob, "200 OK",
		      parley_sdp("192.168.1.10", 4000, more));
	parley_expect(&t.alice, "SIP/2.0 200");
	expect_no_private(&t.alice);
}
END_TEST


/* c=0.0.0.0: the address says hold, and nothing else may say where */
START_TEST(no_private_address_shows_on_hold)
{
	char body[PARLEY_BODY_MAX], more[1024];
	uint16_t port;

	parley_establish(&t);
	parley_audio(&t);
	port = sa_port(&t.bob.to[0]);
	(void)snprintf(more, sizeof(more), "%sa=sendonly\r\n", ice);
	(void)snprintf(
		body, sizeof(body), "%s",
		parley_sdp("192.168.1.10", sa_port(&t.alice.rtp.addr), more));
	memcpy(strstr(body, "c=IN IP4 192.168.1.10"), "c=IN IP4 0.0.0.0     ",
	       21);
	parley_reinvite(&t, &t.alice, body, parley_nat_sdp(&t.bob));
	ck_assert_ptr_nonnull(strstr(t.bob.sdp, "c=IN IP4 0.0.0.0"));
	expect_no_private(&t.bob);
	/* and its port stays what it was (RFC 3264 section 8.4) */
	(void)snprintf(more, sizeof(more), "m=audio %u ", port);
	ck_assert_msg(strstr(t.bob.sdp, more) != NULL, "%s", t.bob.sdp);
}
END_TEST


static const char *const holdv[] = {"a=sendonly\r\n", "a=inactive\r\n",
				    "a=recvonly\r\n"};


START_TEST(hold_and_resume)
{
	const uint16_t port = sa_port(&t.alice.rtp.addr);

	parley_establish(&t);
	parley_audio(&t);
	parley_reinvite(&t, &t.alice,
			parley_sdp("192.168.1.10", port, holdv[_i]),
			parley_nat_sdp(&t.bob));
	ck_assert_ptr_nonnull(strstr(t.bob.sdp, holdv[_i]));
	/* music on hold, late packets: all of it passes */
	parley_hears(&t.alice, &t.bob);
	parley_hears(&t.bob, &t.alice);
	parley_reinvite(&t, &t.alice, parley_sdp("192.168.1.10", port, ""),
			parley_nat_sdp(&t.bob));
	parley_hears(&t.alice, &t.bob);
	parley_hears(&t.bob, &t.alice);
}
END_TEST


START_TEST(reinvite_from_another_port)
{
	parley_establish(&t);
	parley_audio(&t);
	parley_rtcp(&t);
	media_close(&t.alice.rtp);
	media_open(&t.alice.rtp, "127.0.0.10");
	parley_reinvite(&t, &t.alice, parley_nat_sdp(&t.alice),
			parley_nat_sdp(&t.bob));
	parley_audio(&t);
	parley_rtcp(&t);
	expect_quiet();
}
END_TEST


START_TEST(two_streams_do_not_mix)
{
	char video[64];
	struct party a, b;
	uint16_t seq;

	(void)snprintf(video, sizeof(video), "m=video %u RTP/AVP 31\r\n",
		       sa_port(&t.alice.rtcp.addr));
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(
		&t,
		parley_sdp("192.168.1.10", sa_port(&t.alice.rtp.addr), video),
		"");
	parley_expect(&t.bob, "INVITE ");
	(void)snprintf(video, sizeof(video), "m=video %u RTP/AVP 31\r\n",
		       sa_port(&t.bob.rtcp.addr));
	parley_answer(
		&t.bob, "200 OK",
		parley_sdp("192.168.1.10", sa_port(&t.bob.rtp.addr), video));
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	parley_learn(&t.bob, 0);
	parley_audio(&t);

	/* the RTCP sockets play the video */
	parley_learn(&t.alice, 1);
	parley_learn(&t.bob, 1);
	a = t.alice;
	b = t.bob;
	a.rtp = t.alice.rtcp;
	b.rtp = t.bob.rtcp;
	for (int i = 0; i < 5; i++) {
		seq = media_send_rtp(&a.rtp, &a.to[0]);
		media_expect_rtp(&b.rtp, a.rtp.ssrc, seq, &b.to[0]);
		seq = media_send_rtp(&b.rtp, &b.to[0]);
		media_expect_rtp(&a.rtp, b.rtp.ssrc, seq, &a.to[0]);
	}
	ck_assert_uint_eq(server_counter(t.rig.srv, "relay_ports_free"),
			  ALL_PORTS - 2 * CALL_PORTS);
	expect_quiet();
}
END_TEST


START_TEST(rtcp_mux_goes_over_the_rtp_port)
{
	const char mux[] = "a=rtcp-mux\r\n";
	uint8_t rr[8], got[64];
	struct sa src;

	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(
		&t,
		parley_sdp("192.168.1.10", sa_port(&t.alice.rtp.addr), mux),
		"");
	parley_expect(&t.bob, "INVITE ");
	ck_assert_ptr_nonnull(strstr(t.bob.sdp, mux));
	parley_answer(
		&t.bob, "200 OK",
		parley_sdp("192.168.1.10", sa_port(&t.bob.rtp.addr), mux));
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	parley_learn(&t.bob, 0);
	parley_audio(&t);
	media_send(&t.alice.rtp, &t.alice.to[0], rr, media_make_rr(rr, 1));
	ck_assert_uint_eq(media_recv(&t.bob.rtp, got, sizeof(got), &src), 8);
	ck_assert_mem_eq(got, rr, 8);
	ck_assert(sa_cmp(&src, &t.bob.to[0], SA_ALL));
}
END_TEST


#define FAX                                                                \
	"v=0\r\no=- 1 2 IN IP4 192.168.1.10\r\ns=-\r\nc=IN IP4 %s\r\nt=0 " \
	"0\r\n"                                                            \
	"m=image %u udptl t38\r\na=T38FaxVersion:0\r\n"


START_TEST(fax_takes_over_the_ports)
{
	static const uint8_t t38[] = {0, 0, 1, 6, 0, 0};
	uint8_t got[64];
	char body[2][PARLEY_BODY_MAX];
	const struct party *v[] = {&t.alice, &t.bob};
	struct sa was;

	parley_establish(&t);
	parley_audio(&t);
	was = t.bob.to[0];
	for (int i = 0; i < 2; i++)
		(void)snprintf(body[i], sizeof(body[i]), FAX, "192.168.1.10",
			       sa_port(&v[i]->rtp.addr));
	parley_reinvite(&t, &t.alice, body[0], body[1]);
	parley_learn(&t.alice, 0);
	parley_learn(&t.bob, 0);
	ck_assert(sa_cmp(&was, &t.bob.to[0], SA_ALL));
	ck_assert_ptr_null(strstr(t.bob.sdp, "a=rtcp"));
	for (int i = 0; i < 5; i++) {
		media_send(&t.alice.rtp, &t.alice.to[0], t38, sizeof(t38));
		ck_assert_uint_eq(media_recv(&t.bob.rtp, got, 64, NULL),
				  sizeof(t38));
		media_send(&t.bob.rtp, &t.bob.to[0], t38, sizeof(t38));
		ck_assert_uint_eq(media_recv(&t.alice.rtp, got, 64, NULL),
				  sizeof(t38));
	}
	expect_quiet();
}
END_TEST


/*
 * Two phones of one man would write SIP to somebody who trusts our address:
 * no fax, no early media, nothing makes the relay carry it there.
 */
START_TEST(nothing_is_relayed_to_where_sip_is_listened_to)
{
	static const char sip[] = "INVITE sip:x@example.com SIP/2.0\r\n\r\n";
	struct media gateway;
	char conf[128], body[2][PARLEY_BODY_MAX];
	uint8_t rtp[MEDIA_RTP_LEN];

	media_open(&gateway, "127.0.0.30");
	(void)snprintf(conf, sizeof(conf),
		       "peer \"gw\" { address = { \"127.0.0.30:%u\" } }\n",
		       sa_port(&gateway.addr));
	parley_close(&t);
	parley_open(&t, "quarantine = 0", conf);
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	(void)snprintf(body[0], sizeof(body[0]), FAX, "192.168.1.10",
		       sa_port(&t.alice.rtp.addr));
	(void)snprintf(body[1], sizeof(body[1]), FAX, "127.0.0.30",
		       sa_port(&gateway.addr));
	parley_invite(&t, body[0], "");
	parley_expect(&t.bob, "INVITE ");
	parley_answer(&t.bob, "200 OK", body[1]);
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	parley_learn(&t.bob, 0);

	for (int i = 0; i < 5; i++) {
		media_send(&t.alice.rtp, &t.alice.to[0], sip, sizeof(sip) - 1);
		media_send(&t.alice.rtp, &t.alice.to[0], rtp,
			   media_make_rtp(rtp, 1, (uint16_t)i));
	}
	/* bob's own ones are heard, and are what alice's then go to */
	for (int i = 0; i < 5; i++)
		parley_hears(&t.bob, &t.alice);
	parley_hears(&t.alice, &t.bob);
	ck_assert(media_is_silent(&gateway));
	media_close(&gateway);
}
END_TEST


START_TEST(a_late_offer_is_relayed)
{
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, "", "");
	parley_expect(&t.bob, "INVITE ");
	parley_answer(&t.bob, "200 OK", parley_nat_sdp(&t.bob));
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	expect_no_private(&t.alice);
	(void)snprintf(t.route, sizeof(t.route), "%s",
		       phone_header(&t.alice.ph, "Record-Route"));
	parley_ack(&t, &t.alice, parley_nat_sdp(&t.alice));
	parley_learn(&t.bob, 0);
	expect_no_private(&t.bob);
	parley_audio(&t);
	parley_rtcp(&t);
}
END_TEST


START_TEST(several_18x_and_another_port_in_the_200)
{
	struct media other;

	media_open(&other, "127.0.0.20");
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.bob, "INVITE ");
	parley_learn(&t.bob, 0);
	parley_answer(&t.bob, "180 Ringing", "");
	parley_expect(&t.alice, "SIP/2.0 180");
	parley_answer(&t.bob, "183 Session Progress",
		      parley_sdp("192.168.1.10", sa_port(&other.addr), ""));
	parley_expect(&t.alice, "SIP/2.0 183");
	parley_learn(&t.alice, 0);

	/* the ringing tone comes from there, and latches */
	for (int i = 0; i < 5; i++)
		media_expect_rtp(&t.alice.rtp, other.ssrc,
				 media_send_rtp(&other, &t.bob.to[0]), NULL);

	parley_answer(
		&t.bob, "183 Session Progress",
		parley_sdp("192.168.1.10", sa_port(&t.bob.rtp.addr), ""));
	parley_expect(&t.alice, "SIP/2.0 183");
	parley_answer(
		&t.bob, "200 OK",
		parley_sdp("192.168.1.10", sa_port(&t.bob.rtp.addr), ""));
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	parley_audio(&t);
	media_close(&other);
}
END_TEST


START_TEST(a_multipart_body_is_relayed)
{
	char body[PARLEY_BODY_MAX];

	(void)snprintf(body, sizeof(body),
		       "--b\r\nContent-Type: application/sdp\r\n\r\n%s\r\n"
		       "--b\r\nContent-Type: application/isup\r\n\r\nx\r\n"
		       "--b--\r\n",
		       parley_nat_sdp(&t.alice));
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, body,
		      "Content-Type: multipart/mixed;boundary=b\r\n");
	parley_expect(&t.bob, "INVITE ");
	expect_no_private(&t.bob);
	ck_assert_ptr_nonnull(strstr(t.bob.sdp, "application/isup\r\n\r\nx"));
	ck_assert_ptr_nonnull(strstr(t.bob.sdp, "c=IN IP4 127.0.0.1\r\n"));
}
END_TEST


START_TEST(a_direct_call_leaves_the_sdp_alone)
{
	char offer[PARLEY_BODY_MAX], answer[PARLEY_BODY_MAX];

	(void)snprintf(offer, sizeof(offer), "%s",
		       parley_sdp("127.0.0.10", 4000, "a=ptime:20\n"));
	(void)snprintf(answer, sizeof(answer), "%s",
		       parley_sdp("127.0.0.20", 4000, "a=X-odd: \t\r\n"));
	(void)snprintf(t.bob.contact, sizeof(t.bob.contact), "127.0.0.20:%u",
		       t.bob.ph.port);
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, offer, "");
	parley_expect(&t.bob, "INVITE ");
	ck_assert_str_eq(t.bob.sdp, offer);
	parley_answer(&t.bob, "200 OK", answer);
	parley_expect(&t.alice, "SIP/2.0 200");
	ck_assert_str_eq(t.alice.sdp, answer);
	ck_assert_uint_eq(server_counter(t.rig.srv, "relay_ports_free"),
			  ALL_PORTS);
}
END_TEST


Suite *suite_media_offer(void);
Suite *suite_media_offer(void)
{
	Suite *s = suite_create("media_offer");
	TCase *tc = tcase_create("media_offer");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, no_private_address_shows_in_a_relayed_sdp, hiddenv);
	tcase_add_test(tc, no_private_address_shows_on_hold);
	test_table(tc, hold_and_resume, holdv);
	tcase_add_test(tc, reinvite_from_another_port);
	tcase_add_test(tc, two_streams_do_not_mix);
	tcase_add_test(tc, rtcp_mux_goes_over_the_rtp_port);
	tcase_add_test(tc, fax_takes_over_the_ports);
	tcase_add_test(tc, nothing_is_relayed_to_where_sip_is_listened_to);
	tcase_add_test(tc, a_late_offer_is_relayed);
	tcase_add_test(tc, several_18x_and_another_port_in_the_200);
	tcase_add_test(tc, a_multipart_body_is_relayed);
	tcase_add_test(tc, a_direct_call_leaves_the_sdp_alone);
	suite_add_tcase(s, tc);

	return s;
}
