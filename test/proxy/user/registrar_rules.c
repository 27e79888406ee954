/**
 * @file test/proxy/user/registrar_rules.c  RFC 3261 section 10, line by line
 *
 * g1 to g12: the lines of the checklist. g3 is told in scenario/edge.c.
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/disk.h"
#include "test/mock/office.h"

#define AOR   "alice@example.net"
#define ALICE "sip:" AOR
#define C1    "Contact: <sip:a@192.0.2.9>\r\n"

static struct office o;


static void setup(void)
{
	office_open(&o, NULL, FLOW_UDP);
}


static void setup_tcp(void)
{
	office_open(&o, NULL, FLOW_TCP);
}


static void teardown(void)
{
	office_close(&o);
	disk_release();
}


static const char *ask(const char *callid, uint32_t cseq, const char *lines)
{
	return office_ask(&o, ALICE, callid, cseq, lines);
}


static bool has(const char *answer, const char *text)
{
	return strstr(answer, text) != NULL;
}


static size_t contacts(const char *answer)
{
	size_t n = 0;

	for (; (answer = strstr(answer, "\r\nContact: ")); ++answer)
		++n;

	return n;
}


static const char *const wrongv[] = {
	"Require: nothing-like-it\r\n",
	"Contact: *\r\n",
	"Contact: <sip:a@192.0.2.9>;expires=1\r\n",
	"Contact: <sip:a@127.0.0.1>\r\n",
	("Path: <sip:p;lr>\r\n" C1),
	C1,
};


START_TEST(g1_never_6xx_and_no_record_route)
{
	const char *a;
	char lines[256];

	(void)snprintf(lines, sizeof(lines), "Record-Route: <sip:p1;lr>\r\n%s",
		       wrongv[_i]);
	a = ask("c", 1, lines);
	ck_assert_int_eq(strncmp(a, "SIP/2.0 ", 8), 0);
	ck_assert(a[8] != '6');
	ck_assert(!has(a, "Record-Route"));
	if (office_binding(&o, AOR))
		ck_assert_ptr_null(office_binding(&o, AOR)->path);
}
END_TEST


/* independent: what is wrong with one says nothing of the other; in order:
 * registrar_disk */
START_TEST(g2_one_request_does_not_hurt_another)
{
	ck_assert(office_is(ask("c", 1, C1), 200));
	ck_assert(office_is(ask("c", 2, "Contact: *\r\n"), 400));
	ck_assert(office_is(office_ask(&o, "sip:bob@example.net", "c", 1, C1),
			    200));
	ck_assert(office_is(ask("c", 2, C1), 200));
	ck_assert_uint_eq(location_count(o.loc), 2);
}
END_TEST


START_TEST(g4_what_is_required_and_unknown_is_listed)
{
	const char *a = ask("c", 1,
			    "Require: gruu, path\r\n"
			    "Require: outbound,tea\r\n" C1);

	ck_assert(office_is(a, 420));
	ck_assert(has(a, "\r\nUnsupported: gruu, tea\r\n"));
	ck_assert_uint_eq(location_count(o.loc), 0);
	ck_assert(office_is(ask("c", 1,
				"Require: path\r\n"
				"Proxy-Require: tea\r\n" C1),
			    200));
}
END_TEST


static const struct {
	const char *to;
	unsigned scode;
} tov[] = {
	{"sip:alice@example.net", 200}, {"sips:alice@example.net", 200},
	{"sip:alice@example.com", 404}, {"sip:example.net", 404},
	{"tel:+4912345", 400},          {"isbn:2983792873", 400},
	{"sip:a%00b@example.net", 400},
};


/* whose account it is: scenario/call_flow's s25_... and registrar.c */
START_TEST(g5_an_address_that_is_none_of_ours_is_404)
{
	ck_assert_msg(office_is(office_ask(&o, tov[_i].to, "c", 1, C1),
				tov[_i].scode),
		      "%s", tov[_i].to);
}
END_TEST


