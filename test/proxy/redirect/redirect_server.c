/**
 * @file test/proxy/redirect/redirect_server.c  302, 404, and who announces
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "proxy/redirect/redirect_server.h"
#include "proxy/sip/agent.h"
#include "proxy/user/digest.h"


static struct timers *timers;
static struct stack server, proxy;
static struct redirect_server *rs;
static struct agent *agent;
static struct config_peer peer;
static struct message *resp;
static uint32_t cseq;

#define BOB    "<sip:bob@example.net>"
#define PROXY1 "Contact: <sip:bob@192.0.2.1>\r\n"


static void request_handler(struct message *req, void *arg)
{
	(void)arg;
	redirect_server_request(rs, req, &peer);
}


static void setup(void)
{
	const struct hash_key key = {{1}};
	static struct config cfg;

	memset(&peer, 0, sizeof(peer));
	str_ncpy(peer.name, "proxy1", sizeof(peer.name));
	cseq = 0;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	stack_open(&server, timers, "127.0.0.2", request_handler, NULL);
	stack_open(&proxy, timers, "127.0.0.1", NULL, NULL);
	ck_assert_int_eq(agent_alloc(&agent, proxy.tp, proxy.txns, &key), 0);
	ck_assert_int_eq(redirect_server_alloc(&rs, &cfg, &key, server.tp,
					       server.txns, timers, NULL,
					       NULL),
			 0);
}


static void teardown(void)
{
	resp = mem_deref(resp);
	rs = mem_deref(rs);
	agent = mem_deref(agent);
	stack_close(&proxy);
	stack_close(&server);
	timers = mem_deref(timers);
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *msg, void *arg)
{
	(void)ct;
	(void)arg;
	ck_assert_int_eq(err, 0);
	resp = mem_ref(msg);
}


static bool answered(void *arg)
{
	(void)arg;

	return resp != NULL;
}


static uint16_t ask(const char *met, const char *ruri, const char *to,
		    const char *extra)
{
	const struct config_addr addr = stack_server(&server);
	struct build_request rq = {.met = met};
	struct client_txn *ct = NULL;
	struct flow *flow = NULL;
	struct sa sentby;

	resp = mem_deref(resp);
	rq.cseq = ++cseq;
	pl_set_str(&rq.ruri, ruri);
	pl_set_str(&rq.from, "<sip:viaduct@127.0.0.1>;tag=1");
	pl_set_str(&rq.to, to);
	pl_set_str(&rq.callid, "call-1");
	rq.extra = extra;
	ck_assert_int_eq(agent_flow(&flow, &sentby, agent, &addr), 0);
	ck_assert_int_eq(
		agent_send(&ct, agent, flow, &rq, response_handler, NULL), 0);
	stack_run(timers, answered, NULL);
	client_txn_forget(ct);
	mem_deref(ct);
	mem_deref(flow);

	return resp->scode;
}


static uint16_t announce(const char *extra)
{
	return ask("REGISTER", "sip:127.0.0.2", BOB, extra);
}


static uint16_t invite(void)
{
	return ask("INVITE", "sip:bob@EXAMPLE.net;x=y", BOB, NULL);
}


static bool has_contact(const char *text)
{
	const struct hdr *h = message_hdr(resp, HDR_CONTACT);

	return h && !pl_strcmp(&h->val, text);
}


START_TEST(an_unknown_user_is_404)
{
	ck_assert_uint_eq(invite(), 404);
	ck_assert_uint_gt(resp->to_tag.l, 0);
}
END_TEST


START_TEST(an_announced_user_is_302)
{
	ck_assert_uint_eq(announce(PROXY1 "Expires: 600\r\n"), 200);
	ck_assert(has_contact("<sip:bob@192.0.2.1>;expires=600"));
	ck_assert_uint_eq(redirect_server_users(rs), 1);
	ck_assert_uint_eq(invite(), 302);
	ck_assert_ptr_nonnull(message_hdr(resp, HDR_CONTACT));
}
END_TEST


START_TEST(an_announcement_runs_out)
{
	ck_assert_uint_eq(announce(PROXY1 "Expires: 60\r\n"), 200);
	timers_advance(timers, 60000);
	ck_assert_uint_eq(invite(), 404);
}
END_TEST


START_TEST(the_newest_of_two_proxies_is_named_first)
{
	struct pl val;

	ck_assert_uint_eq(announce(PROXY1), 200);
	str_ncpy(peer.name, "proxy2", sizeof(peer.name));
	ck_assert_uint_eq(announce("m: <sip:bob@192.0.2.2>;expires=90\r\n"),
			  200);
	ck_assert_uint_eq(invite(), 302);
	ck_assert_int_eq(message_value(resp, HDR_CONTACT, 0, &val), 0);
	ck_assert_int_eq(
		pl_strcmp(&val, "<sip:bob@192.0.2.2>;expires=89") &&
			pl_strcmp(&val, "<sip:bob@192.0.2.2>;expires=90"),
		0);
	ck_assert_int_eq(message_value(resp, HDR_CONTACT, 1, &val), 0);
}
END_TEST


static const struct {
	const char *lines;
	uint16_t scode;
	uint32_t users; /* after it */
} registerv[] = {
	{"", 200, 1},
	{PROXY1 "Expires: 0\r\n", 200, 0},
	{"Contact: <sip:bob@192.0.2.1>;expires=0\r\n", 200, 0},
	{"Contact: <sip:bob@192.0.2.9>;expires=0\r\n", 200, 1},
	{"Contact: *\r\nExpires: 0\r\n", 200, 0},
	{"Contact: *\r\n", 400, 1},
	{"Contact: *\r\nExpires: 10\r\n", 400, 1},
	{"Contact: *, <sip:bob@192.0.2.1>\r\nExpires: 0\r\n", 400, 1},
	{PROXY1 "Expires: 59\r\n", 423, 1},
	{"Contact: <tel:+491234>\r\n", 400, 1},
	{"Contact: <sip:bob@192.0.2.2>, <tel:+491234>\r\n", 400, 1},
	{PROXY1 "Expires: 4294967295\r\n", 200, 1},
	{PROXY1 "Expires: nonsense\r\n", 200, 1},
};


