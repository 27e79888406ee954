/**
 * @file test/proxy/core/dialog_state.c  What it takes to speak to a call's ends
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "proxy/core/dialog_table.h"
#include "test/mock/decoded.h"
#include "test/test.h"

enum { CALL = 4711, TEXT_MAX = 8192 };

static struct dialog_table *table;
static struct dialogs *ds;
static struct message *req, *resp;
static const struct route_token tok = {.call = CALL, .shift = 1};


static bool local_handler(const struct sipuri *uri, void *arg)
{
	(void)arg;

	return !pl_strcmp(&uri->host, "us.example");
}


static void setup(void)
{
	static const struct pl callid = PL("c1");

	ck_assert_int_eq(dialog_table_alloc(&table), 0);
	ck_assert_int_eq(dialogs_get(&ds, table, CALL, &callid), 0);
}


static void teardown(void)
{
	req = mem_deref(req);
	resp = mem_deref(resp);
	ds = mem_deref(ds);
	table = mem_deref(table);
}


/* lines: whole ones; tag: of To */
static struct message *request(const char *met, unsigned cseq,
			       const char *lines, const char *from_tag,
			       const char *to_tag)
{
	char text[TEXT_MAX];

	(void)snprintf(text, sizeof(text),
		       "%s sip:b@192.0.2.2 SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
		       "From: \"A\" <sip:a@example.net>;tag=%s\r\n"
		       "To: <sip:b@example.net>%s%s\r\nCall-ID: c1\r\n"
		       "CSeq: %u %s\r\n%s\r\n",
		       met, from_tag, to_tag[0] ? ";tag=" : "", to_tag, cseq,
		       met, lines);

	return decoded(text);
}


static struct message *response(unsigned cseq, const char *lines,
				const char *to_tag)
{
	char text[TEXT_MAX];

	(void)snprintf(text, sizeof(text),
		       "SIP/2.0 200 OK\r\n"
		       "Via: SIP/2.0/UDP us.example;branch=z9hG4bK2\r\n"
		       "From: \"A\" <sip:a@example.net>;tag=a\r\n"
		       "To: <sip:b@example.net>;tag=%s\r\nCall-ID: c1\r\n"
		       "CSeq: %u INVITE\r\n%s\r\n",
		       to_tag, cseq, lines);

	return decoded(text);
}


static struct dialog_step step(int from, uint32_t shift)
{
	const struct dialog_step s = {
		.req = req,
		.resp = resp,
		.tok = &tok,
		.from = from,
		.shift = shift,
		.uri = "sip:b@198.51.100.2",
		.localh = local_handler,
	};

	return s;
}


static int confirm(const char *req_lines, const char *resp_lines,
		   const char *tag)
{
	struct dialog_step s;

	mem_deref(req);
	mem_deref(resp);
	req = request("INVITE", 5, req_lines, "a", "");
	resp = response(6, resp_lines, tag);
	s = step(0, 1);

	return dialogs_confirm(ds, &s);
}


static const struct dialog *first(void)
{
	return list_ledata(ds->dialogl.head);
}


#define A       "Contact: <sip:a@192.0.2.1>;expires=5\r\n"
#define B       "Contact: \"B\" <sip:b@192.0.2.2:5070;transport=tcp>\r\n"
#define OURS(n) "Record-Route: <sip:us.example;lr;vd=" n ">\r\n"


