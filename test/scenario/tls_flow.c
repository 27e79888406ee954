/**
 * @file scenario/tls_flow.c  Phones that speak TLS, and other ways to each other
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include "proxy/server_state.h"
#include "test/scenario/rig_tls.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { TLS = 0, TCP, UDP, UDP6, KINDS, ROUNDS = 1000 };

static struct rig rig;
static struct phone alice, bob;
static struct talk talk;


static void setup(void)
{
	rig_start_tls(&rig, "",
		      "peer \"trunk\" { tls_name = { \"trunk.example\" } }\n"
		      "limit { requests = 100000 strangers = 100000 }\n"
		      "relay { ports = \"21400-21499\" allow_local = yes }");
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	alice.fd = bob.fd = -1;
	talk_begin(&talk, &alice, &bob, "tls");
}


static void teardown(void)
{
	if (alice.fd >= 0)
		phone_close(&alice);
	if (bob.fd >= 0)
		phone_close(&bob);
	rig_stop(&rig);
}


static void open_phone(struct phone *ph, int kind, const char *host)
{
	if (kind == TLS)
		phone_open_tls(ph, &rig, host);
	else if (kind == TCP)
		phone_open_tcp(ph, &rig, host);
	else
		phone_open(ph, &rig, kind == UDP6 ? "::1" : host);
}


/* the values of all Record-Route lines, the last one first for a caller */
static void routes(char *buf, size_t size, const struct phone *ph,
		   bool reversed)
{
	const char *line = ph->msg, *end = strstr(ph->msg, "\r\n\r\n");
	char all[1024];

	buf[0] = '\0';
	while ((line = strstr(line, "\r\nRecord-Route: ")) && line < end) {
		const size_t len = strcspn(line += 16, "\r");

		(void)str_ncpy(all, buf, sizeof(all));
		if (!all[0])
			(void)re_snprintf(buf, size, "%b", line, len);
		else if (reversed)
			(void)re_snprintf(buf, size, "%b, %s", line, len, all);
		else
			(void)re_snprintf(buf, size, "%s, %b", all, line, len);
	}
	ck_assert(buf[0]);
}


static const char *const transportv[KINDS] = {
	";transport=tls;", ";transport=tcp;", ";lr;", ";lr;"};


