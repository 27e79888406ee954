/**
 * @file test/proxy/sip/server_txn.c  Server transactions on a virtual clock
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "test/mock/sipmsg.h"
#include "proxy/sip/server_txn.h"


#define B      "z9hG4bK-one"
#define SENTBY "198.51.100.7:1024"

enum { START_MS = 777000, NEVER = -1, SENDS_MAX = 16, FOREVER_MS = 200000 };

static const struct txn_conf conf = {
	.t1 = 500, .t2 = 4000, .t4 = 5000, .timer_c = 185000, .max = 4};

static struct timers *timers;
static struct txns *txns;
static struct fakeflow *ff;
static int up; /* requests that went up to the core */

static struct {
	int eventv[8]; /* how often each came */
	uint64_t gone_at;
	bool drop; /* drop the reference inside each event */
	struct server_txn *st;
} seen;


static void request_handler(struct message *req, void *arg)
{
	(void)req;
	(void)arg;
	++up;
}


static void event_handler(struct server_txn *st, enum server_txn_event ev,
			  const struct message *msg, void *arg)
{
	(void)arg;

	++seen.eventv[ev];
	if (ev == SERVER_TXN_CANCEL)
		ck_assert(message_is(msg, "CANCEL"));
	if (ev == SERVER_TXN_ACK)
		ck_assert(message_is(msg, "ACK"));
	if (ev == SERVER_TXN_GONE)
		seen.gone_at = timers_now(timers) - START_MS;
	if (seen.drop && seen.st == st)
		seen.st = mem_deref(seen.st);
}


static void open_flow(enum flow_proto proto)
{
	ff = mem_deref(ff);
	ck_assert_int_eq(fakeflow_alloc(&ff, proto, "192.0.2.1:5060",
					"198.51.100.7:1024", timers),
			 0);
}


static void setup(void)
{
	memset(&seen, 0, sizeof(seen));
	up = 0;
	ck_assert_int_eq(timers_alloc_virtual(&timers, START_MS), 0);
	ck_assert_int_eq(txns_alloc(&txns, timers, NULL, NULL, &conf,
				    request_handler, NULL, NULL),
			 0);
	open_flow(FLOW_UDP);
}


static void teardown(void)
{
	oom_after(-1);
	seen.st = mem_deref(seen.st);
	txns = mem_deref(txns);
	ff = mem_deref(ff);
	timers = mem_deref(timers);
}


static void begin(const char *met, const char *branch)
{
	struct message *req = sipmsg_request(ff->flow, met, SENTBY, branch,
					     "");

	ck_assert_int_eq(
		server_txn_alloc(&seen.st, txns, req, event_handler, NULL), 0);
	mem_deref(req);
}


static void input_from(const char *met, const char *sentby, const char *branch,
		       const char *to_tag)
{
	struct message *m = sipmsg_request(ff->flow, met, sentby, branch,
					   to_tag);

	txns_input(txns, m);
	mem_deref(m);
}


static void input(const char *met, const char *branch)
{
	input_from(met, SENTBY, branch, "");
}


static uint64_t sent_at(size_t n)
{
	return ff->sentv[n].at - START_MS;
}


static const struct {
	const char *name;
	enum flow_proto proto;
	const char *met;
	uint16_t scode;
	int ack_at; /* NEVER */
	size_t sends;
	uint32_t atv[SENDS_MAX];
	uint64_t gone_at;
	int timeouts, acks;
} timev[] = {
	{"G, H",
	 FLOW_UDP,
	 "INVITE",
	 486,
	 NEVER,
	 11,
	 {0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500},
	 32000,
	 1,
	 0},
	{"I", FLOW_UDP, "INVITE", 486, 1000, 2, {0, 500}, 6000, 0, 1},
	{"H, stream", FLOW_TCP, "INVITE", 603, NEVER, 1, {0}, 32000, 1, 0},
	{"I is 0", FLOW_TCP, "INVITE", 302, 1000, 1, {0}, 1000, 0, 1},
	{"L", FLOW_UDP, "INVITE", 200, NEVER, 1, {0}, 32000, 0, 0},
	{"L, stream", FLOW_TCP, "INVITE", 200, NEVER, 1, {0}, 32000, 0, 0},
	{"L, ACK goes up", FLOW_UDP, "INVITE", 200, 100, 1, {0}, 32000, 0, 0},
	{"J", FLOW_UDP, "OPTIONS", 200, NEVER, 1, {0}, 32000, 0, 0},
	{"J is 0", FLOW_TCP, "OPTIONS", 404, NEVER, 1, {0}, 0, 0, 0},
};

