/**
 * @file scenario/trunk_inbound.c  Calls that come by our registration
 */
#include <stdio.h>
#include <string.h>
#include "proxy/core/caller.h"
#include "proxy/core/trunk_register.h"
#include "proxy/core/trunk.h"
#include "proxy/server_state.h"
#include "test/mock/sipmsg.h"
#include "test/scenario/rig.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob, carrier, stranger;
static char contact[160]; /* that we have registered */


static void start(const char *more)
{
	char conf[1024];

	phone_open(&carrier, &rig, "127.0.0.50");
	(void)snprintf(
		conf, sizeof(conf),
		"relay { ports = \"22600-22699\" allow_local = yes }\n"
		"limit { requests = 0 strangers = 0 failures = 0 }\n"
		"peer carrier { uri = \"sip:127.0.0.50:%u\"\n"
		"  user = us password = \"s3cret\" register = yes %s }\n"
		"route help { match = 110 peers = carrier\n"
		"  emergency = yes }\n",
		carrier.port, more);
	rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account_with(&rig, "bob@example.net", "builder99",
			 &(const struct account_settings){.name = ""},
			 "0711@example.net");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	phone_open(&stranger, &rig, "127.0.0.66");
	phone_register(&alice, "alice", "wonderland", "192.168.1.10:5060");
	phone_register(&bob, "bob", "builder99", "192.168.1.11:5060");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	phone_close(&carrier);
	phone_close(&stranger);
	rig_stop(&rig);
}


static void reply(struct phone *ph, const char *status, const char *extra)
{
	char via[512], from[256], to[256], callid[128];

	(void)snprintf(via, sizeof(via), "%s", phone_header(ph, "Via"));
	(void)snprintf(from, sizeof(from), "%s", phone_header(ph, "From"));
	(void)snprintf(to, sizeof(to), "%s", phone_header(ph, "To"));
	(void)snprintf(callid, sizeof(callid), "%s",
		       phone_header(ph, "Call-ID"));
	phone_send(ph,
		   "SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=r\r\n"
		   "Call-ID: %s\r\nCSeq: %s\r\n%sContent-Length: 0\r\n\r\n",
		   status, via, from, to, callid, phone_header(ph, "CSeq"),
		   extra);
}


/* the carrier's registrar, once */
static void take_register(void)
{
	char extra[256];

	do {
		(void)phone_recv(&carrier);
	} while (strncmp(carrier.msg, "REGISTER ", 9));
	ck_assert_ptr_nonnull(
		strstr(phone_header(&carrier, "To"), "<sip:us@127.0.0.50>"));
	(void)snprintf(contact, sizeof(contact), "%s",
		       phone_header(&carrier, "Contact"));
	(void)snprintf(extra, sizeof(extra), "Contact: %s;expires=600\r\n",
		       contact);
	reply(&carrier, "200 OK", extra);
	while (!trunk_is_registered(
		trunks_find(rig.srv->proxy->trunks, "carrier")->reg))
		(void)phone_quiet(&carrier);

	/* without its brackets */
	contact[strlen(contact) - 1] = '\0';
	memmove(contact, contact + 1, strlen(contact));
}


static void call(struct phone *ph, const char *met, const char *to)
{
	++ph->branch;
	phone_send(ph,
		   "%s %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKin%u;rport\r\n"
		   "From: <sip:+1555@carrier.net>;tag=c\r\nTo: <%s>\r\n"
		   "Call-ID: in-%u\r\nCSeq: %u %s\r\n\r\n",
		   met, contact, ph->host, ph->port, ph->branch, to,
		   ph->branch, ph->branch, met);
}


static void expect(struct phone *ph, const char *head)
{
	(void)phone_recv(ph);
	ck_assert_msg(!strncmp(ph->msg, head, strlen(head)), "%s", ph->msg);
}


START_TEST(a_call_is_for_whom_inbound_names)
{
	start("inbound = bob");
	take_register();
	call(&carrier, "INVITE", "sip:+49711@carrier.net");
	expect(&carrier, "SIP/2.0 100 ");
	expect(&bob, "INVITE sip:bob@192.168.1.11:5060 ");
}
END_TEST


