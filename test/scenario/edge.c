/**
 * @file scenario/edge.c  Phones that register elsewhere, through us
 *
 * The home is a peer on 127.0.0.40 that the test plays by hand. Bob's phone is
 * behind NAT: it claims 192.168.1.10.
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/rig.h"
#include "test/test.h"

static struct rig rig;
static struct phone bob, home, mallory;
static char path[512];

static const char conf[] = "relay { ports = \"21000-21099\"\n"
			   "allow_local = yes }\n"
			   "peer \"home\" { address = { \"127.0.0.40:%u\" }\n"
			   "domain = { \"home.example\" } }\n";


/* the home's port is known when it is open, the server's later */
static void setup(void)
{
	char text[512];

	memset(&rig, 0, sizeof(rig));
	phone_open(&home, &rig, "127.0.0.40");
	(void)snprintf(text, sizeof(text), conf, home.port);
	rig_start(&rig, text);
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&mallory, &rig, "127.0.0.66");
}


static void teardown(void)
{
	phone_close(&bob);
	phone_close(&home);
	phone_close(&mallory);
	rig_stop(&rig);
}


static void send_register(struct phone *ph, const char *domain,
			  const char *lines)
{
	++ph->branch;
	phone_send(ph,
		   "REGISTER sip:%s SIP/2.0\r\n"
		   "Via: SIP/2.0/%s 192.168.1.10:5060;branch=z9hG4bKr%u;"
		   "rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:bob@home.example>;tag=r\r\n"
		   "To: <sip:bob@home.example>\r\n"
		   "Call-ID: reg\r\nCSeq: %u REGISTER\r\n"
		   "Contact: <sip:bob@192.168.1.10:5060>;reg-id=1;"
		   "+sip.instance=\"<urn:uuid:1>\"\r\n"
		   "Authorization: Digest username=\"bob\",realm="
		   "\"home.example\",nonce=\"n\",uri=\"sip:home.example\","
		   "response=\"00000000000000000000000000000000\"\r\n"
		   "%sContent-Length: 0\r\n\r\n",
		   domain, ph->tcp ? "TCP" : "UDP", ph->branch, ph->branch,
		   lines);
}


static void reply(struct phone *ph, const char *status, const char *lines)
{
	char vias[2048] = "", from[256], to[256], callid[128], cseq[64];
	const char *p = ph->msg;

	while ((p = strstr(p, "\r\nVia: "))) {
		const char *end = strstr(p + 2, "\r\n");
		const size_t n = strlen(vias);

		(void)snprintf(vias + n, sizeof(vias) - n, "%.*s",
			       (int)(end - p), p);
		p = end;
	}
	(void)snprintf(from, sizeof(from), "%s", phone_header(ph, "From"));
	(void)snprintf(to, sizeof(to), "%s", phone_header(ph, "To"));
	(void)snprintf(callid, sizeof(callid), "%s",
		       phone_header(ph, "Call-ID"));
	(void)snprintf(cseq, sizeof(cseq), "%s", phone_header(ph, "CSeq"));
	phone_send(ph,
		   "SIP/2.0 %s%s\r\nFrom: %s\r\nTo: %s;tag=x\r\n"
		   "Call-ID: %s\r\nCSeq: %s\r\n%sContent-Length: 0\r\n\r\n",
		   status, vias, from, to, callid, cseq, lines);
}


/* bob's REGISTER reaches its home, its 200 reaches bob; path is kept */
static void register_bob(struct phone *ph)
{
	send_register(ph, "home.example", "Supported: path, outbound\r\n");
	(void)phone_recv(&home);
	(void)snprintf(path, sizeof(path), "%s", phone_header(&home, "Path"));
	reply(&home, "200 OK",
	      "Contact: <sip:bob@192.168.1.10:5060>;expires=60\r\n"
	      "Service-Route: <sip:home.example;lr>\r\n");
	(void)phone_recv(ph);
	ck_assert_uint_eq(phone_status(ph), 200);
}


/* a request of the home's, or of somebody else, by that Route */
static void call_bob(struct phone *ph, const char *route)
{
	++ph->branch;
	phone_send(ph,
		   "MESSAGE sip:bob@192.168.1.10:5060 SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKm%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:carol@home.example>;tag=c\r\n"
		   "To: <sip:bob@home.example>\r\n"
		   "Call-ID: call-%u\r\nCSeq: 1 MESSAGE\r\n"
		   "Route: %s\r\nContent-Length: 0\r\n\r\n",
		   ph->host, ph->port, ph->branch, ph->branch, route);
}


START_TEST(g3_a_register_for_another_domain_goes_to_its_home)
{
	send_register(&bob, "home.example", "Supported: path, outbound\r\n");
	(void)phone_recv(&home);
	ck_assert_int_eq(strncmp(home.msg, "REGISTER sip:home.example ", 26),
			 0);
	/* its credentials are its home's business; ours is the Path */
	ck_assert_ptr_nonnull(strstr(home.msg, "\r\nAuthorization: Digest "));
	ck_assert_int_eq(strncmp(phone_header(&home, "Path"), "<sip:ft1-", 9),
			 0);
	ck_assert_ptr_nonnull(strstr(phone_header(&home, "Path"), ";lr;ob>"));
	ck_assert_ptr_null(strstr(home.msg, "\r\nRecord-Route: "));
	reply(&home, "401 Unauthorized",
	      "WWW-Authenticate: Digest realm=\"home.example\","
	      "nonce=\"n\"\r\n");
	(void)phone_recv(&bob);
	ck_assert_uint_eq(phone_status(&bob), 401);
	ck_assert_ptr_nonnull(strstr(bob.msg, "realm=\"home.example\""));

	/* a domain that nobody here knows */
	send_register(&bob, "elsewhere.example", "");
	(void)phone_recv(&bob);
	ck_assert_uint_eq(phone_status(&bob), 403);
	ck_assert(phone_quiet(&home));
}
END_TEST