START_TEST(each_timer_fires_at_its_time)
{
	open_flow(timev[_i].proto);
	begin(timev[_i].met, B);
	ck_assert_int_eq(
		server_txn_reply(seen.st, timev[_i].scode, NULL, NULL), 0);
	ck_assert(server_txn_final(seen.st));
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 0);
	if (timev[_i].ack_at != NEVER) {
		timers_advance(timers, (uint64_t)timev[_i].ack_at);
		input("ACK", B);
	}
	timers_advance(timers, FOREVER_MS);
	ck_assert_uint_eq(ff->sentc, timev[_i].sends);
	for (size_t i = 0; i < ff->sentc; i++)
		ck_assert_uint_eq(sent_at(i), timev[_i].atv[i]);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 1);
	ck_assert_uint_eq(seen.gone_at, timev[_i].gone_at);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_TIMEOUT], timev[_i].timeouts);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ACK], timev[_i].acks);
	ck_assert_int_eq(up, timev[_i].ack_at != NEVER && !timev[_i].acks);
	ck_assert_uint_eq(txns_servers(txns), 0);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), EALREADY);
}
END_TEST


/* what was sent before, then one retransmission: how many sends more */
static const struct {
	const char *met;
	uint16_t scode; /* 0: nothing sent */
	bool ack;
	size_t more;
	const char *text;
} repeatv[] = {
	{"INVITE", 0, false, 0, ""},
	{"INVITE", 100, false, 1, "SIP/2.0 100 "},
	{"INVITE", 180, false, 1, "SIP/2.0 180 "},
	{"INVITE", 200, false, 0, ""},
	{"INVITE", 404, false, 1, "SIP/2.0 404 "},
	{"INVITE", 404, true, 0, ""},
	{"OPTIONS", 0, false, 0, ""},
	{"OPTIONS", 100, false, 1, "SIP/2.0 100 "},
	{"OPTIONS", 200, false, 1, "SIP/2.0 200 "},
	{"REGISTER", 403, false, 1, "SIP/2.0 403 "},
};

START_TEST(a_retransmission_is_absorbed)
{
	begin(repeatv[_i].met, B);
	if (repeatv[_i].scode)
		ck_assert_int_eq(server_txn_reply(seen.st, repeatv[_i].scode,
						  NULL, NULL),
				 0);
	if (repeatv[_i].ack)
		input("ACK", B);
	fakeflow_clear(ff);
	input(repeatv[_i].met, B);
	ck_assert_uint_eq(ff->sentc, repeatv[_i].more);
	ck_assert(fakeflow_is(ff, 0, repeatv[_i].text));
	ck_assert_int_eq(up, 0);
}
END_TEST


START_TEST(the_last_provisional_is_the_one_repeated)
{
	begin("INVITE", B);
	(void)server_txn_reply(seen.st, 100, NULL, NULL);
	(void)server_txn_reply(seen.st, 180, NULL, NULL);
	(void)server_txn_reply(seen.st, 183, NULL, NULL);
	input("INVITE", B);
	ck_assert_uint_eq(ff->sentc, 4);
	ck_assert(fakeflow_is(ff, 3, "SIP/2.0 183 "));
	timers_advance(timers, FOREVER_MS);
	ck_assert_uint_eq(ff->sentc, 4);
	ck_assert_uint_eq(txns_servers(txns), 1);
}
END_TEST


