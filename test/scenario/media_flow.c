/**
 * @file scenario/media_flow.c  Whole calls whose media goes through the relay
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/socket.h>
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


static size_t load_shape(const char *name, uint8_t *buf, size_t size)
{
	char path[256];
	size_t len;
	FILE *f;

	(void)snprintf(path, sizeof(path), "test/data/media-shapes/%s", name);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	len = fread(buf, 1, size, f);
	(void)fclose(f);

	return len;
}


/* the packet of ES2025-01 to each port of the range */
static void spray(void)
{
	uint8_t buf[512];
	const size_t len = load_shape("es2025-01-spray.bin", buf, sizeof(buf));
	struct sa dst;

	for (uint16_t p = 0; p < PARLEY_PORTS; p++) {
		ck_assert_int_eq(sa_set_str(&dst, "127.0.0.1",
					    (uint16_t)(t.port_min + p)),
				 0);
		for (int i = 0; i < 5; i++)
			media_send(&t.stranger, &dst, buf, len);
	}
}


static void expect_quiet(void)
{
	ck_assert(media_is_silent(&t.alice.rtp));
	ck_assert(media_is_silent(&t.alice.rtcp));
	ck_assert(media_is_silent(&t.bob.rtp));
	ck_assert(media_is_silent(&t.bob.rtcp));
	ck_assert(media_is_silent(&t.stranger));
}


START_TEST(audio_and_reports_go_both_ways_unchanged)
{
	parley_establish(&t);
	parley_audio(&t);
	parley_rtcp(&t);
	parley_bye(&t, &t.bob);
	expect_quiet();
}
END_TEST


/* promise 4: heard by nobody, hears nothing; before, during, after */
START_TEST(a_stranger_sprays_the_whole_range)
{
	spray();
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.bob, "INVITE ");
	parley_learn(&t.bob, 0);
	spray();
	parley_answer(&t.bob, "183 Session Progress", parley_nat_sdp(&t.bob));
	parley_expect(&t.alice, "SIP/2.0 183");
	parley_learn(&t.alice, 0);
	spray();
	parley_hears(&t.bob, &t.alice);
	spray();
	parley_answer(&t.bob, "200 OK", parley_nat_sdp(&t.bob));
	parley_expect(&t.alice, "SIP/2.0 200");
	(void)snprintf(t.route, sizeof(t.route), "%s",
		       phone_header(&t.alice.ph, "Record-Route"));
	parley_ack(&t, &t.alice, NULL);
	spray();
	for (int i = 0; i < 5; i++) {
		parley_hears(&t.alice, &t.bob);
		parley_hears(&t.bob, &t.alice);
		spray();
	}
	parley_rtcp(&t);
	spray();
	parley_hears(&t.alice, &t.bob);
	parley_hears(&t.bob, &t.alice);
	parley_rtcp(&t);
	parley_bye(&t, &t.alice);
	spray();
	parley_wait_ports(&t, ALL_PORTS);
	expect_quiet();
}
END_TEST


static const char *const shapev[] = {
	"dtls-hello.bin",
	"es2025-01-spray.bin",
	"rtcp-4-octets(AST-2017-008).bin",
	"rtcp-bye-reason-over.bin",
	"rtcp-len0-compound.bin",
	"rtcp-pt-223.bin",
	"rtcp-sdes-noterm.bin",
	"rtcp-xr.bin",
	"rtp-8000.bin",
	"rtp-empty.bin",
	"rtp-pad0.bin",
	"rtp-pt72.bin",
	"rtp-short-01.bin",
	"rtp-short-11.bin",
	"rtp-v1.bin",
	"rtp-x-none.bin",
	"stun-alloc.bin",
	"stun-attr-over.bin",
	"stun-classic.bin",
	"turn-channel.bin",
	"turn-xor-peer-loopback.bin",
};


/* the right source's shapes pass as they are or not at all */
static void shape_from_friend(const uint8_t *buf, size_t len)
{
	uint8_t got[9216];
	uint16_t seq;

	media_send(&t.alice.rtp, &t.alice.to[0], buf, len);
	seq = media_send_rtp(&t.alice.rtp, &t.alice.to[0]);
	for (int i = 0; i < 2; i++) {
		const size_t n = media_recv(&t.bob.rtp, got, sizeof(got),
					    NULL);

		if (n == MEDIA_RTP_LEN && got[2] == seq >> 8 &&
		    got[3] == (uint8_t)seq)
			return;
		ck_assert_uint_eq(n, len);
		ck_assert_mem_eq(got, buf, len);
	}
	ck_abort_msg("the packet behind it did not come");
}