static const char *const spellingv[] = {
	"sip:alice@example.net;x=y",
	"sip:alice@EXAMPLE.Net",
	"sip:%61lic%65@example.net",
	"sip:alice@example.net:5060",
	"sip:alice@example.net;transport=tcp;user=phone",
	"sip:alice:password@example.net",
};


START_TEST(g6_an_address_has_one_name)
{
	ck_assert(office_is(office_ask(&o, spellingv[_i], "c", 1, C1), 200));
	ck_assert_ptr_nonnull(office_binding(&o, AOR));
	/* the user part has a case */
	ck_assert(office_is(
		office_ask(&o, "sip:Alice@example.net", "c", 1, C1), 200));
	ck_assert_uint_eq(location_count(o.loc), 2);
}
END_TEST


static const struct {
	const char *lines;
	unsigned scode;
} starv[] = {
	{"Contact: *\r\nExpires: 0\r\n", 200},
	{"Contact: *\r\n", 400},
	{"Contact: *\r\nExpires: 1\r\n", 400},
	{"Contact: *\r\nExpires: 3600\r\n", 400},
	{"Contact: *\r\nExpires: soon\r\n", 400},
	{"Contact: *, <sip:a@192.0.2.9>\r\nExpires: 0\r\n", 400},
	{"Contact: <sip:a@192.0.2.9>\r\nContact: *\r\nExpires: 0\r\n", 400},
	{"Contact: *\r\nContact: *\r\nExpires: 0\r\n", 400},
};


START_TEST(g7_a_star_stands_alone_with_expires_0)
{
	ck_assert(office_is(ask("c", 1, C1), 200));
	ck_assert_msg(office_is(ask("c", 2, starv[_i].lines), starv[_i].scode),
		      "%s", starv[_i].lines);
	ck_assert_uint_eq(location_count(o.loc),
			  starv[_i].scode == 200 ? 0 : 1);
}
END_TEST


static const struct {
	const char *lines;
	unsigned scode, granted;
} expiresv[] = {
	{C1, 200, 3600},
	{C1 "Expires: 600\r\n", 200, 600},
	{"Contact: <sip:a@192.0.2.9>;expires=900\r\nExpires: 600\r\n", 200,
	 900},
	{"Contact: <sip:a@192.0.2.9>;expires=soon\r\n", 200, 3600},
	{"Contact: <sip:a@192.0.2.9>;expires=4294967296\r\n", 200, 7200},
	{C1 "Expires: 99999999999999999999\r\n", 200, 7200},
	{C1 "Expires: 60\r\n", 200, 60},
	{C1 "Expires: 59\r\n", 423, 0},
	{"Contact: <sip:a@192.0.2.9>;expires=1\r\n", 423, 0},
	{"Contact: <sip:a@192.0.2.9>;expires=0\r\n", 200, 0},
};


START_TEST(g8_a_lifetime_has_an_order_and_bounds)
{
	const char *a = ask("c", 1, expiresv[_i].lines);
	char text[32];

	ck_assert_msg(office_is(a, expiresv[_i].scode), "%s",
		      expiresv[_i].lines);
	(void)snprintf(text, sizeof(text), ";expires=%u\r\n",
		       expiresv[_i].granted);
	if (expiresv[_i].granted)
		ck_assert_msg(has(a, text), "%s", a);
	ck_assert(has(a, "\r\nMin-Expires: 60\r\n") ==
		  (expiresv[_i].scode == 423));
}
END_TEST


/* an hour or more is never refused, whatever the minimum */
START_TEST(g8_an_hour_is_always_long_enough)
{
	o.cfg.registrar.expires_min = 7000;
	ck_assert(office_is(ask("c", 1, C1 "Expires: 3600\r\n"), 200));
	ck_assert(office_is(ask("c", 2, C1 "Expires: 3599\r\n"), 423));
}
END_TEST