static const struct {
	const char *req, *resp;  /* lines */
	const char *to_a, *to_b; /* routes */
} routev[] = {
	{"", OURS("1"), "", ""},
	/* nearest to us first, on both sides */
	{"Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\n",
	 "Record-Route: <sip:p4;lr>\r\nRecord-Route: "
	 "<sip:p3;lr;x=3>\r\n" OURS(
		 "1") "Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\n",
	 "Route: <sip:p2;lr>\r\nRoute: <sip:p1;lr>\r\n",
	 "Route: <sip:p3;lr;x=3>\r\nRoute: <sip:p4;lr>\r\n"},
	/* two of ours: the transport changes on the way */
	{"Record-Route: <sip:p1;lr>\r\n",
	 "Record-Route: <sip:p3;lr>\r\n" OURS("1")
		 OURS("1") "Record-Route: <sip:p1;lr>\r\n",
	 "Route: <sip:p1;lr>\r\n", "Route: <sip:p3;lr>\r\n"},
	/* the call passes us twice: what is seen at the first pass ... */
	{"",
	 "Record-Route: <sip:p4;lr>\r\n" OURS(
		 "2") "Record-Route: <sip:p3;lr>\r\n" OURS("1"),
	 "",
	 "Route: <sip:p3;lr>\r\nRoute: <sip:us.example;lr;vd=2>\r\n"
	 "Route: <sip:p4;lr>\r\n"},
	/* ... and at the second */
	{"Record-Route: <sip:p3;lr>\r\n" OURS("1"),
	 "Record-Route: <sip:p4;lr>\r\n" OURS(
		 "2") "Record-Route: <sip:p3;lr>\r\n" OURS("1"),
	 "Route: <sip:p3;lr>\r\nRoute: <sip:us.example;lr;vd=1>\r\n",
	 "Route: <sip:p4;lr>\r\n"},
	/* who hides the topology before us has taken his own out */
	{"Record-Route: <sip:p1;lr>\r\n",
	 "Record-Route: <sip:p3;lr>\r\n" OURS("1"), "Route: <sip:p1;lr>\r\n",
	 "Route: <sip:p3;lr>\r\n"},
};


START_TEST(rfc3261_12_1_route_sets_begin_next_to_us)
{
	char reqs[1024], resps[1024];

	(void)snprintf(reqs, sizeof(reqs), A "%s", routev[_i].req);
	(void)snprintf(resps, sizeof(resps), B "%s", routev[_i].resp);
	ck_assert_int_eq(confirm(reqs, resps, "b"), 0);
	ck_assert_str_eq(first()->endv[0].routes, routev[_i].to_a);
	ck_assert_str_eq(first()->endv[1].routes, routev[_i].to_b);
}
END_TEST


START_TEST(a_2xx_tells_of_both_ends)
{
	ck_assert_int_eq(confirm(A, B OURS("1"), "b"), 0);
	ck_assert_ptr_eq(dialogs_find(table, CALL), ds);
	ck_assert_str_eq(first()->endv[0].name,
			 "\"A\" <sip:a@example.net>;tag=a");
	ck_assert_str_eq(first()->endv[1].name, "<sip:b@example.net>;tag=b");
	ck_assert_str_eq(first()->endv[0].target, "sip:a@192.0.2.1");
	ck_assert_str_eq(first()->endv[1].target,
			 "sip:b@192.0.2.2:5070;transport=tcp");

	/* as each end counts: that of the INVITE left one higher */
	ck_assert_uint_eq(dialogs_cseq(ds, 0), 7);
	ck_assert_uint_eq(dialogs_cseq(ds, 0), 8);
	ck_assert_uint_eq(dialogs_cseq(ds, 1), 1);

	/* a repeated one is the same */
	ck_assert_int_eq(confirm(A, B OURS("1"), "b"), EALREADY);
	ck_assert_uint_eq(list_count(&ds->dialogl), 1);
}
END_TEST


static const struct {
	const char *req, *resp;
	int err;
} oddv[] = {
	/* no Contact in the 2xx: as the INVITE went */
	{A, OURS("1"), 0},
	{"", B OURS("1"), ENOENT},
	{"Contact: *\r\n", B OURS("1"), 0},
	{A "Record-Route: <sip:p1;lr>,\r\n <sip:p2;lr>\r\n", B OURS("1"), 0},
	{A "Record-Route: <sip:p1;lr\r\n >\r\n", B OURS("1"), EBADMSG},
	{A "Record-Route: <sip:p1\r\n ;lr>\r\n", B OURS("1"), EBADMSG},
};