/* the Contact that we registered names our address, and nothing by that */
START_TEST(a_name_in_inbound_is_one_of_our_first_domain)
{
	start("inbound = bob }\ndomain += { \"127.0.0.1\" }\n"
	      "route none { match = 999 refuse = 403");
	take_register();
	call(&carrier, "INVITE", "sip:+49711@carrier.net");
	expect(&carrier, "SIP/2.0 100 ");
	expect(&bob, "INVITE sip:bob@192.168.1.11:5060 ");
}
END_TEST


START_TEST(without_it_for_the_number_in_to)
{
	start("inbound_strip = 3 inbound_add = 0");
	take_register();
	call(&carrier, "INVITE", "sip:+49-711@carrier.net");
	expect(&carrier, "SIP/2.0 100 ");
	expect(&bob, "INVITE sip:bob@192.168.1.11:5060 ");
	ck_assert(phone_quiet(&alice));
}
END_TEST


START_TEST(a_number_of_nobody_is_404)
{
	start("");
	take_register();
	call(&carrier, "INVITE", "sip:0999@carrier.net");
	expect(&carrier, "SIP/2.0 100 ");
	expect(&carrier, "SIP/2.0 404 ");
}
END_TEST


START_TEST(a_stranger_with_the_contact_is_a_stranger)
{
	start("inbound = bob");
	take_register();
	call(&stranger, "INVITE", "sip:bob@example.net");
	expect(&stranger, "SIP/2.0 407 ");
	ck_assert(phone_quiet(&bob));
}
END_TEST


START_TEST(the_carrier_without_the_contact_is_one_too)
{
	start("inbound = bob");
	take_register();
	(void)snprintf(contact, sizeof(contact), "sip:bob@example.net");
	call(&carrier, "INVITE", "sip:bob@example.net");
	expect(&carrier, "SIP/2.0 407 ");
}
END_TEST


START_TEST(a_ping_of_the_contact_is_answered_by_us)
{
	start("inbound = bob");
	take_register();
	call(&carrier, "OPTIONS", "sip:us@carrier.net");
	expect(&carrier, "SIP/2.0 200 ");
	ck_assert(phone_quiet(&bob));
}
END_TEST


static const struct {
	const char *ruri, *from;
	bool other_way, passes;
} needv[] = {
	{"sip:110@example.net", "sip:alice@example.net", false, true},
	{"sip:11-0@example.net", "sip:alice@example.net", false, true},
	{"sip:0711@example.net", "sip:alice@example.net", false, false},
	{"sip:110@example.com", "sip:alice@example.net", false, false},
	{"sip:110@example.net", "sip:bob@example.net", false, false},
	{"sip:110@example.net", "sip:alice@example.com", false, false},
	{"sip:110@example.net", "sip:alice@example.net", true, false},
};


/* where nobody can be asked for a password */
START_TEST(an_emergency_of_a_registered_phone_needs_no_database)
{
	const struct pl aor = PL("alice@example.net"),
			other = PL("bob@example.net");
	const struct binding *b;
	struct message *m;

	start("");
	b = list_ledata(list_head(location_get(
		rig.srv->loc, needv[_i].other_way ? &other : &aor)));
	ck_assert_ptr_nonnull(b);
	m = sipmsg(b->flow,
		   "INVITE %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK1\r\n"
		   "From: <%s>;tag=1\r\nTo: <%s>\r\n"
		   "Call-ID: c\r\nCSeq: 1 INVITE\r\n\r\n",
		   needv[_i].ruri, needv[_i].from, needv[_i].ruri);
	ck_assert(caller_in_need(rig.srv->proxy, m) == needv[_i].passes);
	mem_deref(m);
}
END_TEST


Suite *suite_trunk_inbound(void);
Suite *suite_trunk_inbound(void)
{
	Suite *s = suite_create("trunk_inbound");
	TCase *tc = tcase_create("trunk_inbound");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, a_call_is_for_whom_inbound_names);
	tcase_add_test(tc, a_name_in_inbound_is_one_of_our_first_domain);
	tcase_add_test(tc, without_it_for_the_number_in_to);
	tcase_add_test(tc, a_number_of_nobody_is_404);
	tcase_add_test(tc, a_stranger_with_the_contact_is_a_stranger);
	tcase_add_test(tc, the_carrier_without_the_contact_is_one_too);
	tcase_add_test(tc, a_ping_of_the_contact_is_answered_by_us);
	test_table(tc, an_emergency_of_a_registered_phone_needs_no_database,
		   needv);
	suite_add_tcase(s, tc);

	return s;
}