START_TEST(g8_lifetimes_are_scattered_but_not_below_the_minimum)
{
	bool shortened = false;

	o.cfg.registrar.jitter = 10;
	for (uint32_t i = 1; i < 100; i++) {
		const char *a = strstr(ask("c", i, C1 "Expires: 1000\r\n"),
				       ";expires=");
		unsigned granted;

		ck_assert_int_eq(sscanf(a, ";expires=%u", &granted), 1);
		ck_assert_uint_le(granted, 1000);
		ck_assert_uint_ge(granted, 900);
		shortened = shortened || granted < 1000;
		ck_assert(has(ask("c", i + 1000, C1 "Expires: 60\r\n"),
			      ";expires=60\r\n"));
		(void)ask("d", i, "Contact: *\r\nExpires: 0\r\n");
	}
	ck_assert(shortened);
}
END_TEST


START_TEST(g9_contacts_are_compared_as_uris)
{
	ck_assert(office_is(
		ask("c", 1, "Contact: <sip:a@phone.invalid;x=1>\r\n"), 200));
	/* the same URI, as another boot, and as the same */
	ck_assert_uint_eq(
		contacts(ask("d", 1, "Contact: <SIP:%61@PHONE.invalid>\r\n")),
		1);
	ck_assert(office_is(ask("d", 2, "Contact: <sip:a@phone.invalid>\r\n"),
			    200));
	/* not higher */
	ck_assert(office_is(ask("d", 2, "Contact: <sip:a@phone.invalid>\r\n"),
			    400));
	ck_assert(office_is(
		ask("d", 1, "Contact: <sip:a@phone.invalid>;expires=0\r\n"),
		400));
	ck_assert_uint_eq(location_count(o.loc), 1);
	/* others */
	ck_assert_uint_eq(
		contacts(ask("d", 3, "Contact: <sip:A@phone.invalid>\r\n")),
		2);
	ck_assert_uint_eq(
		contacts(ask("d", 4,
			     "Contact: <sip:a@phone.invalid:5060>\r\n")),
		3);
}
END_TEST


/* one Contact of several fails, none is bound; the disk's part:
 * registrar_disk */
START_TEST(g10_all_or_nothing)
{
	ck_assert(office_is(ask("c", 5, C1), 200));
	ck_assert(office_is(ask("c", 4, "Contact: <sip:n@192.0.2.9>\r\n" C1),
			    400));
	ck_assert(office_is(ask("d", 1,
				"Contact: <sip:n@192.0.2.9>\r\n"
				"Contact: <sip:m@192.0.2.9>;"
				"expires=5\r\n"),
			    423));
	ck_assert(office_is(ask("d", 1,
				"Contact: <sip:n@192.0.2.9>\r\n"
				"Contact: <tel:+491>\r\n"),
			    400));
	ck_assert(office_is(ask("d", 1,
				"Contact: <sip:n@192.0.2.9>\r\n"
				"Contact: <sip:n@0.0.0.0>\r\n"),
			    403));
	ck_assert_uint_eq(location_count(o.loc), 1);
}
END_TEST


START_TEST(g11_a_200_lists_all_with_what_is_left_and_the_date)
{
	const char *a;

	(void)ask("c", 1, "Contact: <sip:a@192.0.2.9>;expires=100\r\n");
	timers_advance(o.timers, 30000);
	a = ask("d", 1,
		"Contact: "
		"<sip:b@192.0.2.9>;q=0.3;+sip.instance=\"<urn:x>\"\r\n");
	ck_assert(office_is(a, 200));
	ck_assert_uint_eq(contacts(a), 2);
	ck_assert(has(a, "Contact: <sip:a@192.0.2.9>;expires=70\r\n"));
	ck_assert(has(a, "Contact: <sip:b@192.0.2.9>;expires=3600;q=0.300;"
			 "+sip.instance=\"<urn:x>\"\r\n"));
	ck_assert(has(a, "\r\nDate: "));
	ck_assert(has(a, " GMT\r\n"));
}
END_TEST


START_TEST(g12_without_contact_it_is_a_query)
{
	const char *a;

	ck_assert(office_is(ask("c", 9, C1), 200));
	a = ask("c", 1, "Expires: 0\r\n");
	ck_assert(office_is(a, 200));
	ck_assert_uint_eq(contacts(a), 1);
	ck_assert_uint_eq(location_count(o.loc), 1);
}
END_TEST


