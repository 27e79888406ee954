/**
 * @file scenario/section16_request.c  RFC 3261 section 16, the requests
 *
 * P1 to P20 of the checklist: each line has a test with its number.
 */
#include <stdio.h>
#include <string.h>
#include "test/mock/nameserver.h"
#include "test/scenario/crew.h"
#include "test/test.h"

enum { T1_MS = 10, LINE_MAX_LEN = 512 };

static struct crew crew;
static struct nameserver ns;
static struct member *const alice = &crew.alice, *const bob = crew.bobv,
			    *const peer = crew.peerv;


static void setup(void)
{
	crew_open(&crew, "", 0, 0);
	crew_register(&bob[0], "");
}


static void teardown(void)
{
	crew_close(&crew);
}


/* sip:USER@HOST:PORT of a member */
static const char *uri_of(const struct member *m, const char *params)
{
	static char buf[4][LINE_MAX_LEN];
	static unsigned turns;
	char *out = buf[turns++ & 3];

	(void)snprintf(out, LINE_MAX_LEN, "sip:%s@%s:%u%s", m->user,
		       m->ph.host, m->ph.port, params);

	return out;
}


/* our own address as a Route value */
static const char *us(const char *params)
{
	static char buf[2][LINE_MAX_LEN];
	static unsigned turns;
	char *out = buf[turns++ & 1];

	(void)snprintf(out, LINE_MAX_LEN, "<sip:127.0.0.1:%u%s>",
		       sa_port(&crew.rig.us), params);

	return out;
}


static const struct {
	const char *lines, *want; /* NULL: it arrives */
} malformedv[] = {
	{"Date: the day before yesterday\r\n", NULL},
	{"Alert-Info: <<<\"\r\n", NULL},
	{"Expires: 99999999999999999999\r\n", NULL},
	{"Contact: <sip:unbalanced\r\n", NULL},
	{"Route: <sip:\r\n", "SIP/2.0 400 "},
	{"Max-Forwards: many\r\n", "SIP/2.0 400 "},
	{"From: <sip:twice@other.example>;tag=q\r\n", "SIP/2.0 400 "},
	{"CSeq: 9 INVITE\r\n", "SIP/2.0 400 "},
};


START_TEST(p1_malformed_parts_are_refused_only_where_we_need_them)
{
	char line[LINE_MAX_LEN];

	(void)snprintf(line, sizeof(line), "\r\n%s", malformedv[_i].lines);
	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net",
		       malformedv[_i].lines, "");
	if (malformedv[_i].want) {
		crew_expect(peer, malformedv[_i].want);
		ck_assert(crew_silent(&bob[0], "MESSAGE "));
		return;
	}

	crew_expect(&bob[0], "MESSAGE ");
	ck_assert_msg(strstr(bob[0].ph.msg, line) != NULL, "%s",
		      bob[0].ph.msg);
}
END_TEST


START_TEST(p2_unknown_methods_and_headers_pass)
{
	crew_peer_send(&crew, "NeWmEtHoD", "sip:bob@example.net",
		       "X-Never-Heard-Of: it;=?\r\n", "");
	crew_expect(&bob[0], "NeWmEtHoD sip:bob@127.0.0.20:");
	ck_assert_str_eq(crew_header(&bob[0], "X-Never-Heard-Of", 0), "it;=?");
}
END_TEST


static const char *const schemev[] = {"tel:+4930123", "mailto:bob@example.net",
				      "nobodyKnowsThis:x",
				      "sips:bob@example.net"};


/* sips over UDP as well: that promise is broken already */
START_TEST(p3_an_unknown_scheme_is_416)
{
	crew_peer_send(&crew, "MESSAGE", schemev[_i], "", "");
	crew_expect(peer, "SIP/2.0 416 ");
}
END_TEST


static const struct {
	const char *line, *want; /* NULL: refused with 483 */
} maxfwdv[] = {
	{"", "70"},
	{"Max-Forwards: 70\r\n", "69"},
	{"Max-Forwards: 1\r\n", "0"},
	{"Max-Forwards: 255\r\n", "254"},
	{"Max-Forwards: 0\r\n", NULL},
};


