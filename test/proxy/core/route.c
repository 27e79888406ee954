/**
 * @file test/proxy/core/route.c  Which Routes are ours, and the cookie
 */
#include <string.h>
#include "common/addr.h"
#include "proxy/core/route.h"
#include "test/test.h"

enum { NOW_H = 480000 };

static const char invite[] = "INVITE %s SIP/2.0\r\n"
			     "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
			     "From: <sip:a@example.net>;tag=%s\r\n"
			     "To: <sip:b@example.net>%s\r\n"
			     "Call-ID: %s\r\n"
			     "CSeq: 1 INVITE\r\n"
			     "%s\r\n";


static struct message *make(const char *ruri, const char *from_tag,
			    const char *to, const char *callid,
			    const char *routes)
{
	static struct guard g;
	struct message *m = NULL;
	char buf[4096];

	ck_assert_int_gt(re_snprintf(buf, sizeof(buf), invite, ruri, from_tag,
				     to, callid, routes),
			 0);
	ck_assert_int_eq(
		message_decode(&m, &g, (const uint8_t *)buf, strlen(buf)), 0);

	return m;
}


static bool local(const struct sipuri *uri, void *arg)
{
	struct sa sa;

	struct sa us;
	(void)arg;

	ck_assert_int_eq(sa_set_str(&us, "203.0.113.1", 5060), 0);

	return !sipuri_addr(uri, &sa) && sa_cmp(&sa, &us, SA_ALL);
}


static const struct {
	const char *name;
	const char *ruri, *routes;
	int err;
	size_t skip;
	bool drop_last;
	const char *token, *next, *new_ruri;
} casev[] = {
	{"no Route", "sip:b@example.net", "", 0, 0, false, "", "", ""},
	{"ours is taken off", "sip:b@192.0.2.9",
	 "Route: <sip:203.0.113.1;lr;vd=abc>\r\n", 0, 1, false, "abc", "", ""},
	{"both of a double record are", "sip:b@192.0.2.9",
	 "Route: <sip:203.0.113.1;lr;vd=abc>,"
	 "<sip:203.0.113.1;transport=tcp;lr;vd=abc>\r\n",
	 0, 2, false, "abc", "", ""},
	{"the next one that is not ours stays", "sip:b@192.0.2.9",
	 "Route: <sip:203.0.113.1;lr>\r\nRoute: <sip:203.0.113.2;lr>\r\n", 0,
	 1, false, "", "<sip:203.0.113.2;lr>", ""},
	{"ours behind a foreign one is not taken", "sip:b@192.0.2.9",
	 "Route: <sip:203.0.113.2;lr>, <sip:203.0.113.1;lr;vd=abc>\r\n", 0, 0,
	 false, "", "<sip:203.0.113.2;lr>", ""},
	{"a strict router's request is repaired", "sip:203.0.113.1;lr;vd=abc",
	 "Route: <sip:203.0.113.2;lr>, <sip:b@192.0.2.9>\r\n", 0, 0, true,
	 "abc", "<sip:203.0.113.2;lr>", "sip:b@192.0.2.9"},
	{"our address without a token is no strict router", "sip:203.0.113.1",
	 "Route: <sip:203.0.113.2;lr>\r\n", 0, 0, false, "",
	 "<sip:203.0.113.2;lr>", ""},
	{"garbage", "sip:b@192.0.2.9", "Route: <sip:\r\n", EBADMSG, 0, false,
	 "", "", ""},
};


START_TEST(routes_are_read)
{
	struct message *m = make(casev[_i].ruri, "1", "", "c1",
				 casev[_i].routes);
	struct route_set rs;

	ck_assert_msg(route_process(&rs, m, local, NULL) == casev[_i].err,
		      "%s", casev[_i].name);
	if (!casev[_i].err) {
		ck_assert_msg(rs.skip == casev[_i].skip, "%s", casev[_i].name);
		ck_assert(rs.drop_last == casev[_i].drop_last);
		ck_assert_int_eq(pl_strcmp(&rs.token, casev[_i].token), 0);
		ck_assert_int_eq(pl_strcmp(&rs.next, casev[_i].next), 0);
		ck_assert_int_eq(pl_strcmp(&rs.ruri, casev[_i].new_ruri), 0);
	}
	mem_deref(m);
}
END_TEST


static void set_end(struct route_end *end, const char *local_addr,
		    const char *peer, enum flow_proto proto)
{
	end->phone = true;
	end->proto = proto;
	ck_assert_int_eq(sa_set_str(&end->local, local_addr, 5060), 0);
	ck_assert_int_eq(sa_set_str(&end->peer, peer, 1234), 0);
}