START_TEST(other_proxies_paths_stay_below_ours)
{
	const char *ours, *theirs;

	send_register(&bob, "home.example",
		      "Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bKfirst\r\n"
		      "Path: <sip:first.example;lr;ob>\r\n");
	(void)phone_recv(&home);
	ours = strstr(home.msg, "\r\nPath: <sip:ft1-");
	theirs = strstr(home.msg, "\r\nPath: <sip:first.example;lr;ob>");
	ck_assert_ptr_nonnull(ours);
	ck_assert(theirs > ours);
	/* we are not its first hop, and do not say so */
	ck_assert_ptr_null(strstr(phone_header(&home, "Path"), ";ob"));
}
END_TEST


START_TEST(what_comes_back_by_our_path_goes_to_that_flow)
{
	register_bob(&bob);
	ck_assert_str_eq(phone_header(&bob, "Service-Route"),
			 "<sip:home.example;lr>");
	call_bob(&home, path);
	(void)phone_recv(&bob);
	ck_assert_int_eq(
		strncmp(bob.msg, "MESSAGE sip:bob@192.168.1.10:5060 ", 34), 0);
	ck_assert_ptr_null(strstr(bob.msg, "\r\nRoute: "));
	reply(&bob, "200 OK", "");
	(void)phone_recv(&home);
	ck_assert_uint_eq(phone_status(&home), 200);

	/* by the same socket after a restart as well */
	rig_restart(&rig);
	call_bob(&home, path);
	(void)phone_recv(&bob);
	ck_assert_int_eq(strncmp(bob.msg, "MESSAGE ", 8), 0);
}
END_TEST


START_TEST(a_changed_token_is_403)
{
	char forged[512];

	register_bob(&bob);
	(void)strcpy(forged, path);
	forged[40] = forged[40] == '0' ? '1' : '0';
	call_bob(&home, forged);
	(void)phone_recv(&home);
	ck_assert_uint_eq(phone_status(&home), 403);
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(a_stranger_with_a_good_token_must_say_who_he_is)
{
	register_bob(&bob);
	call_bob(&mallory, path);
	(void)phone_recv(&mallory);
	ck_assert_uint_eq(phone_status(&mallory), 407);
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(a_dead_flow_is_430_and_no_other_one_is_made)
{
	struct phone tcp;

	phone_open_tcp(&tcp, &rig, "127.0.0.20");
	register_bob(&tcp);
	ck_assert_ptr_nonnull(strstr(path, ";transport=tcp;"));
	call_bob(&home, path);
	(void)phone_recv(&tcp);
	ck_assert_int_eq(strncmp(tcp.msg, "MESSAGE ", 8), 0);
	reply(&tcp, "200 OK", "");
	(void)phone_recv(&home);
	phone_close(&tcp);
	ck_assert(phone_quiet(&bob));

	call_bob(&home, path);
	(void)phone_recv(&home);
	ck_assert_uint_eq(phone_status(&home), 430);
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(a_call_by_our_path_is_relayed_and_stays_with_the_flow)
{
	static const char sdp[] = "v=0\r\no=- 1 1 IN IP4 127.0.0.40\r\ns=-\r\n"
				  "c=IN IP4 127.0.0.40\r\nt=0 0\r\n"
				  "m=audio 4000 RTP/AVP 0\r\n";
	char route[1024];

	register_bob(&bob);
	phone_send(&home,
		   "INVITE sip:bob@192.168.1.10:5060 SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKi;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:carol@home.example>;tag=c\r\n"
		   "To: <sip:bob@home.example>\r\n"
		   "Contact: <sip:carol@127.0.0.40:%u>\r\n"
		   "Call-ID: call\r\nCSeq: 1 INVITE\r\nRoute: %s\r\n"
		   "Content-Type: application/sdp\r\n"
		   "Content-Length: %zu\r\n\r\n%s",
		   home.host, home.port, home.port, path, strlen(sdp), sdp);
	(void)phone_recv(&home);
	ck_assert_uint_eq(phone_status(&home), 100);
	(void)phone_recv(&bob);
	ck_assert_int_eq(strncmp(bob.msg, "INVITE ", 7), 0);
	/* bob is behind NAT: his audio goes by us */
	ck_assert_ptr_null(strstr(bob.msg, "m=audio 4000 "));
	(void)snprintf(route, sizeof(route), "%s",
		       phone_header(&bob, "Record-Route"));
	ck_assert_ptr_nonnull(strstr(route, ";vd="));
	reply(&bob, "486 Busy Here", "");
	(void)phone_recv(&bob);
	ck_assert_int_eq(strncmp(bob.msg, "ACK ", 4), 0);
	(void)phone_recv(&home);
	ck_assert_uint_eq(phone_status(&home), 486);
}
END_TEST


Suite *suite_edge(void);
Suite *suite_edge(void)
{
	Suite *s = suite_create("edge");
	TCase *tc = tcase_create("edge");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, g3_a_register_for_another_domain_goes_to_its_home);
	tcase_add_test(tc, other_proxies_paths_stay_below_ours);
	tcase_add_test(tc, what_comes_back_by_our_path_goes_to_that_flow);
	tcase_add_test(tc, a_changed_token_is_403);
	tcase_add_test(tc, a_stranger_with_a_good_token_must_say_who_he_is);
	tcase_add_test(tc, a_dead_flow_is_430_and_no_other_one_is_made);
	tcase_add_test(tc,
		       a_call_by_our_path_is_relayed_and_stays_with_the_flow);
	suite_add_tcase(s, tc);

	return s;
}