START_TEST(p4_max_forwards_counts_down_to_483)
{
	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net",
		       maxfwdv[_i].line, "");
	if (!maxfwdv[_i].want) {
		crew_expect(peer, "SIP/2.0 483 ");
		return;
	}

	crew_expect(&bob[0], "MESSAGE ");
	ck_assert_str_eq(crew_header(&bob[0], "Max-Forwards", 0),
			 maxfwdv[_i].want);
	ck_assert_str_eq(crew_header(&bob[0], "Max-Forwards", 1), "");
}
END_TEST


START_TEST(p5_proxy_require_is_420_and_require_is_not_ours)
{
	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net",
		       "Proxy-Require: foo, bar\r\n", "");
	crew_expect(peer, "SIP/2.0 420 ");
	ck_assert_str_eq(crew_header(peer, "Unsupported", 0), "foo, bar");

	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net",
		       "Require: foo\r\n", "");
	crew_expect(&bob[0], "MESSAGE ");
	ck_assert_str_eq(crew_header(&bob[0], "Require", 0), "foo");
}
END_TEST


/* same Call-ID, From tag and CSeq, by another way: for the UAS to judge */
START_TEST(p6_merged_requests_are_no_error)
{
	for (int i = 0; i < 2; i++) {
		crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net", "",
			       "");
		crew_expect(&bob[0], "MESSAGE ");
		crew_reply(&bob[0], "200 OK", "", "");
		crew_expect(peer, "SIP/2.0 200 ");
	}
}
END_TEST


/* alice and bob[0] are in a dialog */
static void establish(void)
{
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[0]);
}


START_TEST(p7_a_strict_routers_request_is_repaired)
{
	char ruri[LINE_MAX_LEN];

	establish();
	ck_assert_int_eq(sscanf(alice->route, "Route: <%511[^>]>", ruri), 1);
	phone_send(&alice->ph,
		   "INFO %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKstrict;rport\r\n"
		   "Route: <%s>\r\n"
		   "From: <sip:alice@example.net>;tag=%s\r\n"
		   "To: <sip:bob@example.net>;tag=%s\r\n"
		   "Call-ID: %s\r\nCSeq: 77 INFO\r\n\r\n",
		   ruri, alice->ph.host, alice->ph.port, uri_of(&bob[0], ""),
		   alice->tag, bob[0].tag, crew.callid);
	crew_expect(&bob[0], "INFO sip:bob@127.0.0.20:");
	ck_assert_str_eq(crew_header(&bob[0], "Route", 0), "");
}
END_TEST


START_TEST(p8_a_maddr_that_is_us_says_nothing)
{
	char uri[LINE_MAX_LEN];

	(void)snprintf(uri, sizeof(uri),
		       "sip:bob@example.net:%u;maddr=127.0.0.1;transport=udp",
		       sa_port(&crew.rig.us));
	crew_peer_send(&crew, "MESSAGE", uri, "", "");
	crew_expect(&bob[0], "MESSAGE sip:bob@127.0.0.20:");

	/* one that is not us is where the request would have to go */
	crew_peer_send(&crew, "MESSAGE",
		       "sip:bob@example.net;maddr=198.51.100.1", "", "");
	crew_expect(peer, "SIP/2.0 403 ");
}
END_TEST


START_TEST(p9_our_routes_are_taken_off)
{
	char route[LINE_MAX_LEN];

	(void)snprintf(route, sizeof(route), "Route: %s, %s\r\n", us(";lr"),
		       us(";transport=tcp;lr"));
	crew_send(&crew, "MESSAGE", "sip:bob@example.net", route, "");
	crew_expect(&bob[0], "MESSAGE ");
	ck_assert_str_eq(crew_header(&bob[0], "Route", 0), "");
}
END_TEST


START_TEST(p10_a_foreign_domain_has_one_target_and_no_recursion)
{
	char contact[LINE_MAX_LEN];

	crew_send(&crew, "INVITE", uri_of(peer, ""), "",
		  crew_sdp("127.0.0.10"));
	crew_expect(peer, "INVITE sip:peer@127.0.0.40:");
	(void)snprintf(contact, sizeof(contact),
		       "Contact: <sip:bob@example.net>\r\n");
	crew_reply(peer, "302 Moved Temporarily", contact, "");
	crew_expect(alice, "SIP/2.0 302 ");
	ck_assert_str_eq(crew_header(alice, "Contact", 0),
			 "<sip:bob@example.net>");
	ck_assert(crew_silent(&bob[0], "INVITE "));
}
END_TEST