/* each kind of phone calls each other kind: signalling is translated */
START_TEST(any_two_kinds_of_phones_talk)
{
	const int a = _i / KINDS, b = _i % KINDS;
	char for_bob[1024];

	open_phone(&alice, a, "127.0.0.10");
	open_phone(&bob, b, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", "");
	talk_expect(&bob, "INVITE sip:bob@192.168.1.10:5060 ");
	ck_assert_ptr_nonnull(strstr(bob.msg, transportv[b]));
	routes(for_bob, sizeof(for_bob), &bob, false);
	/* RFC 5658: twice where transport or address change on the way */
	ck_assert((strchr(for_bob, ',') != NULL) == (a != b));
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	routes(talk.route, sizeof(talk.route), &alice, true);
	/* the one that is ours on her side comes first */
	ck_assert_ptr_nonnull(strstr(talk.route, transportv[a]));
	talk_inside(&talk, &alice, "ACK", talk.invite, "", "");
	talk_expect(&bob, "ACK sip:bob@192.168.1.10:5060 ");

	talk_inside(&talk, &alice, "INFO", 70, "", "");
	talk_expect(&bob, "INFO ");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	(void)snprintf(talk.route, sizeof(talk.route), "%s", for_bob);
	talk_inside(&talk, &bob, "BYE", 71, "", "");
	talk_expect(&alice, "BYE sip:alice@192.168.1.10:5060 ");
	talk_reply(&alice, "200 OK", "", "");
	talk_expect(&bob, "SIP/2.0 200 ");
}
END_TEST


START_TEST(the_via_names_the_transport_that_it_leaves_by)
{
	char via[128];

	open_phone(&alice, UDP6, "::1");
	open_phone(&bob, TLS, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&talk, "", "");
	talk_expect(&bob, "INVITE ");
	(void)re_snprintf(via, sizeof(via),
			  "\r\nVia: SIP/2.0/TLS %J;branch=z9hG4bK",
			  &rig.us_tls);
	ck_assert_ptr_nonnull(strstr(bob.msg, via));
	(void)re_snprintf(via, sizeof(via), "\r\nVia: SIP/2.0/UDP [::1]:%u;",
			  alice.port);
	ck_assert_ptr_nonnull(strstr(bob.msg, via));
}
END_TEST


START_TEST(a_call_goes_on_while_the_certificate_changes)
{
	char path[128];
	struct phone late;

	open_phone(&alice, TLS, "127.0.0.10");
	open_phone(&bob, TLS, "127.0.0.20");
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");

	(void)snprintf(path, sizeof(path), "%s/tls.pem", rig.dir);
	rig_tls_issue(&rig, "DNS:sip.example.net,DNS:new.example.net", path);
	ck_assert_int_eq(transport_tls_reload(rig.srv->tp), 0);
	phone_open_tls(&late, &rig, "127.0.0.30");
	ck_assert_int_eq(X509_check_host(SSL_get0_peer_certificate(late.ssl),
					 "new.example.net", 0, 0, NULL),
			 1);
	phone_close(&late);

	talk_inside(&talk, &alice, "BYE", 70, "", "");
	talk_expect(&bob, "BYE ");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");
}
END_TEST


static const struct {
	const char *san; /* NULL: no certificate is shown */
	bool peer;
} trunkv[] = {
	{"DNS:trunk.example", true},
	{"URI:sip:trunk.example", true},
	{"DNS:other.example", false},
	{"DNS:trunk.example.evil.example", false},
	{"DNS:*.example", false},
	{NULL, false},
};

/* a peer is who its certificate says; all others are asked for a password */
START_TEST(a_trunk_is_known_by_its_certificate)
{
	char path[128];

	open_phone(&bob, UDP, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	if (trunkv[_i].san) {
		(void)snprintf(path, sizeof(path), "%s/phone.pem", rig.dir);
		rig_tls_issue(&rig, trunkv[_i].san, path);
	}
	phone_open_tls(&alice, &rig, "127.0.0.30");
	talk_request(&talk, &alice, "INVITE", "", "");
	if (!trunkv[_i].peer) {
		talk_expect(&alice, "SIP/2.0 407 ");
		return;
	}

	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "486 Busy Here", "", "");
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&alice, "SIP/2.0 486 ");
}
END_TEST


START_TEST(a_phone_whose_connection_is_gone_is_not_dialled)
{
	open_phone(&alice, UDP, "127.0.0.10");
	open_phone(&bob, TLS, "127.0.0.20");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	phone_close(&bob);
	bob.fd = -1;
	rig_settle(&rig, "tcp_connections", 0, RIG_WAIT_MS);
	talk_request(&talk, &alice, "INVITE", "", "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", "INVITE",
			       "sip:bob@example.net");
	talk_request(&talk, &alice, "INVITE", "", "");
	(void)phone_recv(&alice);
	if (phone_status(&alice) == 100)
		(void)phone_recv(&alice);
	ck_assert_uint_ge(phone_status(&alice), 400);
	ck_assert_uint_eq(rig_counter(&rig, "tcp_connections_opened_total"),
			  0);
}
END_TEST


static void drop(int fd)
{
	const struct linger hard = {.l_onoff = 1, .l_linger = 0};

	ck_assert_int_eq(
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)), 0);
	(void)close(fd);
}