static const struct {
	const char *lines;
	const char *path, *echo;
	unsigned scode;
} pathv[] = {
	{C1 "Supported: path\r\nPath: <sip:p2;lr>\r\nPath: <sip:p1;lr>;x\r\n",
	 "<sip:p2;lr>, <sip:p1;lr>;x", "Path: <sip:p2;lr>, <sip:p1;lr>;x\r\n",
	 200},
	{C1 "Supported: path\r\nPath: \"a, b\" <sip:p;lr>, <sips:q;lr>\r\n",
	 "\"a, b\" <sip:p;lr>, <sips:q;lr>", "Path: ", 200},
	{C1 "Path: <sip:p1;lr>\r\n", NULL, "Require: path\r\n", 421},
	{C1 "Supported: path\r\nPath: <tel:+49>\r\n", NULL, NULL, 400},
	{C1 "Supported: path\r\nPath: <sip:p1;lr\r\n", NULL, NULL, 400},
	{C1 "Supported: path\r\n", NULL, NULL, 200},
};


START_TEST(a_path_is_kept_in_order_and_echoed)
{
	const char *a = ask("c", 1, pathv[_i].lines);
	const struct binding *b = office_binding(&o, AOR);

	ck_assert_msg(office_is(a, pathv[_i].scode), "%s: %s", pathv[_i].lines,
		      a);
	if (pathv[_i].path)
		ck_assert_str_eq(b->path, pathv[_i].path);
	else if (b)
		ck_assert_ptr_null(b->path);
	if (pathv[_i].echo)
		ck_assert_msg(has(a, pathv[_i].echo), "%s", a);
	else
		ck_assert(!has(a, "\r\nPath: "));
}
END_TEST


START_TEST(a_service_route_is_told_on_demand)
{
	ck_assert(!has(ask("c", 1, C1), "Service-Route"));
	o.cfg.registrar.service_route = true;
	ck_assert(has(ask("c", 2, C1), "\r\nService-Route: "
				       "<sip:192.0.2.1:5060;transport=tcp;lr>"
				       "\r\n"));
	/* RFC 3608 section 6.3: in a 200 only */
	ck_assert(!has(ask("c", 2, C1), "Service-Route"));
}
END_TEST


#define WAY "Contact: <sip:a@192.0.2.9>;+sip.instance=\"<i>\";reg-id="


START_TEST(several_ways_to_one_phone_live_side_by_side)
{
	const char *a = ask("c", 1, WAY "1\r\nSupported: path, outbound\r\n");

	ck_assert(office_is(a, 200));
	ck_assert(has(a, "\r\nRequire: outbound\r\n"));
	ck_assert(has(a, "\r\nFlow-Timer: 120\r\n"));
	ck_assert(has(a, ";reg-id=1\r\n"));
	/* the URI is the same, the way is another one */
	a = ask("d", 1, WAY "2\r\n");
	ck_assert_uint_eq(contacts(a), 2);
	ck_assert(!has(a, "\r\nRequire: "));
	/* the same way again, from elsewhere and later */
	ck_assert_uint_eq(contacts(ask("e", 1, WAY "1\r\n")), 2);
	/* five are too many for one phone */
	(void)ask("e", 2, WAY "3\r\n");
	ck_assert_uint_eq(contacts(ask("e", 3, WAY "4\r\n")), 4);
	ck_assert_uint_eq(contacts(ask("e", 4, WAY "5\r\n")), 4);
	/* no Flow-Timer for others */
	ck_assert(!has(ask("p", 1, C1 "Supported: outbound\r\n"), "Flow-"));
	ck_assert_uint_eq(
		contacts(ask("e", 9, "Contact: *\r\nExpires: 0\r\n")), 0);
}
END_TEST