START_TEST(p11_unknown_users_are_404_absent_ones_480)
{
	crew_send(&crew, "MESSAGE", "sip:nobody@example.net", "", "");
	crew_expect(alice, "SIP/2.0 404 ");
	crew_send(&crew, "MESSAGE", "sip:carol@example.net", "", "");
	crew_expect(alice, "SIP/2.0 480 ");
}
END_TEST


static const char *const spellingv[] = {
	"sip:%62ob@example.net", "sip:bob@EXAMPLE.net", "SIP:bob@example.net",
	"sip:bob@example.net;user=phone;x=y", "sip:b%6f%62@Example.Net"};


START_TEST(p12_the_request_uri_is_made_canonical_before_it_is_looked_up)
{
	crew_peer_send(&crew, "MESSAGE", spellingv[_i], "", "");
	crew_expect(&bob[0], "MESSAGE sip:bob@127.0.0.20:");
}
END_TEST


START_TEST(p13_no_target_is_tried_twice)
{
	char contact[LINE_MAX_LEN];

	crew_register(&bob[1], "");
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(&bob[0], "INVITE ");
	crew_expect(&bob[1], "INVITE ");
	crew_reply(&bob[1], "180 Ringing", "", "");
	(void)snprintf(contact, sizeof(contact), "Contact: <%s>\r\n",
		       uri_of(&bob[1], ""));
	crew_reply(&bob[0], "302 Moved Temporarily", contact, "");
	crew_expect(&bob[0], "ACK ");
	ck_assert(crew_silent(&bob[1], "INVITE "));
	crew_reply(&bob[1], "486 Busy Here", "", "");
	crew_expect(alice, "SIP/2.0 302 ");
}
END_TEST


static const char kept[] = "X-One:  a \r\nSubject: first\r\nx-one: b\r\n"
			   "X-Folded: one\r\n\ttwo\r\n"
			   "s: \"q,;\" <x>\r\nX-Empty:\r\n"
			   "Require: a\r\nrequire: b, c\r\n";

static const char body[] = "\x01\x02 line\r\nline\n\xff\xfe\r\n\r\n\x80 end";


START_TEST(p14_everything_else_is_forwarded_as_it_came)
{
	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net", kept, body);
	crew_expect(&bob[0], "MESSAGE ");
	ck_assert_msg(strstr(bob[0].ph.msg, kept) != NULL, "%s",
		      bob[0].ph.msg);
	ck_assert_str_eq(strstr(bob[0].ph.msg, "\r\n\r\n") + 4, body);
}
END_TEST


START_TEST(p15_what_must_not_stand_in_a_request_uri_is_removed)
{
	char contact[LINE_MAX_LEN], want[LINE_MAX_LEN];

	(void)snprintf(contact, sizeof(contact), "<%s>",
		       uri_of(&bob[1], ";method=INVITE;x=y?Subject=a"));
	crew_register_as(&bob[1], "carol", contact);
	crew_send(&crew, "MESSAGE", "sip:carol@example.net", "", "");
	(void)snprintf(want, sizeof(want), "MESSAGE %s SIP/2.0",
		       uri_of(&bob[1], ";x=y"));
	crew_expect(&bob[1], want);
}
END_TEST


START_TEST(p16_record_route_is_loose_above_others_and_leads_to_us)
{
	char want[64];

	crew_peer_send(&crew, "SUBSCRIBE", "sip:bob@example.net",
		       "Record-Route: <sip:127.0.0.40;lr>\r\n", "");
	crew_expect(&bob[0], "SUBSCRIBE ");
	(void)snprintf(want, sizeof(want), "<sip:127.0.0.1:%u;lr;",
		       sa_port(&crew.rig.us));
	ck_assert_msg(!strncmp(crew_header(&bob[0], "Record-Route", 0), want,
			       strlen(want)),
		      "%s", bob[0].ph.msg);
	ck_assert_str_eq(crew_header(&bob[0], "Record-Route", 1),
			 "<sip:127.0.0.40;lr>");
}
END_TEST