START_TEST(a_live_call_is_not_moved_by_any_shape)
{
	static uint8_t buf[9216];

	parley_establish(&t);
	parley_audio(&t);
	parley_rtcp(&t);
	for (size_t i = 0; i < ARRAY_SIZE(shapev); i++) {
		const size_t len = load_shape(shapev[i], buf, sizeof(buf));

		for (int k = 0; k < 2; k++) {
			media_send(&t.stranger, &t.alice.to[k], buf, len);
			media_send(&t.stranger, &t.bob.to[k], buf, len);
			/* of the right host, another port */
			media_send(&t.alice.rtcp, &t.alice.to[0], buf, len);
		}
		shape_from_friend(buf, len);
		parley_hears(&t.bob, &t.alice);
	}
	parley_audio(&t);
	parley_rtcp(&t);
	expect_quiet();
}
END_TEST


/* symmetric NAT: neither port stands in the SDP */
START_TEST(both_nats_give_other_ports)
{
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_sdp("192.168.1.10", 4000, ""), "");
	parley_expect(&t.bob, "INVITE ");
	parley_learn(&t.bob, 0);
	parley_answer(&t.bob, "200 OK", parley_sdp("192.168.1.10", 4000, ""));
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	parley_audio(&t);
	parley_rtcp(&t);
}
END_TEST


/* one NAT: the same public address, other ports */
START_TEST(both_are_behind_one_nat)
{
	struct media *m[] = {&t.bob.rtp, &t.bob.rtcp};

	phone_close(&t.bob.ph);
	phone_open(&t.bob.ph, &t.rig, "127.0.0.10");
	for (int i = 0; i < 2; i++) {
		media_close(m[i]);
		media_open(m[i], "127.0.0.10");
	}
	parley_establish(&t);
	parley_audio(&t);
	parley_rtcp(&t);
}
END_TEST


START_TEST(a_transfer_changes_the_ssrc_and_jumps)
{
	parley_establish(&t);
	parley_audio(&t);
	for (int i = 0; i < 20; i++) {
		t.bob.rtp.ssrc += 77;
		t.bob.rtp.seq = (uint16_t)(t.bob.rtp.seq * 31 + 5000);
		parley_hears(&t.bob, &t.alice);
		parley_hears(&t.alice, &t.bob);
	}
}
END_TEST


START_TEST(comfort_noise_and_digits_may_come_first)
{
	uint8_t p[MEDIA_RTP_LEN], got[512];
	static const uint8_t ptv[] = {13, 101, 0x80 | 101, 101, 13, 0};

	parley_establish(&t);
	for (size_t i = 0; i < sizeof(ptv); i++) {
		(void)media_make_rtp(p, 99, (uint16_t)(100 + i));
		p[1] = ptv[i];
		media_send(&t.alice.rtp, &t.alice.to[0], p, 16);
		ck_assert_uint_eq(media_recv(&t.bob.rtp, got, 512, NULL), 16);
		ck_assert_mem_eq(got, p, 16);
	}
}
END_TEST


START_TEST(a_phone_that_only_answers_is_reached)
{
	parley_establish(&t);
	/* bob is silent until alice is heard, at the port he announced */
	for (int i = 0; i < 5; i++)
		parley_hears(&t.alice, &t.bob);
	parley_hears(&t.bob, &t.alice);
}
END_TEST


