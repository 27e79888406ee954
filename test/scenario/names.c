/**
 * @file scenario/names.c  Servers found by name, and who may make us look
 */
#include <stdio.h>
#include <string.h>
#include "test/mock/nameserver.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { FLOOD = 1000, BURST = 20 };

static struct rig rig;
static struct nameserver ns;
static struct phone alice, bob, peer, mallory;
static struct talk talk;


static void setup(void)
{
	char conf[1024];

	nameserver_open(&ns, "127.0.0.53");
	ns.zone.negative_ttl = 60;
	ck_assert_int_gt(
		re_snprintf(conf, sizeof(conf),
			    "limit { requests = 0 strangers = 0 "
			    "failures = 0 }\n"
			    "relay { ports = \"22300-22399\"\n"
			    "allow_local = yes quarantine = 0 }\n"
			    "dns { servers = { \"%J\" } timeout = 400 }\n"
			    "peer \"other\" { address = { \"127.0.0.40\", "
			    "\"127.0.0.41\" } }\n",
			    &ns.addr),
		0);
	rig_start_fast(&rig, conf, 10);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&peer, &rig, "127.0.0.40");
	phone_open(&mallory, &rig, "127.0.0.66");
	talk_begin(&talk, &alice, &bob, "call-1");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&peer);
	phone_close(&mallory);
	rig_stop(&rig);
	nameserver_close(&ns);
}


/* a stranger's request with a name of its own wherever one can stand */
static void send_names(unsigned n, const char *met, const char *uri,
		       const char *route)
{
	phone_send(&mallory,
		   "%s %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP v%u.evil.example;branch=z9hG4bKn%u;"
		   "maddr=m%u.evil.example\r\n"
		   "Via: SIP/2.0/TLS w%u.evil.example;branch=z9hG4bKo%u\r\n"
		   "%s"
		   "Record-Route: <sip:rr%u.evil.example;lr>\r\n"
		   "Path: <sip:p%u.evil.example;lr>\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:alice@f%u.evil.example>;tag=f%u\r\n"
		   "To: <sip:bob@t%u.evil.example>%s\r\n"
		   "Call-ID: %u@i%u.evil.example\r\n"
		   "CSeq: 1 %s\r\n"
		   "Contact: <sip:c@c%u.evil.example;transport=tls>\r\n"
		   "Refer-To: <sip:r@r%u.evil.example>\r\n"
		   "P-Asserted-Identity: <sip:a@a%u.evil.example>\r\n"
		   "Event: reg\r\nExpires: 600\r\n"
		   "Content-Length: 0\r\n\r\n",
		   met, uri, n, n, n, n, n, route, n, n, n, n, n,
		   n % 3 ? "" : ";tag=x", n, n, met, n, n, n);
}


/* what is said to a burst; to some of it nothing is */
static unsigned listen_away(bool all)
{
	unsigned n = 0;

	do {
		while (phone_take(&mallory))
			++n;
	} while ((all || n < BURST / 2) && !phone_quiet(&mallory) && ++n);

	return n;
}


START_TEST(s23_nobody_unknown_makes_us_look_up_a_name)
{
	static const char *const metv[] = {
		"INVITE", "REGISTER", "OPTIONS",   "ACK",     "BYE",
		"CANCEL", "MESSAGE",  "SUBSCRIBE", "PUBLISH", "REFER",
		"NOTIFY", "UPDATE",   "INFO",      "PRACK",   "FOO",
	};
	char uri[128], route[256];
	unsigned replies = 0;

	for (unsigned n = 0; n < FLOOD; n++) {
		const char *met = metv[n % ARRAY_SIZE(metv)];

		route[0] = '\0';
		if (n % 2)
			(void)snprintf(route, sizeof(route),
				       "Route: <sip:o%u.evil.example;lr>\r\n",
				       n);
		if (n % 5 == 0)
			(void)snprintf(uri, sizeof(uri),
				       "sip:bob@example.net");
		else if (n % 5 == 1)
			(void)snprintf(uri, sizeof(uri), "sip:example.net");
		else
			(void)snprintf(uri, sizeof(uri),
				       "sip%s:u@u%u.evil.example;maddr=n%u."
				       "evil.example",
				       n % 7 ? "" : "s", n, n);

		send_names(n, met, uri, route);
		if (n % BURST == BURST - 1)
			replies += listen_away(false);
	}

	for (unsigned n = 0; n < 20; n++)
		phone_send(&mallory,
			   "SIP/2.0 302 Moved\r\n"
			   "Via: SIP/2.0/UDP v%u.evil.example;"
			   "branch=z9hG4bK%u\r\n"
			   "Via: SIP/2.0/UDP w%u.evil.example;"
			   "branch=z9hG4bKx%u\r\n"
			   "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
			   "Call-ID: r%u\r\nCSeq: 1 INVITE\r\n"
			   "Contact: <sip:c%u.evil.example>\r\n"
			   "Content-Length: 0\r\n\r\n",
			   n, n, n, n, n, n);
	replies += listen_away(true);

	/* it was read, and most of it answered */
	ck_assert_uint_gt(replies, FLOOD / 2);
	ck_assert_uint_eq(rig_counter(&rig, "dns_lookups_total"), 0);
	ck_assert_uint_eq(ns.udp + ns.tcp, 0);
}
END_TEST