/* towards each side the address and transport that it knows us by */
START_TEST(p16_record_route_is_double_where_the_transport_changes)
{
	char udp[64], tcp[64];

	phone_close(&alice->ph);
	phone_open_tcp(&alice->ph, &crew.rig, "127.0.0.10");
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(&bob[0], "INVITE ");
	(void)snprintf(udp, sizeof(udp), "<sip:127.0.0.1:%u;lr;",
		       sa_port(&crew.rig.us));
	(void)snprintf(tcp, sizeof(tcp), "<sip:127.0.0.1:%u;transport=tcp;lr;",
		       sa_port(&crew.rig.us_tcp));
	ck_assert(!strncmp(crew_header(&bob[0], "Record-Route", 0), udp,
			   strlen(udp)));
	ck_assert(!strncmp(crew_header(&bob[0], "Record-Route", 1), tcp,
			   strlen(tcp)));

	/* and what comes with both of them is led to the end */
	crew_reply(&bob[0], "200 OK", "", crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[0]);
	crew_bye(&crew, &bob[0], alice);
	crew_no_calls(&crew);
}
END_TEST


START_TEST(p17_a_strict_router_behind_us_gets_what_it_needs)
{
	char route[LINE_MAX_LEN], want[LINE_MAX_LEN];

	(void)snprintf(route, sizeof(route),
		       "Route: <%s>, <sip:192.0.2.9;lr>\r\n",
		       uri_of(peer, ""));
	crew_send(&crew, "MESSAGE", "sip:bob@example.net;x=y", route, "");
	(void)snprintf(want, sizeof(want), "MESSAGE %s SIP/2.0",
		       uri_of(peer, ""));
	crew_expect(peer, want);
	ck_assert_str_eq(crew_header(peer, "Route", 0), "<sip:192.0.2.9;lr>");
	ck_assert_str_eq(crew_header(peer, "Route", 1),
			 "<sip:bob@example.net;x=y>");
	ck_assert_str_eq(crew_header(peer, "Route", 2), "");
}
END_TEST


START_TEST(p18_the_next_hop_is_the_route_where_there_is_one)
{
	char route[LINE_MAX_LEN];

	(void)snprintf(route, sizeof(route), "Route: <%s>\r\n",
		       uri_of(peer, ";lr"));
	crew_send(&crew, "MESSAGE", "sip:bob@example.net", route, "");
	crew_expect(peer, "MESSAGE sip:bob@example.net ");
	ck_assert(crew_silent(&bob[0], "MESSAGE "));
}
END_TEST


static void setup_names(void)
{
	char conf[256], data[128];

	nameserver_open(&ns, "127.0.0.53");
	ns.zone.negative_ttl = 60;
	(void)re_snprintf(conf, sizeof(conf),
			  "dns { servers = { \"%J\" } timeout = 400 }\n",
			  &ns.addr);
	crew_open(&crew, conf, T1_MS, 0);
	for (unsigned i = 0; i < 2; i++) {
		(void)snprintf(data, sizeof(data),
			       "%u 10 %u pbx%u.example.org", 10 + i,
			       peer[i].ph.port, i);
		zone_add(&ns.zone, "_sip._udp.pbx.example.org", 60, "SRV",
			 data);
	}
	zone_add(&ns.zone, "pbx0.example.org", 60, "A", "127.0.0.40");
	zone_add(&ns.zone, "pbx1.example.org", 60, "A", "127.0.0.41");
	zone_add(&ns.zone, "inside.example.org", 60, "A", "10.9.9.9");
	zone_add(&ns.zone, "stranger.example.org", 60, "A", "127.0.0.66");
}


static void teardown_names(void)
{
	crew_close(&crew);
	nameserver_close(&ns);
}