START_TEST(a_bye_frees_the_ports_which_rest_first)
{
	struct sa first;

	parley_close(&t);
	parley_open(&t, "quarantine = 2", NULL);
	parley_establish(&t);
	ck_assert_uint_eq(server_counter(t.rig.srv, "relay_ports_free"),
			  ALL_PORTS - CALL_PORTS);
	first = t.bob.to[0];
	parley_bye(&t, &t.bob);
	ck_assert_uint_eq(server_counter(t.rig.srv, "calls_started_total"), 1);

	/* the next call at once has others */
	t.route[0] = '\0';
	(void)snprintf(t.callid, sizeof(t.callid), "parley-2");
	parley_establish(&t);
	ck_assert(!sa_cmp(&first, &t.bob.to[0], SA_ALL));
	parley_audio(&t);
	parley_bye(&t, &t.alice);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


static void send_cancel(void)
{
	struct party *a = &t.alice;

	phone_send(&a->ph,
		   "CANCEL sip:bob@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%sINVITE%u;rport\r\n"
		   "From: <sip:alice@example.net>;tag=alice\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: %s\r\nCSeq: %u CANCEL\r\n\r\n",
		   a->ph.host, a->ph.port, t.callid, a->cseq, t.callid,
		   a->cseq);
}


static const char *const failurev[] = {
	"CANCEL", "486 Busy Here", "302 Moved Temporarily", "401 Unauthorized",
	"503 Service Unavailable"};


START_TEST(a_call_that_fails_frees_the_ports)
{
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.bob, "INVITE ");
	ck_assert_uint_eq(server_counter(t.rig.srv, "relay_ports_free"),
			  ALL_PORTS - CALL_PORTS);
	if (!strcmp(failurev[_i], "CANCEL")) {
		char invite[sizeof(t.bob.ph.msg)];

		memcpy(invite, t.bob.ph.msg, sizeof(invite));
		parley_answer(&t.bob, "180 Ringing", "");
		parley_expect(&t.alice, "SIP/2.0 180");
		send_cancel();
		parley_expect(&t.bob, "CANCEL ");
		parley_answer(&t.bob, "200 OK", "");
		memcpy(t.bob.ph.msg, invite, sizeof(invite));
		parley_answer(&t.bob, "487 Request Terminated", "");
	}
	else {
		parley_answer(&t.bob, failurev[_i], "");
	}
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


START_TEST(a_call_without_media_ends)
{
	parley_close(&t);
	parley_open(&t, "quarantine = 0\nmedia_timeout = 5", NULL);
	parley_establish(&t);
	parley_audio(&t);
	parley_wait_ports(&t, ALL_PORTS);
	parley_expect(&t.alice, "BYE ");
	parley_answer(&t.alice, "200 OK", "");
	parley_expect(&t.bob, "BYE ");
	parley_answer(&t.bob, "200 OK", "");

	/* the phones may still hang up */
	parley_bye(&t, &t.alice);
}
END_TEST


/* the caller hears what is wrong with us, not with him */
START_TEST(without_descriptors_it_is_503)
{
	struct rlimit was, low;
	int fd;

	/* where ports need some */
	parley_close(&t);
	parley_open(&t, "quarantine = 0\nrung = \"sockets\"", NULL);
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, "", "");
	parley_expect(&t.bob, "INVITE ");
	parley_answer(&t.bob, "486 Busy Here", "");
	parley_expect(&t.alice, "SIP/2.0 486");
	parley_expect(&t.bob, "ACK ");

	/* two are left, a stream needs four */
	fd = dup(STDOUT_FILENO);
	ck_assert(!getrlimit(RLIMIT_NOFILE, &was));
	low = was;
	low.rlim_cur = (rlim_t)fd + 2;
	(void)close(fd);
	(void)str_ncpy(t.callid, "parley-2", sizeof(t.callid));
	ck_assert(!setrlimit(RLIMIT_NOFILE, &low));
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.alice, "SIP/2.0 503");
	ck_assert(!setrlimit(RLIMIT_NOFILE, &was));

	(void)str_ncpy(t.callid, "parley-3", sizeof(t.callid));
	parley_establish(&t);
	parley_audio(&t);
	parley_bye(&t, &t.alice);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


static bool have_ipv6(void)
{
	const int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool have;
	struct sa sa;

	(void)sa_set_str(&sa, "::1", 0);
	have = fd >= 0 && !bind(fd, &sa.u.sa, sa.len);
	if (fd >= 0)
		(void)close(fd);

	return have;
}


