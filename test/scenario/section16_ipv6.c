/**
 * @file scenario/section16_ipv6.c  IPv6 in all places, and both at once
 *
 * RFC 5118, and Record-Route for each side of a bridge.
 */
#include <stdio.h>
#include <string.h>
#include "test/scenario/crew.h"
#include "test/test.h"

enum { TEXT_MAX = 512 };

static struct crew crew;
static struct member *const alice = &crew.alice, *const bob = crew.bobv,
			    *const peer = crew.peerv;


static void setup(void)
{
	crew_open(&crew, "#dual\n", 0, 0);
	phone_close(&bob[0].ph);
	phone_open(&bob[0].ph, &crew.rig, "::1");
	crew_register(&bob[0], "");
}


static void teardown(void)
{
	crew_close(&crew);
}


static void starts(const char *text, const char *want)
{
	ck_assert_msg(!strncmp(text, want, strlen(want)), "%s: %s", want,
		      text);
}


START_TEST(p16_record_route_is_double_where_the_family_changes)
{
	char want[TEXT_MAX];

	crew_invite(&crew, "", "");
	(void)snprintf(want, sizeof(want), "INVITE sip:bob@[::1]:%u SIP/2.0",
		       bob[0].ph.port);
	crew_expect(&bob[0], want);
	(void)snprintf(want, sizeof(want),
		       "SIP/2.0/UDP [::1]:%u;branch=", sa_port(&crew.rig.us6));
	starts(crew_header(&bob[0], "Via", 0), want);
	(void)snprintf(want, sizeof(want), "<sip:[::1]:%u;lr;",
		       sa_port(&crew.rig.us6));
	starts(crew_header(&bob[0], "Record-Route", 0), want);
	(void)snprintf(want, sizeof(want), "<sip:127.0.0.1:%u;lr;",
		       sa_port(&crew.rig.us));
	starts(crew_header(&bob[0], "Record-Route", 1), want);

	/* the dialog goes both ways */
	crew_reply(&bob[0], "200 OK", "", "");
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, &bob[0]);
	crew_inside(&crew, &bob[0], alice, "INFO", 50);
	crew_expect(alice, "INFO sip:alice@127.0.0.10:");
	ck_assert_str_eq(crew_header(alice, "Route", 0), "");
	crew_reply(alice, "200 OK", "", "");
	crew_expect(&bob[0], "SIP/2.0 200 ");
	crew_bye(&crew, alice, &bob[0]);
	crew_no_calls(&crew);
}
END_TEST


/* both ends in IPv6: one Record-Route is enough */
START_TEST(p16_record_route_is_single_where_nothing_changes)
{
	phone_close(&alice->ph);
	phone_open(&alice->ph, &crew.rig, "::1");
	crew_invite(&crew, "", "");
	crew_expect(&bob[0], "INVITE ");
	starts(crew_header(&bob[0], "Record-Route", 0), "<sip:[::1]:");
	ck_assert_str_eq(crew_header(&bob[0], "Record-Route", 1), "");

	/* received is written without brackets (RFC 5118 section 4.5) */
	ck_assert_ptr_nonnull(
		strstr(crew_header(&bob[0], "Via", 1), ";received=::1"));
}
END_TEST


/* the addresses of one phone in many spellings are one target (RFC 5118
 * section 4.2) */
static const char *const spellingv[] = {"[::1]", "[0:0:0:0:0:0:0:1]",
					"[0000::0001]", "[::0.0.0.1]"};


START_TEST(p13_an_address_has_many_spellings)
{
	char contact[TEXT_MAX];

	crew_register(&bob[1], "");
	crew_invite(&crew, "", "");
	crew_expect(&bob[0], "INVITE ");
	crew_expect(&bob[1], "INVITE ");
	(void)snprintf(contact, sizeof(contact),
		       "Contact: <sip:bob@%s:%u>\r\n", spellingv[_i],
		       bob[0].ph.port);
	crew_reply(&bob[1], "302 Moved Temporarily", contact, "");
	crew_expect(&bob[1], "ACK ");
	ck_assert(crew_silent(&bob[0], "INVITE "));
}
END_TEST


/* as its own address it is ours, as any other one's it is not */
START_TEST(p10_ipv6_request_uris_are_ours_or_not)
{
	char uri[TEXT_MAX];

	(void)snprintf(uri, sizeof(uri), "sip:bob@[::1]:%u",
		       sa_port(&crew.rig.us6));
	crew_peer_send(&crew, "MESSAGE", uri, "", "");
	crew_expect(&bob[0], "MESSAGE ");
	crew_peer_send(&crew, "MESSAGE", "sip:bob@[2001:db8::9]", "", "");
	crew_expect(peer, "SIP/2.0 404 ");
}
END_TEST


static const char *const passv[] = {
	"Contact: <sip:user@[2001:db8::9:1]:5070>\r\n",
	"Contact: <sip:user@[2001:db8::9.8.7.6]>\r\n",
	"X-Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255]\r\n",
	"Record-Route: <sip:[2001:db8::9:3]:5080;lr>\r\n",
	"Call-ID-2: [2001:db8::9]@[2001:db8::8]\r\n",
};


START_TEST(p14_ipv6_in_all_places_is_forwarded_as_it_came)
{
	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net", passv[_i], "");
	crew_expect(&bob[0], "MESSAGE ");
	ck_assert_msg(strstr(bob[0].ph.msg, passv[_i]) != NULL, "%s",
		      bob[0].ph.msg);
}
END_TEST


/* lower Vias with received in either form (RFC 5118 section 4.5) */
START_TEST(p26_ipv6_vias_of_others_come_back_as_they_were)
{
	const char *const via =
		_i ? "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255"
		   : "SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255]";
	char line[TEXT_MAX];

	(void)snprintf(line, sizeof(line), "Via: %s;branch=z9hG4bKx\r\n", via);
	crew_peer_send(&crew, "MESSAGE", "sip:bob@example.net", line, "");
	crew_expect(&bob[0], "MESSAGE ");
	crew_reply(&bob[0], "200 OK", "", "");
	crew_expect(peer, "SIP/2.0 200 ");
	starts(crew_header(peer, "Via", 1), via);
}
END_TEST


Suite *suite_section16_ipv6(void);
Suite *suite_section16_ipv6(void)
{
	Suite *s = suite_create("section16_ipv6");
	TCase *tc = tcase_create("ipv6");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc,
		       p16_record_route_is_double_where_the_family_changes);
	tcase_add_test(tc, p16_record_route_is_single_where_nothing_changes);
	test_table(tc, p13_an_address_has_many_spellings, spellingv);
	tcase_add_test(tc, p10_ipv6_request_uris_are_ours_or_not);
	test_table(tc, p14_ipv6_in_all_places_is_forwarded_as_it_came, passv);
	tcase_add_loop_test(tc, p26_ipv6_vias_of_others_come_back_as_they_were,
			    0, 2);
	suite_add_tcase(s, tc);

	return s;
}