/* the first hop refuses, or says nothing at all */
START_TEST(p18_each_further_hop_has_a_branch_of_its_own)
{
	char first[128], cookie[512];

	crew_send(&crew, "INVITE", "sip:bob@example.net",
		  "Route: <sip:pbx.example.org;lr>\r\n",
		  crew_sdp("192.168.1.10"));
	crew_expect(&peer[0], "INVITE sip:bob@example.net ");
	(void)snprintf(first, sizeof(first), "%s", crew_branch(&peer[0]));
	(void)snprintf(cookie, sizeof(cookie), "%s",
		       crew_header(&peer[0], "Record-Route", 0));
	if (_i)
		crew_reply(&peer[0], "503 Overloaded", "", "");
	crew_expect(&peer[1], "INVITE sip:bob@example.net ");
	ck_assert_str_ne(crew_branch(&peer[1]), first);
	ck_assert_str_ne(crew_header(&peer[1], "Record-Route", 0), cookie);
	ck_assert_uint_eq(rig_counter(&crew.rig, "relay_sessions"), 1);
	crew_reply(&peer[1], "200 OK", "", crew_sdp("127.0.0.41"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &peer[1]);
	crew_bye(&crew, alice, &peer[1]);
	crew_idle(&crew);

	/* who failed is not asked first, for a while */
	crew_send(&crew, "MESSAGE", "sip:bob@example.net",
		  "Route: <sip:pbx.example.org;lr>\r\n", "");
	crew_expect(&peer[1], "MESSAGE ");
	crew_reply(&peer[1], "200 OK", "", "");
}
END_TEST


START_TEST(p18_no_hop_left_is_500)
{
	crew_send(&crew, "INVITE", "sip:bob@example.net",
		  "Route: <sip:pbx.example.org;lr>\r\n",
		  crew_sdp("192.168.1.10"));
	for (unsigned i = 0; i < 2; i++) {
		crew_expect(&peer[i], "INVITE ");
		crew_reply(&peer[i], "503 Overloaded", "", "");
	}
	crew_expect(alice, "SIP/2.0 500 ");
	crew_idle(&crew);
}
END_TEST


/* what a name leads to is checked when it is known (S5, S23) */
static const char *const badv[] = {"inside", "stranger", "nothing"};

START_TEST(p18_a_name_opens_no_door)
{
	char route[128];

	(void)snprintf(route, sizeof(route),
		       "Route: <sip:%s.example.org;lr>\r\n", badv[_i]);
	crew_send(&crew, "MESSAGE", "sip:bob@example.net", route, "");
	crew_expect(alice, "SIP/2.0 403 ");
}
END_TEST


START_TEST(p19_each_branch_has_its_own_via_and_its_cancel_the_same)
{
	char branch[2][128];

	crew_register(&bob[1], "");
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	for (unsigned i = 0; i < 2; i++) {
		crew_expect(&bob[i], "INVITE ");
		(void)snprintf(branch[i], sizeof(branch[i]), "%s",
			       crew_branch(&bob[i]));
		ck_assert(!strncmp(branch[i], "z9hG4bK", 7));
		ck_assert_ptr_nonnull(
			strstr(crew_header(&bob[i], "Via", 1), "127.0.0.10"));
		crew_reply(&bob[i], "180 Ringing", "", "");
		crew_expect(alice, "SIP/2.0 180 ");
	}
	ck_assert_str_ne(branch[0], branch[1]);

	crew_cancel(&crew, "");
	for (unsigned i = 0; i < 2; i++) {
		crew_expect(&bob[i], "CANCEL ");
		ck_assert_str_eq(crew_branch(&bob[i]), branch[i]);
		ck_assert_str_eq(crew_header(&bob[i], "Via", 1), "");
		crew_reply(&bob[i], "487 Request Terminated", "", "");
		crew_expect(&bob[i], "ACK ");
		ck_assert_str_eq(crew_branch(&bob[i]), branch[i]);
	}
}
END_TEST


/* a spiral: the same request comes back for somebody else */
START_TEST(p19_a_spiral_has_another_branch_and_a_loop_is_482)
{
	char route[LINE_MAX_LEN], vias[1024];

	(void)snprintf(route, sizeof(route), "Route: <%s>\r\n",
		       uri_of(peer, ";lr"));
	crew_send(&crew, "MESSAGE", "sip:carol@example.net", route, "");
	crew_expect(peer, "MESSAGE ");
	(void)snprintf(vias, sizeof(vias), "Via: %s\r\n",
		       crew_header(peer, "Via", 0));
	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net", vias, "");
	crew_expect(&bob[0], "MESSAGE ");
	ck_assert_ptr_null(strstr(vias, crew_branch(&bob[0])));

	/* as we have sent it, it comes back to where it was */
	(void)snprintf(vias, sizeof(vias), "Via: %s\r\n",
		       crew_header(&bob[0], "Via", 0));
	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net", vias, "");
	crew_expect(peer, "SIP/2.0 482 ");
}
END_TEST


START_TEST(p20_content_length_is_added_on_streams)
{
	struct phone *ph = &peer->ph;

	phone_close(&bob[1].ph);
	phone_open_tcp(&bob[1].ph, &crew.rig, "127.0.0.21");
	bob[1].user = "carol";
	crew_register(&bob[1], "");
	phone_send(ph,
		   "MESSAGE sip:carol@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKnolen\r\n"
		   "From: <sip:someone@other.example>;tag=p\r\n"
		   "To: <sip:carol@example.net>\r\n"
		   "Call-ID: nolen\r\nCSeq: 1 MESSAGE\r\n\r\nfour",
		   ph->host, ph->port);
	crew_expect(&bob[1], "MESSAGE ");
	ck_assert_str_eq(crew_header(&bob[1], "Content-Length", 0), "4");
}
END_TEST


Suite *suite_section16_request(void);
Suite *suite_section16_request(void)
{
	Suite *s = suite_create("section16_request");
	TCase *tc = tcase_create("request"), *names = tcase_create("names");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, p1_malformed_parts_are_refused_only_where_we_need_them,
		   malformedv);
	tcase_add_test(tc, p2_unknown_methods_and_headers_pass);
	test_table(tc, p3_an_unknown_scheme_is_416, schemev);
	test_table(tc, p4_max_forwards_counts_down_to_483, maxfwdv);
	tcase_add_test(tc, p5_proxy_require_is_420_and_require_is_not_ours);
	tcase_add_test(tc, p6_merged_requests_are_no_error);
	tcase_add_test(tc, p7_a_strict_routers_request_is_repaired);
	tcase_add_test(tc, p8_a_maddr_that_is_us_says_nothing);
	tcase_add_test(tc, p9_our_routes_are_taken_off);
	tcase_add_test(tc,
		       p10_a_foreign_domain_has_one_target_and_no_recursion);
	tcase_add_test(tc, p11_unknown_users_are_404_absent_ones_480);
	test_table(
		tc,
		p12_the_request_uri_is_made_canonical_before_it_is_looked_up,
		spellingv);
	tcase_add_test(tc, p13_no_target_is_tried_twice);
	tcase_add_test(tc, p14_everything_else_is_forwarded_as_it_came);
	tcase_add_test(tc,
		       p15_what_must_not_stand_in_a_request_uri_is_removed);
	tcase_add_test(tc,
		       p16_record_route_is_loose_above_others_and_leads_to_us);
	tcase_add_test(tc,
		       p16_record_route_is_double_where_the_transport_changes);
	tcase_add_test(tc, p17_a_strict_router_behind_us_gets_what_it_needs);
	tcase_add_test(tc, p18_the_next_hop_is_the_route_where_there_is_one);
	tcase_add_test(
		tc, p19_each_branch_has_its_own_via_and_its_cancel_the_same);
	tcase_add_test(tc, p19_a_spiral_has_another_branch_and_a_loop_is_482);
	tcase_add_test(tc, p20_content_length_is_added_on_streams);
	suite_add_tcase(s, tc);

	tcase_set_timeout(names, 30);
	tcase_add_checked_fixture(names, setup_names, teardown_names);
	tcase_add_loop_test(
		names, p18_each_further_hop_has_a_branch_of_its_own, 0, 2);
	tcase_add_test(names, p18_no_hop_left_is_500);
	test_table(names, p18_a_name_opens_no_door, badv);
	suite_add_tcase(s, names);

	return s;
}