START_TEST(what_cannot_be_said_again_is_not_known)
{
	const int err = confirm(oddv[_i].req, oddv[_i].resp, "b");

	/* "*" is whatever the parser takes it for */
	if (strstr(oddv[_i].req, "*"))
		ck_assert(err == 0 || err == ENOENT);
	else
		ck_assert_int_eq(err, oddv[_i].err);
	ck_assert_uint_eq(list_count(&ds->dialogl), err ? 0 : 1);
}
END_TEST


START_TEST(a_call_keeps_no_more_than_it_may)
{
	char route[TEXT_MAX / 2], uri[DIALOG_URI_MAX + 200], tag[4] = "t0";

	memset(uri, 'x', sizeof(uri) - 1);
	uri[sizeof(uri) - 1] = '\0';
	(void)snprintf(route, sizeof(route), "Contact: <sip:%s@x>\r\n", uri);
	ck_assert_int_eq(confirm(route, B, "b"), E2BIG);

	(void)snprintf(route, sizeof(route), A);
	while (strlen(route) < DIALOG_ROUTES_MAX + 900)
		strcat(route,
		       "Record-Route: <sip:a-long-name.example;lr>\r\n");
	ck_assert_int_eq(confirm(route, B, "b"), E2BIG);

	for (; tag[1] < '0' + DIALOGS_MAX; tag[1]++)
		ck_assert_int_eq(confirm(A, B, tag), 0);
	ck_assert_int_eq(confirm(A, B, tag), ENOSPC);
}
END_TEST


START_TEST(a_request_counts_even_before_the_2xx)
{
	struct dialog_step s;

	req = request("PRACK", 9, "", "a", "b");
	s = step(0, 1);
	ck_assert_int_eq(dialogs_request(ds, &s), ENOENT);
	ck_assert_int_eq(confirm(A, B, "b"), 0);
	ck_assert_uint_eq(dialogs_cseq(ds, 0), 11);

	mem_deref(req);
	req = request("INFO", 300, "", "b", "a");
	s = step(1, 0);
	ck_assert_int_eq(dialogs_request(ds, &s), 0);
	ck_assert_uint_eq(dialogs_cseq(ds, 1), 301);

	/* a lower one changes nothing, the highest is the end */
	mem_deref(req);
	req = request("INFO", 7, "", "b", "a");
	s = step(1, 0);
	ck_assert_int_eq(dialogs_request(ds, &s), 0);
	ck_assert_uint_eq(dialogs_cseq(ds, 1), 302);
	ds->cseqv[1] = INT32_MAX;
	ck_assert_uint_eq(dialogs_cseq(ds, 1), INT32_MAX);
}
END_TEST


static const struct {
	int from; /* who sends the INVITE in the dialog */
	const char *a, *b;
} refreshv[] = {
	{0, "sip:new@192.0.2.10", "sip:newer@192.0.2.20"},
	{1, "sip:newer@192.0.2.20", "sip:new@192.0.2.10"},
};


START_TEST(rfc3261_12_2_targets_are_refreshed)
{
	const int from = refreshv[_i].from;
	struct dialog_step s;

	ck_assert_int_eq(confirm(A, B, "b"), 0);
	mem_deref(req);
	mem_deref(resp);
	req = request("INVITE", 20, "Contact: <sip:new@192.0.2.10>\r\n",
		      from ? "b" : "a", from ? "a" : "b");
	resp = response(20, "Contact: <sip:newer@192.0.2.20>\r\n", "b");
	s = step(from, 0);
	ck_assert_int_eq(dialogs_request(ds, &s), 0);
	ck_assert_str_eq(first()->endv[0].target, "sip:a@192.0.2.1");
	ck_assert_int_eq(dialogs_refresh(ds, &s), 0);
	ck_assert_str_eq(first()->endv[0].target, refreshv[_i].a);
	ck_assert_str_eq(first()->endv[1].target, refreshv[_i].b);
}
END_TEST