START_TEST(a_register_does_what_rfc_3261_says)
{
	ck_assert_uint_eq(announce(PROXY1), 200);
	ck_assert_uint_eq(announce(registerv[_i].lines), registerv[_i].scode);
	ck_assert_uint_eq(redirect_server_users(rs), registerv[_i].users);
	if (registerv[_i].scode == 423)
		ck_assert_ptr_nonnull(message_hdr(resp, HDR_MIN_EXPIRES));
}
END_TEST


START_TEST(another_peer_cannot_take_a_user_away)
{
	ck_assert_uint_eq(announce(PROXY1), 200);
	str_ncpy(peer.name, "proxy2", sizeof(peer.name));
	ck_assert_uint_eq(announce(PROXY1 "Expires: 0\r\n"), 403);
	ck_assert_uint_eq(announce("Contact: *\r\nExpires: 0\r\n"), 200);
	ck_assert_uint_eq(invite(), 302);
}
END_TEST


START_TEST(an_old_register_changes_nothing)
{
	ck_assert_uint_eq(announce(PROXY1), 200);
	cseq = 0;
	ck_assert_uint_eq(announce(PROXY1 "Expires: 0\r\n"), 500);
	ck_assert_uint_eq(redirect_server_users(rs), 1);
}
END_TEST


START_TEST(a_dialog_that_never_was_is_481)
{
	ck_assert_uint_eq(announce(PROXY1), 200);
	ck_assert_uint_eq(
		ask("INVITE", "sip:bob@example.net", BOB ";tag=9", NULL), 481);
}
END_TEST


/* the answer to the challenge in resp */
static uint16_t announce_with(const char *secret)
{
	char value[512], lines[700];
	struct digest_challenge ch;
	const struct pl met = PL("REGISTER"), uri = PL("sip:127.0.0.2");

	ck_assert_int_eq(
		digest_challenge_decode(
			&ch, &message_hdr(resp, HDR_WWW_AUTHENTICATE)->val),
		0);
	ck_assert_int_eq(digest_authorize(value, sizeof(value), &ch, "proxy1",
					  secret, &met, &uri, 1, "c0ffee"),
			 0);
	(void)snprintf(lines, sizeof(lines), "%sAuthorization: %s\r\n", PROXY1,
		       value);

	return announce(lines);
}


START_TEST(a_peer_with_a_secret_has_to_know_it)
{
	str_ncpy(peer.secret, "s3cret", sizeof(peer.secret));
	ck_assert_uint_eq(announce(PROXY1), 401);
	ck_assert_uint_eq(announce_with("guess"), 401);
	ck_assert_uint_eq(redirect_server_users(rs), 0);
	ck_assert_uint_eq(announce_with("s3cret"), 200);
	ck_assert_uint_eq(redirect_server_users(rs), 1);
	ck_assert_uint_eq(txns_servers(server.txns), 1);
}
END_TEST


START_TEST(no_memory_is_said)
{
	const struct hash_key key = {{1}};
	static struct config cfg;
	struct redirect_server *x = NULL;
	int n, err = ENOMEM;

	for (n = 0; err; n++) {
		oom_after(n);
		err = redirect_server_alloc(&x, &cfg, &key, server.tp,
					    server.txns, timers, NULL, NULL);
		oom_after(-1);
		ck_assert(!err || (err == ENOMEM && !x));
	}
	ck_assert_int_gt(n, 1);
	mem_deref(x);
}
END_TEST


START_TEST(no_memory_in_a_request_is_survived)
{
	static const char *const metv[] = {"REGISTER", "INVITE"};
	char text[1024];

	for (int i = 0; i < 60; i++) {
		const char *met = metv[i & 1];
		struct message *m;

		(void)snprintf(
			text, sizeof(text),
			"%s sip:bob@example.net SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK%d\r\n"
			"From: <sip:a@127.0.0.1>;tag=1\r\n"
			"To: <sip:bob@example.net>\r\n"
			"Call-ID: %d\r\nCSeq: %d %s\r\n" PROXY1
			"Content-Length: 0\r\n\r\n",
			met, i, i, i + 1, met);
		m = stack_message(&server, &proxy.addr, text);
		oom_after(i / 2);
		redirect_server_request(rs, m, &peer);
		oom_after(-1);
		mem_deref(m);
	}
	ck_assert_uint_eq(redirect_server_users(rs), 1);
}
END_TEST


Suite *suite_redirect_server(void);
Suite *suite_redirect_server(void)
{
	Suite *s = suite_create("redirect_server");
	TCase *tc = tcase_create("redirect_server");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_unknown_user_is_404);
	tcase_add_test(tc, an_announced_user_is_302);
	tcase_add_test(tc, an_announcement_runs_out);
	tcase_add_test(tc, the_newest_of_two_proxies_is_named_first);
	test_table(tc, a_register_does_what_rfc_3261_says, registerv);
	tcase_add_test(tc, another_peer_cannot_take_a_user_away);
	tcase_add_test(tc, an_old_register_changes_nothing);
	tcase_add_test(tc, a_dialog_that_never_was_is_481);
	tcase_add_test(tc, a_peer_with_a_secret_has_to_know_it);
	tcase_add_test(tc, no_memory_is_said);
	tcase_add_test(tc, no_memory_in_a_request_is_survived);
	suite_add_tcase(s, tc);

	return s;
}
