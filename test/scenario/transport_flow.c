/**
 * @file scenario/transport_flow.c  Addresses that are shown, and ways that are
 * taken, at a whole server
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "test/mock/wire.h"
#include "test/scenario/talk.h"
#include "test/test.h"

#define OUTER "198.51.100.7"

enum { OUTER_PORT = 5070, LARGE = 2500 };

static struct rig rig;
static struct phone alice, bob;
static struct talk talk;
static struct wire peer, w; /* a next hop's listener, what it accepted */
static int peer_fd = -1;    /* and its datagrams */


static void open_phones(void)
{
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	talk_begin(&talk, &alice, &bob, "ways");
}


static void setup(void)
{
	peer.fd = w.fd = peer_fd = -1;
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	wire_close(&w);
	wire_close(&peer);
	if (peer_fd >= 0)
		(void)close(peer_fd);
	rig_stop(&rig);
}


/* our own address behind the NAT is nobody's business */
static void outer_only(const struct phone *ph)
{
	char inner[64];

	(void)re_snprintf(inner, sizeof(inner), "%J", &rig.us);
	ck_assert_msg(!strstr(ph->msg, inner), "%s", ph->msg);
	ck_assert_ptr_nonnull(strstr(ph->msg, "c=IN IP4 " OUTER "\r\n"));
	ck_assert_ptr_null(strstr(ph->msg, "c=IN IP4 127.0.0.1\r\n"));
}


START_TEST(behind_a_1_to_1_nat_the_outer_address_is_all_that_is_shown)
{
	rig_start_advertised(&rig, OUTER, OUTER_PORT,
			     "relay { ports = \"21500-21599\"\n"
			     "address = { \"127.0.0.1 advertise " OUTER
			     "\" }\nallow_local = yes }");
	open_phones();
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&bob, "INVITE ");
	ck_assert_ptr_nonnull(strstr(bob.msg, "\r\nVia: SIP/2.0/UDP " OUTER
					      ":5070;branch="));
	ck_assert_ptr_nonnull(
		strstr(bob.msg, "\r\nRecord-Route: <sip:" OUTER ":5070;lr;"));
	outer_only(&bob);

	/* his answer names it, and is ours */
	talk_reply(&bob, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 200 ");
	outer_only(&alice);
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&alice, "Record-Route"));
	/* so is a Route that names it */
	talk_inside(&talk, &alice, "ACK", talk.invite, "", "");
	talk_expect(&bob, "ACK ");
	ck_assert_ptr_null(strstr(bob.msg, "\r\nRoute:"));
	talk_inside(&talk, &bob, "BYE", 71, "", "");
	talk_expect(&alice, "BYE ");
	talk_reply(&alice, "200 OK", "", "");
	talk_expect(&bob, "SIP/2.0 200 ");
}
END_TEST


/* a configured peer on one port for both */
static void open_peer(bool stream)
{
	char config[256];

	wire_listen(&peer, "127.0.0.30");
	peer_fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(peer_fd, &peer.addr.u.sa, peer.addr.len), 0);
	(void)re_snprintf(config, sizeof(config),
			  "peer \"big\" { address = { \"%J\" } }\n"
			  "relay { ports = \"21500-21599\"\n"
			  "allow_local = yes }",
			  &peer.addr);
	if (!stream)
		wire_close(&peer);
	rig_start(&rig, config);
	open_phones();
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void turn(void)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, 5, stop_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


static void large_invite(void)
{
	char uri[64], filler[LARGE];

	memset(filler, 'f', sizeof(filler) - 1);
	memcpy(filler, "X-Filler: ", 10);
	(void)strcpy(filler + sizeof(filler) - 3, "\r\n");
	(void)re_snprintf(uri, sizeof(uri), "sip:1234@%J", &peer.addr);
	talk_send(&talk, &alice, "INVITE", uri, filler, "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", "INVITE", uri);
	talk_send(&talk, &alice, "INVITE", uri, filler, "");
	talk_expect(&alice, "SIP/2.0 100 ");
}


START_TEST(T1_a_large_invite_goes_to_a_peer_by_tcp)
{
	char text[2048];
	const char *via, *end;

	open_peer(true);
	large_invite();
	for (int i = 0; i < 200 && (w.fd < 0 || !strstr(w.buf, "\r\n\r\n"));
	     i++) {
		turn();
		if (w.fd < 0 && !wire_accept(&w, &peer))
			w.fd = -1;
		if (w.fd >= 0)
			wire_poll(&w);
	}
	ck_assert(!strncmp(w.buf, "INVITE sip:1234@127.0.0.30", 26));
	via = strstr(w.buf, "\r\nVia: SIP/2.0/TCP 127.0.0.1:");
	ck_assert_ptr_nonnull(via);

	end = strstr(via, "\r\nMax-Forwards");
	(void)snprintf(text, sizeof(text),
		       "SIP/2.0 486 Busy Here%.*s\r\n"
		       "From: <sip:alice@example.net>;tag=a\r\n"
		       "To: <sip:bob@example.net>;tag=p\r\n"
		       "Call-ID: ways\r\nCSeq: %u INVITE\r\n"
		       "Content-Length: 0\r\n\r\n",
		       (int)(end - via), via, talk.invite);
	wire_send(&w, text, strlen(text));
	talk_expect(&alice, "SIP/2.0 486 ");
}
END_TEST


START_TEST(T1_where_the_peer_has_no_tcp_it_gets_a_datagram)
{
	char buf[8192];
	ssize_t n = -1;

	open_peer(false);
	large_invite();
	for (int i = 0; i < 200 && n < 0; i++) {
		turn();
		n = recv(peer_fd, buf, sizeof(buf) - 1, 0);
	}
	ck_assert_int_gt(n, LARGE);
	buf[n] = '\0';
	ck_assert_ptr_nonnull(strstr(buf, "\r\nVia: SIP/2.0/UDP 127.0.0.1:"));
	ck_assert_uint_eq(rig_counter(&rig, "sip_large_requests_failed_total"),
			  1);
}
END_TEST


Suite *suite_transport_flow(void);

Suite *suite_transport_flow(void)
{
	Suite *s = suite_create("transport_flow");
	TCase *tc = tcase_create("transport_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(
		tc,
		behind_a_1_to_1_nat_the_outer_address_is_all_that_is_shown);
	tcase_add_test(tc, T1_a_large_invite_goes_to_a_peer_by_tcp);
	tcase_add_test(tc, T1_where_the_peer_has_no_tcp_it_gets_a_datagram);
	suite_add_tcase(s, tc);

	return s;
}