START_TEST(other_two_hundreds_pass_after_the_first_and_nothing_else)
{
	begin("INVITE", B);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), 0);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), 0);
	ck_assert_int_eq(server_txn_reply(seen.st, 180, NULL, NULL), EALREADY);
	ck_assert_int_eq(server_txn_reply(seen.st, 486, NULL, NULL), EALREADY);
	ck_assert_uint_eq(ff->sentc, 2);
	timers_advance(timers, 32000);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), EALREADY);
	ck_assert_uint_eq(ff->sentc, 2);
}
END_TEST


START_TEST(a_final_is_the_last_word_of_other_requests)
{
	begin("OPTIONS", B);
	ck_assert_int_eq(server_txn_reply(seen.st, 404, NULL, NULL), 0);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), EALREADY);
	ck_assert_uint_eq(ff->sentc, 1);
}
END_TEST


START_TEST(an_accepted_one_rests_and_is_known_still)
{
	struct message *req;

	begin("INVITE", B);
	server_txn_rest(seen.st);
	req = mem_ref(server_txn_request(seen.st));
	ck_assert_ptr_nonnull(req);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), 0);
	server_txn_rest(seen.st);
	ck_assert_uint_eq(mem_nrefs(req), 1);

	input("INVITE", B);
	ck_assert_int_eq(up, 0);
	input("INVITE", "z9hG4bK-two");
	ck_assert_int_eq(up, 1);
	input("CANCEL", B);
	ck_assert_int_eq(up, 1);
	ck_assert(fakeflow_is(ff, 1, "SIP/2.0 200 "));
	ck_assert_ptr_nonnull(
		strstr(fakeflow_text(ff, 1), server_txn_tag(seen.st)));
	ck_assert_uint_eq(ff->sentc, 2);

	/* and it can be answered once more */
	ck_assert_int_eq(server_txn_reply(seen.st, 202, NULL, NULL), 0);
	ck_assert(fakeflow_is(ff, 2, "SIP/2.0 202 "));
	ck_assert(!pl_cmp(&server_txn_request(seen.st)->callid, &req->callid));
	ck_assert_ptr_eq(server_txn_request(seen.st)->flow, ff->flow);
	mem_deref(req);
}
END_TEST


START_TEST(without_a_branch_it_does_not_rest)
{
	struct message *req;

	begin("INVITE", "");
	req = server_txn_request(seen.st);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), 0);
	server_txn_rest(seen.st);
	ck_assert_ptr_eq(server_txn_request(seen.st), req);
	input("INVITE", "");
	ck_assert_int_eq(up, 0);
}
END_TEST


START_TEST(without_memory_its_request_is_not_to_be_had)
{
	begin("INVITE", B);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), 0);
	server_txn_rest(seen.st);
	oom_after(0);
	ck_assert_ptr_null(server_txn_request(seen.st));
	oom_after(0);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_nonnull(server_txn_request(seen.st));
	server_txn_rest(NULL);
	ck_assert_ptr_null(server_txn_request(NULL));
}
END_TEST


static const struct {
	uint16_t scode; /* sent before the CANCEL; 0: nothing */
	int events;
} cancelv[] = {{0, 1}, {100, 1}, {180, 1}, {200, 0}, {486, 0}};

START_TEST(a_cancel_is_answered_here_and_told_while_it_matters)
{
	begin("INVITE", B);
	if (cancelv[_i].scode)
		(void)server_txn_reply(seen.st, cancelv[_i].scode, NULL, NULL);
	fakeflow_clear(ff);
	input("CANCEL", B);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_CANCEL], cancelv[_i].events);
	ck_assert_uint_eq(ff->sentc, 1);
	ck_assert(fakeflow_is(ff, 0, "SIP/2.0 200 "));
	ck_assert_ptr_nonnull(strstr(fakeflow_text(ff, 0), "CSeq: 7 CANCEL"));
	ck_assert_uint_eq(txns_servers(txns), 2);
	input("CANCEL", B);
	ck_assert_uint_eq(ff->sentc, 2);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_CANCEL], cancelv[_i].events);
	ck_assert_int_eq(up, 0);
}
END_TEST