static size_t invites(char *buf, size_t size, int round)
{
	size_t n = 0;

	for (int i = 0; i < 10; i++)
		n += (size_t)snprintf(
			buf + n, size - n,
			"INVITE sip:bob@example.net SIP/2.0\r\n"
			"Via: SIP/2.0/TCP 127.0.0.66;branch=z9hG4bK%d-%d\r\n"
			"Max-Forwards: 70\r\n"
			"From: <sip:alice@example.net>;tag=a\r\n"
			"To: <sip:bob@example.net>\r\n"
			"Call-ID: s8-%d-%d\r\nCSeq: 1 INVITE\r\n"
			"Contact: <sip:alice@127.0.0.66>\r\n"
			"Content-Length: 0\r\n\r\n",
			round, i, round, i);

	return n;
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
	tmr_start(&tmr, 0, stop_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


/* alive, and nothing is left of them */
static void control(void)
{
	rig_settle(&rig, "tcp_connections", 0, RIG_WAIT_MS);
	ck_assert_uint_eq(rig_counter(&rig, "sip_server_transactions"), 0);
	open_phone(&alice, UDP, "127.0.0.10");
	phone_send(&alice,
		   "OPTIONS sip:127.0.0.1 SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKc;rport\r\n"
		   "From: <sip:a@example.net>;tag=a\r\n"
		   "To: <sip:127.0.0.1>\r\nMax-Forwards: 70\r\n"
		   "Call-ID: control\r\nCSeq: 1 OPTIONS\r\n"
		   "Content-Length: 0\r\n\r\n",
		   alice.host, alice.port);
	(void)phone_recv(&alice);
	ck_assert_uint_ne(phone_status(&alice), 0);
}


START_TEST(S8_ten_invites_and_a_reset_a_thousand_times)
{
	char text[8192];

	for (int i = 0; i < ROUNDS; i++) {
		const int fd = socket(AF_INET, SOCK_STREAM, 0);
		const size_t len = invites(text, sizeof(text), i);

		ck_assert_int_eq(connect(fd, &rig.us_tcp.u.sa, rig.us_tcp.len),
				 0);
		ck_assert_int_eq(send(fd, text, len, MSG_NOSIGNAL),
				 (ssize_t)len);
		if (i & 1)
			turn();
		drop(fd);
		if (i % 4 == 0)
			turn();
	}
	control();
}
END_TEST


START_TEST(S8_ten_invites_and_a_reset_over_tls)
{
	char text[8192];

	/* a handshake costs more than all the rest of it */
	for (int i = 0; i < ROUNDS / 5; i++) {
		const size_t len = invites(text, sizeof(text), i);
		struct phone ph;

		phone_open_tls(&ph, &rig, "127.0.0.66");
		ck_assert_int_eq(rig_tls_write(&ph, text, len), (ssize_t)len);
		if (i & 1)
			turn();
		fd_close(ph.fd);
		drop(ph.fd);
		rig_tls_end(&ph);
		list_flush(&ph.rxl);
	}
	control();
}
END_TEST


/* of 100 that dribble or are silent, nobody else notices anything */
START_TEST(S20_slow_ones_harm_nobody)
{
	int fdv[100];

	for (size_t i = 0; i < ARRAY_SIZE(fdv); i++) {
		const struct sa *us = i & 1 ? &rig.us_tls : &rig.us_tcp;

		fdv[i] = socket(AF_INET, SOCK_STREAM, 0);
		ck_assert_int_eq(connect(fdv[i], &us->u.sa, us->len), 0);
		ck_assert_int_eq(send(fdv[i], i & 1 ? "\x16" : "O", 1, 0), 1);
		turn();
	}
	open_phone(&alice, TLS, "127.0.0.10");
	open_phone(&bob, TLS, "127.0.0.20");
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	for (size_t i = 0; i < ARRAY_SIZE(fdv); i++)
		(void)close(fdv[i]);
	rig_settle(&rig, "tcp_connections", 2, RIG_WAIT_MS);
}
END_TEST


Suite *suite_tls_flow(void);

Suite *suite_tls_flow(void)
{
	Suite *s = suite_create("tls_flow");
	TCase *tc = tcase_create("tls_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, any_two_kinds_of_phones_talk, 0,
			    KINDS * KINDS);
	tcase_add_test(tc, the_via_names_the_transport_that_it_leaves_by);
	tcase_add_test(tc, a_call_goes_on_while_the_certificate_changes);
	test_table(tc, a_trunk_is_known_by_its_certificate, trunkv);
	tcase_add_test(tc, a_phone_whose_connection_is_gone_is_not_dialled);
	tcase_add_test(tc, S8_ten_invites_and_a_reset_a_thousand_times);
	tcase_add_test(tc, S8_ten_invites_and_a_reset_over_tls);
	tcase_add_test(tc, S20_slow_ones_harm_nobody);
	suite_add_tcase(s, tc);

	return s;
}