START_TEST(one_speaks_ipv4_the_other_ipv6)
{
	struct party *b = &t.bob;

	if (!have_ipv6())
		return;

	parley_close(&t);
	parley_open(&t, "quarantine = 0", "#dual\n");
	phone_close(&b->ph);
	media_close(&b->rtp);
	media_close(&b->rtcp);
	phone_open(&b->ph, &t.rig, "::1");
	media_open(&b->rtp, "::1");
	media_open(&b->rtcp, "::1");
	(void)snprintf(b->contact, sizeof(b->contact), "[::1]:%u", b->ph.port);

	/* both reachable, but not from each other */
	phone_register(&b->ph, "bob", "builder99", b->contact);
	parley_invite(&t,
		      parley_sdp("127.0.0.10", sa_port(&t.alice.rtp.addr), ""),
		      "");
	parley_expect(b, "INVITE ");
	parley_learn(b, 0);
	ck_assert_int_eq(sa_af(&b->to[0]), AF_INET6);
	parley_answer(b, "200 OK",
		      parley_sdp("::1", sa_port(&b->rtp.addr), ""));
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	ck_assert_int_eq(sa_af(&t.alice.to[0]), AF_INET);
	parley_audio(&t);
	parley_rtcp(&t);
}
END_TEST


/* the token of the dialog is all that is left of the call */
START_TEST(a_reinvite_after_a_restart_brings_the_audio_back)
{
	parley_establish(&t);
	parley_audio(&t);
	rig_restart(&t.rig);
	parley_reinvite(&t, _i ? &t.bob : &t.alice,
			parley_nat_sdp(_i ? &t.bob : &t.alice),
			parley_nat_sdp(_i ? &t.alice : &t.bob));
	parley_learn(&t.alice, 0);
	parley_learn(&t.bob, 0);
	parley_audio(&t);
	parley_rtcp(&t);
	parley_bye(&t, &t.bob);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


/* 100 packets a second are one call */
START_TEST(more_packets_than_may_be_moved_ring_nowhere)
{
	parley_close(&t);
	parley_open(&t, "quarantine = 0\npackets = 100", NULL);
	parley_establish(&t);
	(void)str_ncpy(t.callid, "parley-2", sizeof(t.callid));
	t.route[0] = '\0';
	parley_invite(&t, _i ? "" : parley_nat_sdp(&t.alice), "");
	parley_expect(&t.alice, "SIP/2.0 503");
	ck_assert(phone_quiet(&t.bob.ph));
	parley_audio(&t);
}
END_TEST


START_TEST(when_there_is_room_again_it_rings)
{
	parley_close(&t);
	parley_open(&t, "quarantine = 0\npackets = 100", NULL);
	parley_establish(&t);
	parley_bye(&t, &t.alice);
	(void)str_ncpy(t.callid, "parley-2", sizeof(t.callid));
	t.route[0] = '\0';
	parley_establish(&t);
	parley_audio(&t);
}
END_TEST


Suite *suite_media_flow(void);
Suite *suite_media_flow(void)
{
	Suite *s = suite_create("media_flow");
	TCase *tc = tcase_create("media_flow");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, audio_and_reports_go_both_ways_unchanged);
	tcase_add_test(tc, a_stranger_sprays_the_whole_range);
	tcase_add_test(tc, a_live_call_is_not_moved_by_any_shape);
	tcase_add_test(tc, both_nats_give_other_ports);
	tcase_add_test(tc, both_are_behind_one_nat);
	tcase_add_test(tc, a_transfer_changes_the_ssrc_and_jumps);
	tcase_add_test(tc, comfort_noise_and_digits_may_come_first);
	tcase_add_test(tc, a_phone_that_only_answers_is_reached);
	tcase_add_test(tc, a_bye_frees_the_ports_which_rest_first);
	test_table(tc, a_call_that_fails_frees_the_ports, failurev);
	tcase_add_test(tc, a_call_without_media_ends);
	tcase_add_test(tc, without_descriptors_it_is_503);
	tcase_add_loop_test(tc, more_packets_than_may_be_moved_ring_nowhere, 0,
			    2);
	tcase_add_test(tc, when_there_is_room_again_it_rings);
	tcase_add_test(tc, one_speaks_ipv4_the_other_ipv6);
	tcase_add_loop_test(
		tc, a_reinvite_after_a_restart_brings_the_audio_back, 0, 2);
	suite_add_tcase(s, tc);

	return s;
}