static const char *to_tag(size_t n)
{
	static char tag[64];
	const char *p = strstr(fakeflow_text(ff, n), "To: ");
	const char *end;

	ck_assert_ptr_nonnull(p);
	p = strstr(p, ";tag=");
	ck_assert_ptr_nonnull(p);
	end = strpbrk(p + 5, ";\r\n");
	(void)re_snprintf(tag, sizeof(tag), "%b", p + 5,
			  (size_t)(end - p - 5));

	return tag;
}


START_TEST(cancel_and_invite_get_the_same_to_tag)
{
	char tag[64];

	begin("INVITE", B);
	(void)server_txn_reply(seen.st, 180, NULL, NULL);
	input("CANCEL", B);
	(void)server_txn_reply(seen.st, 487, NULL, NULL);
	ck_assert_uint_eq(ff->sentc, 3);
	(void)re_snprintf(tag, sizeof(tag), "%s", to_tag(0));
	ck_assert_uint_ge(strlen(tag), 8);
	ck_assert_str_eq(tag, to_tag(1));
	ck_assert_str_eq(tag, to_tag(2));
}
END_TEST


START_TEST(a_cancel_is_answered_also_where_the_table_is_full)
{
	struct server_txn *st;
	struct message *req;

	begin("INVITE", B);
	input("CANCEL", "z9hG4bK-other");
	ck_assert_int_eq(up, 1);
	for (int i = 0; i < 3; i++) {
		char branch[32];

		(void)re_snprintf(branch, sizeof(branch), "z9hG4bK-%d", i);
		req = sipmsg_request(ff->flow, "OPTIONS", SENTBY, branch, "");
		ck_assert_int_eq(server_txn_alloc(&st, txns, req, NULL, NULL),
				 0);
		mem_deref(st);
		mem_deref(req);
	}
	req = sipmsg_request(ff->flow, "OPTIONS", SENTBY, "z9hG4bK-4", "");
	ck_assert_int_eq(server_txn_alloc(&st, txns, req, NULL, NULL), ENOSPC);
	mem_deref(req);
	input("CANCEL", B);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_CANCEL], 1);
	ck_assert_uint_eq(fakeflow_count(ff, "SIP/2.0 200 "), 1);
}
END_TEST


/* an open INVITE with B at SENTBY, 486 sent; does m belong to it? */
static const struct {
	const char *met, *sentby, *branch, *to_tag;
	bool up;
} matchv[] = {
	{"INVITE", SENTBY, B, "", false},
	{"INVITE", SENTBY, B, "other", false},
	{"INVITE", SENTBY, "z9hG4bK-two", "", true},
	{"INVITE", SENTBY, "Z9HG4BK-one", "", true},
	{"INVITE", "198.51.100.7:1025", B, "", true},
	{"INVITE", "198.51.100.8:1024", B, "", true},
	{"INVITE", "198.51.100.7", B, "", true},
	{"ACK", SENTBY, B, "whatever", false},
	{"ACK", SENTBY, "z9hG4bK-two", "whatever", true},
	{"OPTIONS", SENTBY, B, "", true},
	{"CANCEL", SENTBY, B, "", false},
	{"CANCEL", "198.51.100.7:1025", B, "", true},
	{"INVITE", SENTBY, "", "", true},
};

START_TEST(branch_and_sentby_say_where_a_request_belongs)
{
	begin("INVITE", B);
	(void)server_txn_reply(seen.st, 486, NULL, NULL);
	input_from(matchv[_i].met, matchv[_i].sentby, matchv[_i].branch,
		   matchv[_i].to_tag);
	ck_assert_int_eq(up, matchv[_i].up);
}
END_TEST


