/**
 * @file test/proxy/sip/urgency.c  What goes first where not all can be done
 */
#include <stdio.h>
#include <string.h>
#include "proxy/sip/urgency.h"
#include "test/test.h"

#define TO    "<sip:b@example.com>"
#define TO_IN TO ";tag=x1"

static const struct {
	const char *start, *method, *to;
	bool known;
	enum urgency urgency;
} messagev[] = {
	{"INVITE sip:b@example.com SIP/2.0", "INVITE", TO, false,
	 URGENCY_CALL},
	{"INVITE sip:b@example.com SIP/2.0", "INVITE", TO, true, URGENCY_CALL},
	{"INVITE sip:b@example.com SIP/2.0", "INVITE", TO_IN, false,
	 URGENCY_DIALOG},
	{"SIP/2.0 200 OK", "INVITE", TO_IN, false, URGENCY_DIALOG},
	{"SIP/2.0 100 Trying", "INVITE", TO, false, URGENCY_DIALOG},
	{"ACK sip:b@example.com SIP/2.0", "ACK", TO_IN, false, URGENCY_DIALOG},
	{"BYE sip:b@example.com SIP/2.0", "BYE", TO_IN, false, URGENCY_DIALOG},
	{"CANCEL sip:b@example.com SIP/2.0", "CANCEL", TO, false,
	 URGENCY_DIALOG},
	{"REGISTER sip:example.com SIP/2.0", "REGISTER", TO, true,
	 URGENCY_KNOWN},
	{"REGISTER sip:example.com SIP/2.0", "REGISTER", TO, false,
	 URGENCY_OTHER},
	{"OPTIONS sip:example.com SIP/2.0", "OPTIONS", TO, true,
	 URGENCY_OTHER},
	/* a tag in another place is none of To's */
	{"INVITE sip:b@example.com SIP/2.0", "INVITE",
	 "<sip:b@example.com;tag=1>", false, URGENCY_CALL},
	{"INVITE sip:b@example.com SIP/2.0", "INVITE",
	 "\"a;tag=1\" <sip:b@example.com>", false, URGENCY_CALL},
	{"INVITE sip:b@example.com SIP/2.0", "INVITE", TO ";tag=", false,
	 URGENCY_CALL},
	{"INVITE sip:b@example.com SIP/2.0", "INVITE",
	 "sip:b@example.com;TAG=7", false, URGENCY_DIALOG},
};


static void check(struct guard *g, char text[1024], const char *start,
		  const char *method, const char *to)
{
	(void)snprintf(text, 1024,
		       "%s\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
		       "From: <sip:a@example.com>;tag=f\r\nTo: %s\r\n"
		       "Call-ID: u1\r\nCSeq: 7 %s\r\n"
		       "Content-Length: 0\r\n\r\n",
		       start, to, method);
	ck_assert_int_eq(guard_check(g, (uint8_t *)text, strlen(text), false),
			 0);
}


START_TEST(what_belongs_to_a_call_goes_first_and_new_ones_last)
{
	static struct guard g;
	char text[1024];

	check(&g, text, messagev[_i].start, messagev[_i].method,
	      messagev[_i].to);
	ck_assert_int_eq(urgency_of(&g, messagev[_i].known),
			 messagev[_i].urgency);
}
END_TEST


START_TEST(a_tag_is_found_as_it_stands)
{
	static struct guard g;
	char text[1024];
	struct pl tag;

	check(&g, text, "ACK sip:b@example.com SIP/2.0", "ACK",
	      "\"B\" <sip:b@example.com>;x=y;tag=a1-b;z");
	ck_assert(urgency_tag(&tag, urgency_hdr(&g, HDR_TO)));
	ck_assert_int_eq(pl_strcmp(&tag, "a1-b"), 0);
	ck_assert(!urgency_tag(&tag, urgency_hdr(&g, HDR_CONTACT)));
}
END_TEST


Suite *suite_urgency(void);
Suite *suite_urgency(void)
{
	Suite *s = suite_create("urgency");
	TCase *tc = tcase_create("urgency");

	test_table(tc, what_belongs_to_a_call_goes_first_and_new_ones_last,
		   messagev);
	tcase_add_test(tc, a_tag_is_found_as_it_stands);
	suite_add_tcase(s, tc);

	return s;
}