START_TEST(a_first_hop_without_outbound_is_439)
{
	const char *a = ask("c", 1,
			    "Via: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bKx\r\n"
			    "Supported: path, outbound\r\n"
			    "Path: <sip:edge;lr>\r\n" WAY "1\r\n");

	ck_assert_msg(office_is(a, 439), "%s", a);
	ck_assert_uint_eq(location_count(o.loc), 0);
	a = ask("c", 1,
		"Via: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bKx\r\n"
		"Supported: path, outbound\r\n"
		"Path: <sip:edge;lr;ob>\r\n" WAY "1\r\n");
	ck_assert(office_is(a, 200));
	ck_assert(has(a, "\r\nRequire: outbound\r\n"));
	ck_assert_uint_eq(office_binding(&o, AOR)->reg_id, 1);
}
END_TEST


START_TEST(a_dead_connection_takes_its_way_along)
{
	struct fakeflow *first = o.ff;

	(void)ask("c", 1, WAY "1\r\n");
	ck_assert_int_eq(fakeflow_alloc(&o.ff, FLOW_TCP, "192.0.2.1:5060",
					"198.51.100.7:40001", o.timers),
			 0);
	(void)ask("c", 2, WAY "2\r\n");
	ck_assert_uint_eq(location_count(o.loc), 2);
	flow_close(first->flow, 0);
	ck_assert_uint_eq(location_count(o.loc), 1);
	ck_assert_uint_eq(office_binding(&o, AOR)->reg_id, 2);
	mem_deref(first);
}
END_TEST


START_TEST(a_sips_contact_came_by_tls)
{
	static const char sips[] = "Contact: <sips:a@192.0.2.9>\r\n";

	ck_assert(office_is(ask("c", 1, sips), 400));
	ck_assert(office_is(ask("c", 2,
				"Contact: <sips:a@192.0.2.9>;expires=0"
				"\r\n"),
			    200));
	office_close(&o);
	office_open(&o, NULL, FLOW_WSS);
	ck_assert(office_is(ask("c", 1, sips), 200));
	ck_assert_str_eq(office_binding(&o, AOR)->contact, "sips:a@192.0.2.9");
}
END_TEST


static void add_rules(TCase *tc)
{
	test_table(tc, g1_never_6xx_and_no_record_route, wrongv);
	tcase_add_test(tc, g2_one_request_does_not_hurt_another);
	tcase_add_test(tc, g4_what_is_required_and_unknown_is_listed);
	test_table(tc, g5_an_address_that_is_none_of_ours_is_404, tov);
	test_table(tc, g6_an_address_has_one_name, spellingv);
	test_table(tc, g7_a_star_stands_alone_with_expires_0, starv);
	test_table(tc, g8_a_lifetime_has_an_order_and_bounds, expiresv);
	tcase_add_test(tc, g8_an_hour_is_always_long_enough);
	tcase_add_test(tc,
		       g8_lifetimes_are_scattered_but_not_below_the_minimum);
	tcase_add_test(tc, g9_contacts_are_compared_as_uris);
	tcase_add_test(tc, g10_all_or_nothing);
	tcase_add_test(tc, g11_a_200_lists_all_with_what_is_left_and_the_date);
	tcase_add_test(tc, g12_without_contact_it_is_a_query);
	test_table(tc, a_path_is_kept_in_order_and_echoed, pathv);
}


Suite *suite_registrar_rules(void);
Suite *suite_registrar_rules(void)
{
	Suite *s = suite_create("registrar_rules");
	TCase *tc = tcase_create("udp");

	tcase_add_checked_fixture(tc, setup, teardown);
	add_rules(tc);
	suite_add_tcase(s, tc);

	tc = tcase_create("tcp");
	tcase_add_checked_fixture(tc, setup_tcp, teardown);
	tcase_add_test(tc, a_service_route_is_told_on_demand);
	tcase_add_test(tc, several_ways_to_one_phone_live_side_by_side);
	tcase_add_test(tc, a_first_hop_without_outbound_is_439);
	tcase_add_test(tc, a_dead_connection_takes_its_way_along);
	tcase_add_test(tc, a_sips_contact_came_by_tls);
	suite_add_tcase(s, tc);

	return s;
}