START_TEST(a_host_name_is_compared_without_case_and_with_the_default_port)
{
	struct message *req = sipmsg_request(ff->flow, "INVITE",
					     "pc.Example.com", B, "");

	ck_assert_int_eq(server_txn_alloc(&seen.st, txns, req, NULL, NULL), 0);
	mem_deref(req);
	input_from("INVITE", "PC.example.COM:5060", B, "");
	ck_assert_int_eq(up, 0);
	input_from("INVITE", "pc.example.com:5061", B, "");
	ck_assert_int_eq(up, 1);
}
END_TEST


/* a branch that says nothing: all that a retransmission repeats has to match
 */
static const char *const no_branchv[] = {"", "1"};

START_TEST(without_a_useful_branch_it_is_matched_as_in_rfc_2543)
{
	const char *branch = no_branchv[_i];
	struct message *other;
	char tag[64];

	begin("INVITE", branch);
	(void)server_txn_reply(seen.st, 486, NULL, NULL);
	(void)re_snprintf(tag, sizeof(tag), "%s", to_tag(0));

	input("INVITE", branch);
	ck_assert_int_eq(up, 0);
	ck_assert_uint_eq(ff->sentc, 2);
	input("CANCEL", branch);
	ck_assert_int_eq(up, 0);

	other = sipmsg(ff->flow,
		       "INVITE sip:carol@example.com SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP " SENTBY "%s%s\r\n"
		       "From: <sip:alice@example.com>;tag=from\r\n"
		       "To: <sip:carol@example.com>\r\n"
		       "Call-ID: another@test\r\n"
		       "CSeq: 7 INVITE\r\n\r\n",
		       branch[0] ? ";branch=" : "", branch);
	txns_input(txns, other);
	mem_deref(other);
	ck_assert_int_eq(up, 1);

	input_from("ACK", SENTBY, branch, "stranger");
	ck_assert_int_eq(up, 2);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ACK], 0);
	input_from("ACK", SENTBY, branch, tag);
	ck_assert_int_eq(up, 2);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ACK], 1);
}
END_TEST


START_TEST(a_long_method_is_a_method)
{
	begin("!interesting-Method0123456789_*+`.%indeed'~", B);
	(void)server_txn_reply(seen.st, 404, NULL, NULL);
	input("!interesting-Method0123456789_*+`.%indeed'~", B);
	ck_assert_int_eq(up, 0);
	ck_assert_uint_eq(ff->sentc, 2);
}
END_TEST


START_TEST(a_send_error_is_told_later_and_ends_it)
{
	begin("INVITE", B);
	ff->err = EMSGSIZE;
	ck_assert_int_eq(server_txn_reply(seen.st, 180, NULL, NULL), 0);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 0);
	timers_advance(timers, 0);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 1);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 1);
	ck_assert_uint_eq(txns_servers(txns), 0);
}
END_TEST


/* it waited in a batch, and the kernel refused it then */
START_TEST(what_does_not_leave_after_all_is_a_send_error_too)
{
	struct mbuf *other = mbuf_alloc(1);

	begin("INVITE", B);
	ck_assert_int_eq(server_txn_reply(seen.st, 180, NULL, NULL), 0);
	flow_failed(ff->flow, other, EPERM);
	timers_advance(timers, 0);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 0);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), 0);
	flow_failed(ff->flow, other, EPERM);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 0);
	timers_advance(timers, 0);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 1);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 0);
	mem_deref(other);
}
END_TEST


START_TEST(a_send_error_leaves_an_accepted_one_absorbing)
{
	begin("INVITE", B);
	ff->err = EPERM;
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), 0);
	timers_advance(timers, 0);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 1);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 0);
	input("INVITE", B);
	ck_assert_int_eq(up, 0);
	timers_advance(timers, 32000);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 1);
}
END_TEST


static const struct {
	const char *met;
	uint16_t scode;
	int errors, gone;
} lostv[] = {
	{"INVITE", 0, 1, 1},    {"INVITE", 180, 1, 1}, {"INVITE", 486, 0, 1},
	{"INVITE", 200, 0, 0},  {"OPTIONS", 0, 1, 1},  {"OPTIONS", 100, 1, 1},
	{"OPTIONS", 200, 0, 1},
};