static void token(char *buf, const struct hash_key *key)
{
	struct route_token tok;
	struct pl callid = PL("c1"), tag = PL("one");

	memset(&tok, 0, sizeof(tok));
	tok.call = 0x1122334455667788ULL;
	set_end(&tok.endv[0], "203.0.113.1", "198.51.100.7", FLOW_TCP);
	set_end(&tok.endv[1], "2001:db8::1", "2001:db8::2", FLOW_UDP);
	ck_assert_int_eq(route_token_encode(buf, ROUTE_TOKEN_MAX, key, &tok,
					    NOW_H, &callid, &tag),
			 0);
}


START_TEST(token_survives_the_way)
{
	char buf[ROUTE_TOKEN_MAX];
	struct hash_key key;
	struct route_token tok;
	struct message *fwd, *rev;
	struct pl val;
	struct sa sa;
	int from = -1;

	hash_key_random(&key);
	token(buf, &key);
	pl_set_str(&val, buf);

	fwd = make("sip:x", "one", ";tag=two", "c1", "");
	ck_assert_int_eq(
		route_token_decode(&tok, &from, &key, &val, NOW_H, fwd), 0);
	ck_assert_int_eq(from, 0);
	ck_assert(tok.call == 0x1122334455667788ULL);
	ck_assert(tok.endv[0].phone && tok.endv[0].proto == FLOW_TCP);
	ck_assert_int_eq(sa_set_str(&sa, "198.51.100.7", 1234), 0);
	ck_assert(sa_cmp(&tok.endv[0].peer, &sa, SA_ALL));
	ck_assert_int_eq(sa_set_str(&sa, "2001:db8::2", 1234), 0);
	ck_assert(sa_cmp(&tok.endv[1].peer, &sa, SA_ALL));

	rev = make("sip:x", "two", ";tag=one", "c1", "");
	ck_assert_int_eq(
		route_token_decode(&tok, &from, &key, &val, NOW_H, rev), 0);
	ck_assert_int_eq(from, 1);

	mem_deref(fwd);
	mem_deref(rev);
}
END_TEST


START_TEST(a_token_knows_its_peer_and_the_shift_of_numbers)
{
	const struct pl callid = PL("c1"), tag = PL("one");
	char buf[ROUTE_TOKEN_MAX];
	struct hash_key key;
	struct route_token tok, got;
	struct message *m;
	struct pl val;
	int from;

	memset(&tok, 0, sizeof(tok));
	hash_key_random(&key);
	set_end(&tok.endv[0], "203.0.113.1", "198.51.100.7", FLOW_TCP);
	tok.endv[1].name = 0xdeadbeef;
	tok.shift = _i ? 2 : 0;
	ck_assert_int_eq(route_token_encode(buf, sizeof(buf), &key, &tok,
					    NOW_H, &callid, &tag),
			 0);
	pl_set_str(&val, buf);
	m = make("sip:x", "one", ";tag=two", "c1", "");
	ck_assert_int_eq(route_token_decode(&got, &from, &key, &val, NOW_H, m),
			 0);
	ck_assert(got.endv[0].phone && !got.endv[1].phone);
	ck_assert_uint_eq(got.endv[0].name, 0);
	ck_assert_uint_eq(got.endv[1].name, 0xdeadbeef);
	ck_assert_uint_eq(got.shift, tok.shift);
	mem_deref(m);
}
END_TEST


static const struct {
	const char *name;
	const char *from_tag, *to, *callid;
	int flip; /* octet of the text that is changed, -1: none */
	uint32_t later_h;
	int err;
} forgev[] = {
	{"another call's", "one", ";tag=two", "c2", -1, 0, EACCES},
	{"another dialog's", "uno", ";tag=two", "c1", -1, 0, EACCES},
	{"call number changed", "one", ";tag=two", "c1", 9, 0, EACCES},
	{"address changed", "one", ";tag=two", "c1", 25, 0, EACCES},
	{"MAC changed", "one", ";tag=two", "c1", -2, 0, EACCES},
	{"too old", "one", ";tag=two", "c1", -1, ROUTE_LIFETIME_H + 1,
	 ETIMEDOUT},
	{"as old as may be", "one", ";tag=two", "c1", -1, ROUTE_LIFETIME_H, 0},
};