/* after a restart: its Routes are those behind us, the sender is next to us */
START_TEST(an_unknown_dialog_is_learned_from_an_invite)
{
	const struct dialog *d;
	struct dialog_step s;
	struct pl val;

	req = request("INVITE", 20,
		      "Contact: <sip:b@192.0.2.2>\r\n"
		      "Route: <sip:us.example;lr;vd=1>, <sip:p1;lr>\r\n"
		      "Route: <sip:p0;lr>\r\n",
		      "b", "a");
	s = step(1, 0);
	ck_assert_int_eq(message_value(req, HDR_ROUTE, 1, &val), 0);
	s.routes = val;
	ck_assert_int_eq(dialogs_request(ds, &s), 0);
	d = first();
	ck_assert_str_eq(d->tag, "b");
	ck_assert_str_eq(d->endv[0].name, "<sip:b@example.net>;tag=a");
	ck_assert_str_eq(d->endv[0].target, "sip:b@198.51.100.2");
	ck_assert_str_eq(d->endv[0].routes,
			 "Route: <sip:p1;lr>\r\nRoute: <sip:p0;lr>\r\n");
	ck_assert_str_eq(d->endv[1].target, "sip:b@192.0.2.2");
	ck_assert_ptr_null(d->endv[1].routes);
	ck_assert_uint_eq(dialogs_cseq(ds, 1), 21);

	/* nobody knows how far she has come */
	ck_assert_uint_gt(dialogs_cseq(ds, 0), 1 << 30);
}
END_TEST


START_TEST(the_last_bye_ends_the_call)
{
	const struct pl b = PL("b"), c = PL("c"), x = PL("x");

	ck_assert_int_eq(confirm(A, B, "b"), 0);
	ck_assert_int_eq(confirm(A, B, "c"), 0);
	ck_assert(!dialogs_over(ds, &x));
	ck_assert(!dialogs_over(ds, &b));
	ck_assert(!dialogs_over(ds, &b));
	ck_assert(dialogs_over(ds, &c));
	ck_assert(dialogs_over(NULL, &c));
}
END_TEST


START_TEST(a_table_may_go_first)
{
	const struct pl callid = PL("c1");
	struct dialogs *again = NULL;

	ck_assert_int_eq(dialogs_get(&again, table, CALL, &callid), EALREADY);
	ck_assert_ptr_eq(again, ds);
	ck_assert_int_eq(dialogs_get(&again, table, 0, &callid), ENOENT);
	ck_assert_ptr_null(dialogs_find(table, CALL + 1));
	table = mem_deref(table);
	ck_assert_int_eq(confirm(A, B, "b"), 0);
}
END_TEST


START_TEST(without_memory_a_dialog_is_not_known)
{
	int n = 0, err;

	do {
		const struct pl none = PL("b");

		(void)dialogs_over(ds, &none);
		req = mem_deref(req);
		resp = mem_deref(resp);
		req = request("INVITE", 5, A, "a", "");
		resp = response(6, B, "b");
		oom_after(n++);
		{
			const struct dialog_step s = step(0, 1);

			err = dialogs_confirm(ds, &s);
		}
		oom_after(-1);
		ck_assert_uint_eq(list_count(&ds->dialogl), err ? 0 : 1);
	} while (err == ENOMEM && n < 20);
	ck_assert_int_eq(err, 0);
}
END_TEST


Suite *suite_dialog_state(void);
Suite *suite_dialog_state(void)
{
	Suite *s = suite_create("dialog_state");
	TCase *tc = tcase_create("dialog_state");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, rfc3261_12_1_route_sets_begin_next_to_us, routev);
	tcase_add_test(tc, a_2xx_tells_of_both_ends);
	test_table(tc, what_cannot_be_said_again_is_not_known, oddv);
	tcase_add_test(tc, a_call_keeps_no_more_than_it_may);
	tcase_add_test(tc, a_request_counts_even_before_the_2xx);
	test_table(tc, rfc3261_12_2_targets_are_refreshed, refreshv);
	tcase_add_test(tc, an_unknown_dialog_is_learned_from_an_invite);
	tcase_add_test(tc, the_last_bye_ends_the_call);
	tcase_add_test(tc, a_table_may_go_first);
	tcase_add_test(tc, without_memory_a_dialog_is_not_known);
	suite_add_tcase(s, tc);

	return s;
}