START_TEST(a_lost_flow_is_told_where_an_answer_is_owed)
{
	open_flow(FLOW_TCP);
	begin(lostv[_i].met, B);
	if (lostv[_i].scode)
		(void)server_txn_reply(seen.st, lostv[_i].scode, NULL, NULL);
	flow_close(ff->flow, ECONNRESET);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], lostv[_i].errors);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], lostv[_i].gone);
	timers_advance(timers, FOREVER_MS);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 1);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_TIMEOUT], 0);
}
END_TEST


static struct fakeflow *way_back; /* NULL: there is none */
static unsigned returns;

static int return_handler(struct flow **fp, const struct message *req,
			  void *arg)
{
	ck_assert_ptr_eq(arg, &returns);
	ck_assert_ptr_eq(req, server_txn_request(seen.st));
	++returns;
	if (!way_back)
		return ENOTCONN;

	*fp = mem_ref(way_back->flow);

	return 0;
}


START_TEST(T5_where_the_connection_is_gone_the_answer_takes_another)
{
	open_flow(FLOW_TCP);
	begin("INVITE", B);
	server_txn_return(seen.st, return_handler, &returns);
	ck_assert_int_eq(fakeflow_alloc(&way_back, FLOW_TCP, "192.0.2.1:5060",
					"198.51.100.7:5062", timers),
			 0);
	flow_close(ff->flow, ECONNRESET);
	timers_advance(timers, 1000);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 0);
	ck_assert_uint_eq(returns, 0);

	ck_assert_int_eq(server_txn_reply(seen.st, 180, NULL, NULL), 0);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), 0);
	ck_assert_uint_eq(returns, 1);
	ck_assert(fakeflow_is(way_back, 0, "SIP/2.0 180 "));
	ck_assert(fakeflow_is(way_back, 1, "SIP/2.0 200 "));
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 0);
	way_back = mem_deref(way_back);
}
END_TEST


START_TEST(T5_where_no_other_can_be_had_it_is_an_error)
{
	open_flow(FLOW_TCP);
	begin("INVITE", B);
	server_txn_return(seen.st, return_handler, &returns);
	flow_close(ff->flow, ECONNRESET);
	ck_assert_int_eq(server_txn_reply(seen.st, 180, NULL, NULL), 0);
	timers_advance(timers, 0);
	ck_assert_uint_eq(returns, 1);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 1);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 1);
	server_txn_return(NULL, return_handler, NULL);
}
END_TEST


/* a failure of sending is none of the connection */
START_TEST(T5_an_open_connection_stays_the_only_one)
{
	open_flow(FLOW_TCP);
	begin("OPTIONS", B);
	server_txn_return(seen.st, return_handler, &returns);
	ff->err = EMSGSIZE;
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), 0);
	timers_advance(timers, 0);
	ck_assert_uint_eq(returns, 0);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 1);
}
END_TEST


START_TEST(an_owner_may_let_go_inside_each_event)
{
	seen.drop = true;
	begin("INVITE", B);
	input("CANCEL", B);
	ck_assert_ptr_null(seen.st);
	ck_assert_uint_eq(txns_servers(txns), 2);
	flow_close(ff->flow, EPIPE);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 1);
	ck_assert_uint_eq(txns_servers(txns), 0);

	open_flow(FLOW_UDP);
	for (int i = 0; i < 3; i++) {
		begin("INVITE", B);
		ff->err = i == 2 ? EPERM : 0;
		(void)server_txn_reply(seen.st, 486, NULL, NULL);
		if (i == 1)
			input("ACK", B);
		timers_advance(timers, FOREVER_MS);
		ck_assert_ptr_null(seen.st);
		ck_assert_uint_eq(txns_servers(txns), 0);
	}
	ck_assert_int_eq(seen.eventv[SERVER_TXN_TIMEOUT], 1);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ACK], 1);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_ERROR], 2);
}
END_TEST