/* alice's INVITE with a Route to a name, through the challenge */
static void invite_by(const char *route)
{
	char uri[64], lines[256];

	(void)snprintf(uri, sizeof(uri), "sip:x@127.0.0.40:%u", peer.port);
	(void)snprintf(lines, sizeof(lines), "Route: <%s>\r\n", route);
	talk_send(&talk, &alice, "INVITE", uri, lines, "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", "INVITE", uri);
	talk_send(&talk, &alice, "INVITE", uri, lines, "");
	alice.auth[0] = '\0';
}


static const char *to_name(const char *name, uint16_t port)
{
	static char uri[128];

	(void)snprintf(uri, sizeof(uri), "sip:%s:%u;lr", name, port);

	return uri;
}


START_TEST(a_user_reaches_a_peer_by_its_name)
{
	zone_add(&ns.zone, "peer.example", 60, "A", "127.0.0.40");
	invite_by(to_name("peer.example", peer.port));
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&peer, "INVITE ");
	talk_reply(&peer, "486 Busy Here", "", "");
	talk_expect(&alice, "SIP/2.0 486 ");
}
END_TEST


/* a name may lead anywhere: what counts is the address */
static const char *const elsewherev[] = {
	"127.0.0.66", "127.0.0.1", "169.254.169.254", "10.1.2.3", "224.0.0.1",
};


START_TEST(s5_a_name_reaches_no_more_than_its_address_would)
{
	zone_add(&ns.zone, "evil.example", 60, "A", elsewherev[_i]);
	invite_by(to_name("evil.example", mallory.port));
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&alice, "SIP/2.0 403 ");
	ck_assert(phone_quiet(&mallory));
}
END_TEST


START_TEST(rfc3263_4_3_the_next_target_gets_what_the_first_does_not_take)
{
	char data[64];
	struct phone dead;

	phone_open(&dead, &rig, "127.0.0.41");
	(void)snprintf(data, sizeof(data), "10 0 %u dead.example", dead.port);
	zone_add(&ns.zone, "_sip._udp.peer.example", 60, "SRV", data);
	(void)snprintf(data, sizeof(data), "20 0 %u live.example", peer.port);
	zone_add(&ns.zone, "_sip._udp.peer.example", 60, "SRV", data);
	zone_add(&ns.zone, "dead.example", 60, "A", "127.0.0.41");
	zone_add(&ns.zone, "live.example", 60, "A", "127.0.0.40");

	invite_by("sip:peer.example;lr");
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&dead, "INVITE ");
	talk_reply(&dead, "503 Service Unavailable", "", "");
	talk_expect(&peer, "INVITE ");
	talk_reply(&peer, "486 Busy Here", "", "");
	talk_expect(&alice, "SIP/2.0 486 ");
	phone_close(&dead);
}
END_TEST


START_TEST(a_silent_dns_is_said_within_the_deadline)
{
	ns.mode = NAMESERVER_SILENT;
	invite_by(to_name("peer.example", peer.port));
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&alice, "SIP/2.0 504 ");

	/* and calls that need no name go on */
	talk_begin(&talk, &alice, &bob, "call-2");
	invite_by(to_name("127.0.0.40", peer.port));
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&peer, "INVITE ");
}
END_TEST


START_TEST(who_hangs_up_while_a_name_is_looked_up_calls_nobody)
{
	zone_add(&ns.zone, "peer.example", 60, "A", "127.0.0.40");
	ns.mode = NAMESERVER_SILENT;
	invite_by(to_name("peer.example", peer.port));
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_cancel(&talk);
	talk_expect(&alice, "SIP/2.0 200 ");
	talk_expect(&alice, "SIP/2.0 487 ");

	/* it is asked once more, and knows now */
	ns.mode = NAMESERVER_HONEST;
	ck_assert(phone_quiet(&peer));
}
END_TEST


Suite *suite_names(void);
Suite *suite_names(void)
{
	Suite *s = suite_create("names");
	TCase *tc = tcase_create("names");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, s23_nobody_unknown_makes_us_look_up_a_name);
	tcase_add_test(tc, a_user_reaches_a_peer_by_its_name);
	tcase_add_loop_test(tc,
			    s5_a_name_reaches_no_more_than_its_address_would,
			    0, ARRAY_SIZE(elsewherev));
	tcase_add_test(
		tc,
		rfc3263_4_3_the_next_target_gets_what_the_first_does_not_take);
	tcase_add_test(tc, a_silent_dns_is_said_within_the_deadline);
	tcase_add_test(tc,
		       who_hangs_up_while_a_name_is_looked_up_calls_nobody);
	suite_add_tcase(s, tc);

	return s;
}