START_TEST(forged_tokens_are_refused)
{
	char buf[ROUTE_TOKEN_MAX];
	struct hash_key key;
	struct route_token tok;
	struct message *m;
	struct pl val;
	int from;

	hash_key_random(&key);
	token(buf, &key);
	if (forgev[_i].flip >= 0)
		buf[forgev[_i].flip] ^= 1;
	else if (forgev[_i].flip == -2)
		buf[strlen(buf) - 3] = buf[strlen(buf) - 3] == 'A' ? 'B' : 'A';
	pl_set_str(&val, buf);

	m = make("sip:x", forgev[_i].from_tag, forgev[_i].to,
		 forgev[_i].callid, "");
	ck_assert_msg(route_token_decode(&tok, &from, &key, &val,
					 NOW_H + forgev[_i].later_h,
					 m) == forgev[_i].err,
		      "%s", forgev[_i].name);
	mem_deref(m);
}
END_TEST


START_TEST(no_token_at_all)
{
	static const char *const textv[] = {"", "a", "AAAA", "%%%%%%%%%%%%",
					    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	struct message *m = make("sip:x", "one", "", "c1", "");
	struct hash_key key;
	struct route_token tok;
	struct pl val;
	int from;

	hash_key_random(&key);
	for (size_t i = 0; i < ARRAY_SIZE(textv); i++) {
		pl_set_str(&val, textv[i]);
		ck_assert_int_eq(
			route_token_decode(&tok, &from, &key, &val, NOW_H, m),
			EBADMSG);
	}
	mem_deref(m);
}
END_TEST


static const struct {
	enum flow_proto proto;
	bool sips;
	const char *text;
} protov[] = {
	{FLOW_UDP, false, "<sip:203.0.113.1:5060;lr;vd=x>"},
	{FLOW_TCP, false, "<sip:203.0.113.1:5060;transport=tcp;lr;vd=x>"},
	{FLOW_TLS, false, "<sip:203.0.113.1:5060;transport=tls;lr;vd=x>"},
	{FLOW_WS, false, "<sip:203.0.113.1:5060;transport=ws;lr;vd=x>"},
	{FLOW_WSS, false, "<sip:203.0.113.1:5060;transport=ws;lr;vd=x>"},
	{FLOW_TLS, true, "<sips:203.0.113.1:5060;lr;vd=x>"},
	{FLOW_WSS, true, "<sips:203.0.113.1:5060;transport=ws;lr;vd=x>"},
	/* what is not encrypted cannot say that it is */
	{FLOW_TCP, true, "<sip:203.0.113.1:5060;transport=tcp;lr;vd=x>"},
};

START_TEST(record_route_names_the_transport_of_its_side)
{
	char buf[ROUTE_VALUE_MAX];
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, "203.0.113.1", 5060), 0);
	ck_assert_int_eq(route_record(buf, sizeof(buf), &sa, protov[_i].proto,
				      protov[_i].sips, "x"),
			 0);
	ck_assert_str_eq(buf, protov[_i].text);
}
END_TEST


START_TEST(record_route_reads_as_ours)
{
	char buf[ROUTE_VALUE_MAX], line[ROUTE_VALUE_MAX + 16];
	struct message *m;
	struct route_set rs;
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, "203.0.113.1", 5060), 0);
	ck_assert_int_eq(route_record(buf, sizeof(buf), &sa, FLOW_TCP, false,
				      "tok-en_1"),
			 0);
	ck_assert_str_eq(
		buf, "<sip:203.0.113.1:5060;transport=tcp;lr;vd=tok-en_1>");
	ck_assert_int_gt(re_snprintf(line, sizeof(line), "Route: %s\r\n", buf),
			 0);
	m = make("sip:x", "one", "", "c1", line);
	ck_assert_int_eq(route_process(&rs, m, local, NULL), 0);
	ck_assert_int_eq(pl_strcmp(&rs.token, "tok-en_1"), 0);
	mem_deref(m);

	ck_assert_int_eq(route_record(buf, 20, &sa, FLOW_UDP, false, "x"),
			 ENOSPC);
}
END_TEST


Suite *suite_route(void);
Suite *suite_route(void)
{
	Suite *s = suite_create("route");
	TCase *tc = tcase_create("route");

	test_table(tc, routes_are_read, casev);
	tcase_add_test(tc, token_survives_the_way);
	tcase_add_loop_test(
		tc, a_token_knows_its_peer_and_the_shift_of_numbers, 0, 2);
	test_table(tc, forged_tokens_are_refused, forgev);
	tcase_add_test(tc, no_token_at_all);
	test_table(tc, record_route_names_the_transport_of_its_side, protov);
	tcase_add_test(tc, record_route_reads_as_ours);
	suite_add_tcase(s, tc);

	return s;
}