/* the layer goes first, its transactions are held by others */
START_TEST(a_transaction_may_outlive_its_layer)
{
	begin("INVITE", B);
	(void)server_txn_reply(seen.st, 180, NULL, NULL);
	txns = mem_deref(txns);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 0);
	ck_assert_int_eq(server_txn_reply(seen.st, 200, NULL, NULL), EALREADY);
	flow_close(ff->flow, EPIPE);
	timers_advance(timers, FOREVER_MS);
	ck_assert_uint_eq(timers_pending(timers), 0);
	ck_assert_ptr_nonnull(server_txn_request(seen.st));
}
END_TEST


START_TEST(a_forgotten_one_runs_on_in_silence)
{
	begin("INVITE", B);
	server_txn_forget(seen.st);
	(void)server_txn_reply(seen.st, 486, NULL, NULL);
	timers_advance(timers, FOREVER_MS);
	ck_assert_uint_eq(ff->sentc, 11);
	for (size_t i = 0; i < ARRAY_SIZE(seen.eventv); i++)
		ck_assert_int_eq(seen.eventv[i], 0);
}
END_TEST


/* met, provisionals sent at that distance, when it goes at last */
static const struct {
	const char *met;
	int provisionals;
	uint64_t gone_at;
} unansweredv[] = {
	{"OPTIONS", 0, 32000},
	{"INVITE", 0, 249000},
	{"INVITE", 3, 3 * 60000 + 249000},
};

START_TEST(what_nobody_answers_goes_in_the_end)
{
	begin(unansweredv[_i].met, B);
	for (int i = 0; i < unansweredv[_i].provisionals; i++) {
		timers_advance(timers, 60000);
		(void)server_txn_reply(seen.st, 180, NULL, NULL);
	}
	timers_advance(timers, 2 * 249000);
	ck_assert_uint_eq(seen.gone_at, unansweredv[_i].gone_at);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 1);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_TIMEOUT], 0);
	ck_assert_uint_eq(txns_servers(txns), 0);
}
END_TEST


START_TEST(what_is_forgotten_unanswered_goes_with_its_client)
{
	begin("INVITE", B);
	timers_advance(timers, 1000);
	server_txn_forget(seen.st);
	timers_advance(timers, 31999);
	ck_assert_uint_eq(txns_servers(txns), 1);
	timers_advance(timers, 1);
	ck_assert_uint_eq(txns_servers(txns), 0);
	ck_assert_int_eq(seen.eventv[SERVER_TXN_GONE], 0);
}
END_TEST


START_TEST(wrong_arguments_and_an_ack_are_refused)
{
	struct message *ack = sipmsg_request(ff->flow, "ACK", SENTBY, B,
					     "tag");
	struct server_txn *st = NULL;
	struct mbuf *mb = mbuf_alloc(8);

	ck_assert_int_eq(server_txn_alloc(&st, txns, ack, NULL, NULL), EINVAL);
	ck_assert_int_eq(server_txn_alloc(NULL, txns, ack, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(server_txn_alloc(&st, txns, NULL, NULL, NULL),
			 EINVAL);
	ck_assert_ptr_null(st);
	begin("INVITE", B);
	ck_assert_int_eq(server_txn_send(seen.st, 200, NULL), EINVAL);
	ck_assert_int_eq(server_txn_send(seen.st, 200, mb), EINVAL);
	ck_assert_int_eq(server_txn_send(NULL, 200, mb), EINVAL);
	ck_assert_int_eq(server_txn_reply(NULL, 200, NULL, NULL), EINVAL);
	ck_assert_int_eq(server_txn_reply(seen.st, 99, NULL, NULL), EINVAL);
	ck_assert_int_eq(server_txn_reply(seen.st, 700, NULL, NULL), EINVAL);
	ck_assert(!server_txn_final(seen.st));
	mem_deref(mb);
	mem_deref(ack);
}
END_TEST


START_TEST(without_memory_nothing_is_left_behind)
{
	struct txns *other = NULL;
	struct server_txn *st = NULL;
	struct message *req = sipmsg_request(ff->flow, "INVITE", SENTBY, B,
					     "");

	oom_after(0);
	ck_assert_int_eq(server_txn_alloc(&st, txns, req, NULL, NULL), ENOMEM);
	ck_assert_ptr_null(st);
	ck_assert_uint_eq(txns_servers(txns), 0);
	oom_after(0);
	ck_assert_int_eq(txns_alloc(&other, timers, NULL, NULL, &conf,
				    request_handler, NULL, NULL),
			 ENOMEM);
	ck_assert_int_eq(txns_alloc(&other, timers, NULL, NULL, NULL,
				    request_handler, NULL, NULL),
			 EINVAL);
	ck_assert_ptr_null(other);

	/* the answer to a CANCEL needs no transaction of its own */
	begin("INVITE", B);
	for (int n = 0; n < 4; n++) {
		struct message *cancel = sipmsg_request(ff->flow, "CANCEL",
							SENTBY, B, "");

		oom_after(n);
		txns_input(txns, cancel);
		oom_after(-1);
		mem_deref(cancel);
	}
	ck_assert_uint_ge(fakeflow_count(ff, "SIP/2.0 200 "), 1);
	mem_deref(req);
}
END_TEST


Suite *suite_server_txn(void);

Suite *suite_server_txn(void)
{
	Suite *s = suite_create("server_txn");
	TCase *tc = tcase_create("server_txn");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, each_timer_fires_at_its_time, timev);
	test_table(tc, a_retransmission_is_absorbed, repeatv);
	tcase_add_test(tc, the_last_provisional_is_the_one_repeated);
	tcase_add_test(tc, an_accepted_one_rests_and_is_known_still);
	tcase_add_test(tc, without_a_branch_it_does_not_rest);
	tcase_add_test(tc, without_memory_its_request_is_not_to_be_had);
	tcase_add_test(
		tc, other_two_hundreds_pass_after_the_first_and_nothing_else);
	tcase_add_test(tc, a_final_is_the_last_word_of_other_requests);
	test_table(tc, a_cancel_is_answered_here_and_told_while_it_matters,
		   cancelv);
	tcase_add_test(tc, cancel_and_invite_get_the_same_to_tag);
	tcase_add_test(tc, a_cancel_is_answered_also_where_the_table_is_full);
	test_table(tc, branch_and_sentby_say_where_a_request_belongs, matchv);
	tcase_add_test(
		tc,
		a_host_name_is_compared_without_case_and_with_the_default_port);
	test_table(tc, without_a_useful_branch_it_is_matched_as_in_rfc_2543,
		   no_branchv);
	tcase_add_test(tc, a_long_method_is_a_method);
	tcase_add_test(tc, a_send_error_is_told_later_and_ends_it);
	tcase_add_test(tc, what_does_not_leave_after_all_is_a_send_error_too);
	tcase_add_test(tc, a_send_error_leaves_an_accepted_one_absorbing);
	test_table(tc, a_lost_flow_is_told_where_an_answer_is_owed, lostv);
	tcase_add_test(
		tc, T5_where_the_connection_is_gone_the_answer_takes_another);
	tcase_add_test(tc, T5_where_no_other_can_be_had_it_is_an_error);
	tcase_add_test(tc, T5_an_open_connection_stays_the_only_one);
	tcase_add_test(tc, an_owner_may_let_go_inside_each_event);
	tcase_add_test(tc, a_transaction_may_outlive_its_layer);
	tcase_add_test(tc, a_forgotten_one_runs_on_in_silence);
	test_table(tc, what_nobody_answers_goes_in_the_end, unansweredv);
	tcase_add_test(tc, what_is_forgotten_unanswered_goes_with_its_client);
	tcase_add_test(tc, wrong_arguments_and_an_ack_are_refused);
	tcase_add_test(tc, without_memory_nothing_is_left_behind);
	suite_add_tcase(s, tc);

	return s;
}
