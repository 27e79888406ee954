/**
 * @file test/proxy/sip/client_txn.c  Client transactions on a virtual clock
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "test/mock/sipmsg.h"
#include "proxy/sip/client_txn.h"


#define B "z9hG4bK-one"

enum {
	START_MS = 777000,
	NEVER = -1,
	SENDS_MAX = 32,
	FOREVER_MS = 400000,
	C_MS = 185000
};

static const struct txn_conf conf = {
	.t1 = 500, .t2 = 4000, .t4 = 5000, .timer_c = C_MS, .max = 4};

static struct timers *timers;
static struct txns *txns;
static struct fakeflow *ff;
static int strays;

static struct {
	int calls, err; /* of the last call */
	uint16_t scodev[16];
	uint64_t at; /* of the last call */
	bool drop;   /* drop the reference inside each call */
	struct client_txn *ct;
} seen;


static void request_handler(struct message *req, void *arg)
{
	(void)req;
	(void)arg;
}


static void stray_handler(struct message *resp, void *arg)
{
	(void)resp;
	(void)arg;
	++strays;
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg)
{
	(void)arg;

	ck_assert(!err == !!resp);
	ck_assert_int_lt(seen.calls, (int)ARRAY_SIZE(seen.scodev));
	seen.scodev[seen.calls++] = resp ? resp->scode : 0;
	seen.err = err;
	seen.at = timers_now(timers) - START_MS;
	if (seen.drop && seen.ct == ct)
		seen.ct = mem_deref(seen.ct);
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
	strays = 0;
	ck_assert_int_eq(timers_alloc_virtual(&timers, START_MS), 0);
	ck_assert_int_eq(txns_alloc(&txns, timers, NULL, NULL, &conf,
				    request_handler, stray_handler, NULL),
			 0);
	open_flow(FLOW_UDP);
}


static void teardown(void)
{
	oom_after(-1);
	seen.ct = mem_deref(seen.ct);
	txns = mem_deref(txns);
	ff = mem_deref(ff);
	timers = mem_deref(timers);
}


static struct mbuf *request(const char *met, const char *branch)
{
	struct message *m = sipmsg_request(ff->flow, met, "192.0.2.1:5060",
					   branch, "");
	struct mbuf *mb = mbuf_alloc(512);

	(void)mbuf_write_mem(mb, m->mb->buf, m->mb->end);
	mb->pos = 0;
	mem_deref(m);

	return mb;
}


static int start_at(struct client_txn **ctp, const char *met,
		    const char *branch)
{
	struct mbuf *mb = request(met, branch);
	const int err = client_txn_alloc(ctp, txns, ff->flow, mb,
					 response_handler, NULL);

	mem_deref(mb);

	return err;
}


static void begin(const char *met)
{
	ck_assert_int_eq(start_at(&seen.ct, met, B), 0);
}


/* a response to the n-th text that was sent */
static void answer(size_t n, uint16_t scode, const char *to_tag)
{
	struct message *m = sipmsg_response(ff->flow, fakeflow_text(ff, n),
					    scode, to_tag);

	txns_input(txns, m);
	mem_deref(m);
}


static uint64_t sent_at(size_t n)
{
	return ff->sentv[n].at - START_MS;
}


static const struct {
	const char *name;
	enum flow_proto proto;
	const char *met;
	int answer_at; /* NEVER */
	uint16_t scode;
	size_t sends; /* ACK and CANCEL included */
	uint32_t atv[SENDS_MAX];
	uint64_t end_at; /* out of the table */
	int err;
	uint64_t err_at;
} timev[] = {
	{"A, B",
	 FLOW_UDP,
	 "INVITE",
	 NEVER,
	 0,
	 7,
	 {0, 500, 1500, 3500, 7500, 15500, 31500},
	 32000,
	 ETIMEDOUT,
	 32000},
	{"B, stream",
	 FLOW_TCP,
	 "INVITE",
	 NEVER,
	 0,
	 1,
	 {0},
	 32000,
	 ETIMEDOUT,
	 32000},
	{"E, F",
	 FLOW_UDP,
	 "OPTIONS",
	 NEVER,
	 0,
	 11,
	 {0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500},
	 32000,
	 ETIMEDOUT,
	 32000},
	{"F, stream",
	 FLOW_TCP,
	 "BYE",
	 NEVER,
	 0,
	 1,
	 {0},
	 32000,
	 ETIMEDOUT,
	 32000},
	{"E is T2 after a provisional",
	 FLOW_UDP,
	 "OPTIONS",
	 600,
	 100,
	 10,
	 {0, 500, 1500, 5500, 9500, 13500, 17500, 21500, 25500, 29500},
	 32000,
	 ETIMEDOUT,
	 32000},
	{"K", FLOW_UDP, "OPTIONS", 1000, 200, 2, {0, 500}, 6000, 0, 1000},
	{"K is 0", FLOW_TCP, "OPTIONS", 1000, 404, 1, {0}, 1000, 0, 1000},
	{"D, ACK", FLOW_UDP, "INVITE", 200, 486, 2, {0, 200}, 32200, 0, 200},
	{"D is 0", FLOW_TCP, "INVITE", 200, 486, 2, {0, 200}, 200, 0, 200},
	{"M", FLOW_UDP, "INVITE", 200, 200, 1, {0}, 32200, 0, 200},
	{"M, stream", FLOW_TCP, "INVITE", 200, 200, 1, {0}, 32200, 0, 200},
	/* C from the INVITE on: a 100 does not start it again; then CANCEL
	 * (E, F of its own), and the final is waited for 64*T1 */
	{"C, 100",
	 FLOW_TCP,
	 "INVITE",
	 200,
	 100,
	 2,
	 {0, C_MS},
	 C_MS + 32000,
	 ETIMEDOUT,
	 C_MS + 32000},
	{"C, 180",
	 FLOW_TCP,
	 "INVITE",
	 1000,
	 180,
	 2,
	 {0, C_MS + 1000},
	 C_MS + 33000,
	 ETIMEDOUT,
	 C_MS + 33000},
	{"C, datagrams",
	 FLOW_UDP,
	 "INVITE",
	 200,
	 183,
	 12,
	 {0, C_MS + 200, C_MS + 700, C_MS + 1700, C_MS + 3700, C_MS + 7700,
	  C_MS + 11700, C_MS + 15700, C_MS + 19700, C_MS + 23700, C_MS + 27700,
	  C_MS + 31700},
	 C_MS + 32200,
	 ETIMEDOUT,
	 C_MS + 32200},
};

START_TEST(each_timer_fires_at_its_time)
{
	open_flow(timev[_i].proto);
	begin(timev[_i].met);
	if (timev[_i].answer_at != NEVER) {
		timers_advance(timers, (uint64_t)timev[_i].answer_at);
		answer(0, timev[_i].scode, "tag");
		ck_assert_int_eq(seen.calls, 1);
		ck_assert_uint_eq(seen.scodev[0], timev[_i].scode);
	}
	if (timers_now(timers) - START_MS < timev[_i].end_at) {
		timers_advance(timers, START_MS + timev[_i].end_at -
					       timers_now(timers) - 1);
		ck_assert_uint_ge(txns_clients(txns), 1);
		timers_advance(timers, 1);
	}
	timers_advance(timers, 0);
	ck_assert_uint_eq(txns_clients(txns), 0);
	timers_advance(timers, FOREVER_MS);
	ck_assert_uint_eq(ff->sentc, timev[_i].sends);
	for (size_t i = 0; i < ff->sentc; i++)
		ck_assert_uint_eq(sent_at(i), timev[_i].atv[i]);
	ck_assert_int_eq(seen.err, timev[_i].err);
	ck_assert_uint_eq(seen.at, timev[_i].err_at);
}
END_TEST


START_TEST(a_transaction_keeps_the_timers_that_it_began_with)
{
	static const struct txn_conf faster = {
		.t1 = 100, .t2 = 200, .t4 = 5000, .timer_c = C_MS, .max = 9};
	struct client_txn *second = NULL;

	txns_reconfigure(NULL, &faster);
	begin("OPTIONS");
	txns_reconfigure(txns, NULL);
	txns_reconfigure(txns, &faster);
	ck_assert_int_eq(start_at(&second, "OPTIONS", B "2"), 0);
	client_txn_forget(second);
	mem_deref(second);

	/* the second one: at 0, 100, 300, 500, 700, 900 */
	timers_advance(timers, 499);
	ck_assert_uint_eq(ff->sentc, 4);
	timers_advance(timers, 500);
	ck_assert_uint_eq(fakeflow_count(ff, "OPTIONS "), 2 + 6);
	timers_advance(timers, 5402);
	ck_assert_uint_eq(txns_clients(txns), 1);
	ck_assert_int_eq(seen.calls, 0);
	timers_advance(timers, 32000 - 6401);
	ck_assert_uint_eq(txns_clients(txns), 0);
	ck_assert_int_eq(seen.err, ETIMEDOUT);
}
END_TEST


START_TEST(each_provisional_but_100_starts_timer_c_again)
{
	begin("INVITE");
	answer(0, 100, "");
	for (int i = 0; i < 5; i++) {
		timers_advance(timers, 180000);
		answer(0, 180, "tag");
	}
	ck_assert_int_eq(seen.calls, 6);
	ck_assert_uint_eq(ff->sentc, 1);
	timers_advance(timers, 184999);
	ck_assert_uint_eq(ff->sentc, 1);
	timers_advance(timers, 1);
	ck_assert(fakeflow_is(ff, 1, "CANCEL "));
	answer(0, 180, "tag");
	answer(0, 487, "tag");
	ck_assert_uint_eq(fakeflow_count(ff, "ACK "), 1);
	ck_assert_uint_eq(seen.scodev[7], 487);
	timers_advance(timers, FOREVER_MS);
	ck_assert_int_eq(seen.calls, 8);
	ck_assert_int_eq(seen.err, 0);
}
END_TEST


static int resume_at(struct client_txn **ctp, const char *met)
{
	struct mbuf *mb = request(met, B);
	const int err = client_txn_resume(ctp, txns, ff->flow, mb,
					  response_handler, NULL);

	mem_deref(mb);

	return err;
}


/* a response to what another process has sent */
static void answer_resumed(uint16_t scode)
{
	struct mbuf *mb = request("INVITE", B);
	char text[2048];
	struct message *m;

	(void)re_snprintf(text, sizeof(text), "%b", mb->buf, mb->end);
	mem_deref(mb);
	m = sipmsg_response(ff->flow, text, scode, "a");
	txns_input(txns, m);
	mem_deref(m);
}


START_TEST(one_that_rang_is_not_sent_again_and_waits_for_its_final)
{
	ck_assert_int_eq(resume_at(&seen.ct, "INVITE"), 0);
	timers_advance(timers, 40000);
	ck_assert_uint_eq(ff->sentc, 0);
	ck_assert_int_eq(seen.calls, 0);

	answer_resumed(180);
	answer_resumed(486);
	answer_resumed(486);
	ck_assert_int_eq(seen.calls, 2);
	ck_assert_uint_eq(seen.scodev[1], 486);
	ck_assert_uint_eq(fakeflow_count(ff, "ACK "), 2);
	ck_assert_ptr_nonnull(strstr(fakeflow_text(ff, 0), "branch=" B));
	ck_assert_int_eq(strays, 0);
}
END_TEST


START_TEST(one_that_rang_is_cancelled_at_once_or_by_timer_c)
{
	ck_assert_int_eq(resume_at(&seen.ct, "INVITE"), 0);
	if (_i)
		ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), 0);
	else
		timers_advance(timers, C_MS);
	ck_assert_uint_eq(ff->sentc, 1);
	ck_assert(fakeflow_is(ff, 0, "CANCEL "));
	ck_assert_ptr_nonnull(strstr(fakeflow_text(ff, 0), "branch=" B));
}
END_TEST


START_TEST(only_an_invite_can_have_rung)
{
	struct client_txn *ct = NULL;

	ck_assert_int_eq(resume_at(&ct, "OPTIONS"), EINVAL);
	ck_assert_int_eq(resume_at(&ct, "ACK"), EINVAL);
	ck_assert_int_eq(
		client_txn_resume(NULL, txns, ff->flow, NULL, NULL, NULL),
		EINVAL);
	ck_assert_ptr_null(ct);
	ck_assert_uint_eq(txns_clients(txns), 0);
}
END_TEST


START_TEST(each_retransmitted_failure_is_acknowledged_and_told_once)
{
	begin("INVITE");
	answer(0, 486, "a");
	answer(0, 486, "a");
	timers_advance(timers, 4000);
	answer(0, 486, "a");
	answer(0, 180, "a");
	answer(0, 200, "a");
	ck_assert_int_eq(seen.calls, 1);
	ck_assert_uint_eq(fakeflow_count(ff, "ACK "), 3);
	ck_assert_ptr_nonnull(strstr(fakeflow_text(ff, 1), "branch=" B));
	ck_assert_ptr_nonnull(strstr(fakeflow_text(ff, 1), "CSeq: 7 ACK"));
	ck_assert_ptr_nonnull(strstr(fakeflow_text(ff, 1), ";tag=a"));
	ck_assert_int_eq(strays, 0);
}
END_TEST


START_TEST(every_2xx_goes_up_until_timer_m)
{
	begin("INVITE");
	answer(0, 180, "a");
	ck_assert_ptr_nonnull(client_txn_request(seen.ct));
	answer(0, 200, "a");
	/* that is never sent again, so it is not kept */
	ck_assert_ptr_null(client_txn_request(seen.ct));
	answer(0, 200, "a");
	answer(0, 200, "b");
	answer(0, 180, "c");
	answer(0, 486, "c");
	ck_assert_int_eq(seen.calls, 4);
	timers_advance(timers, 31999);
	answer(0, 200, "a");
	ck_assert_int_eq(seen.calls, 5);
	ck_assert_int_eq(strays, 0);
	timers_advance(timers, 1);
	answer(0, 200, "a");
	ck_assert_int_eq(seen.calls, 5);
	ck_assert_int_eq(strays, 1);
	ck_assert_uint_eq(fakeflow_count(ff, "ACK "), 0);
}
END_TEST


START_TEST(other_finals_are_told_once)
{
	begin("BYE");
	answer(0, 100, "a");
	answer(0, 200, "a");
	answer(0, 200, "a");
	answer(0, 404, "a");
	answer(0, 100, "a");
	ck_assert_int_eq(seen.calls, 2);
	ck_assert_int_eq(strays, 0);
	ck_assert_uint_eq(ff->sentc, 1);
}
END_TEST


START_TEST(a_lost_datagram_is_made_good)
{
	begin("OPTIONS");
	fakeflow_clear(ff);
	timers_advance(timers, 500);
	ck_assert_uint_eq(ff->sentc, 1);
	answer(0, 200, "a");
	timers_advance(timers, FOREVER_MS);
	ck_assert_int_eq(seen.calls, 1);
	ck_assert_int_eq(seen.err, 0);
	ck_assert_uint_eq(ff->sentc, 1);
}
END_TEST


START_TEST(a_response_belongs_by_branch_and_method)
{
	struct message *m;

	begin("INVITE");
	m = sipmsg(ff->flow, "SIP/2.0 200 OK\r\n"
			     "Via: SIP/2.0/UDP 192.0.2.1;branch=" B "\r\n"
			     "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n"
			     "Call-ID: call@test\r\nCSeq: 7 CANCEL\r\n\r\n");
	txns_input(txns, m);
	mem_deref(m);
	ck_assert_int_eq(strays, 1);
	m = sipmsg(ff->flow, "SIP/2.0 200 OK\r\n"
			     "Via: SIP/2.0/UDP 192.0.2.1;branch=" B "2\r\n"
			     "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n"
			     "Call-ID: call@test\r\nCSeq: 7 INVITE\r\n\r\n");
	txns_input(txns, m);
	mem_deref(m);
	ck_assert_int_eq(strays, 2);
	ck_assert_int_eq(seen.calls, 0);
}
END_TEST


START_TEST(a_cancel_waits_for_a_provisional)
{
	begin("INVITE");
	ck_assert_int_eq(client_txn_cancel(seen.ct, "Reason: SIP\r\n"), 0);
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), 0);
	timers_advance(timers, 100);
	ck_assert_uint_eq(ff->sentc, 1);
	answer(0, 100, "");
	ck_assert_uint_eq(ff->sentc, 2);
	ck_assert(fakeflow_is(ff, 1, "CANCEL sip:bob@example.com SIP/2.0"));
	ck_assert_ptr_nonnull(strstr(fakeflow_text(ff, 1), "branch=" B));
	ck_assert_ptr_nonnull(strstr(fakeflow_text(ff, 1), "Reason: SIP\r\n"));
	ck_assert_uint_eq(txns_clients(txns), 2);
	answer(1, 200, "a");
	ck_assert_int_eq(seen.calls, 1);
	answer(0, 487, "a");
	ck_assert_int_eq(seen.calls, 2);
	ck_assert_uint_eq(seen.scodev[1], 487);
	ck_assert(fakeflow_is(ff, 2, "ACK "));
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), EALREADY);
	timers_advance(timers, FOREVER_MS);
	ck_assert_int_eq(seen.calls, 2);
	ck_assert_uint_eq(txns_clients(txns), 0);
}
END_TEST


START_TEST(a_cancel_after_a_provisional_leaves_at_once_and_only_once)
{
	open_flow(FLOW_TCP);
	begin("INVITE");
	answer(0, 180, "a");
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), 0);
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), 0);
	answer(0, 180, "a");
	ck_assert_uint_eq(fakeflow_count(ff, "CANCEL "), 1);
	timers_advance(timers, 31999);
	ck_assert_int_eq(seen.err, 0);
	timers_advance(timers, 1);
	ck_assert_int_eq(seen.err, ETIMEDOUT);
	ck_assert_uint_eq(txns_clients(txns), 0);
}
END_TEST


START_TEST(a_cancel_that_no_provisional_lets_out_ends_with_b)
{
	begin("INVITE");
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), 0);
	timers_advance(timers, FOREVER_MS);
	ck_assert_uint_eq(fakeflow_count(ff, "CANCEL "), 0);
	ck_assert_int_eq(seen.err, ETIMEDOUT);
	ck_assert_uint_eq(seen.at, 32000);
}
END_TEST


START_TEST(a_200_that_crosses_the_cancel_goes_up)
{
	begin("INVITE");
	answer(0, 180, "a");
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), 0);
	answer(0, 200, "a");
	answer(1, 200, "a");
	ck_assert_int_eq(seen.calls, 2);
	ck_assert_uint_eq(seen.scodev[1], 200);
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), EALREADY);
	timers_advance(timers, FOREVER_MS);
	ck_assert_int_eq(seen.err, 0);
	ck_assert_uint_eq(txns_clients(txns), 0);
}
END_TEST


START_TEST(only_an_invite_can_be_cancelled)
{
	begin("OPTIONS");
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), EINVAL);
	ck_assert_int_eq(client_txn_cancel(NULL, NULL), EINVAL);
	ck_assert_uint_eq(ff->sentc, 1);
}
END_TEST


START_TEST(a_cancel_leaves_also_where_the_table_is_full)
{
	struct client_txn *other;

	begin("INVITE");
	answer(0, 180, "a");
	for (int i = 0; i < 3; i++) {
		char branch[32];

		(void)re_snprintf(branch, sizeof(branch), B "%d", i);
		ck_assert_int_eq(start_at(&other, "OPTIONS", branch), 0);
		client_txn_forget(other);
		mem_deref(other);
	}
	ck_assert_int_eq(start_at(&other, "OPTIONS", B "9"), ENOSPC);
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), 0);
	ck_assert_uint_eq(fakeflow_count(ff, "CANCEL "), 1);
}
END_TEST


static const struct {
	const char *met;
	uint16_t scode; /* answered before; 0: nothing */
	int err;
} lostv[] = {
	{"INVITE", 0, ECONNRESET},  {"INVITE", 180, ECONNRESET},
	{"INVITE", 200, 0},         {"INVITE", 486, 0},
	{"OPTIONS", 0, ECONNRESET}, {"OPTIONS", 100, ECONNRESET},
	{"OPTIONS", 200, 0},
};

START_TEST(a_lost_flow_is_told_at_once_where_a_final_is_awaited)
{
	open_flow(FLOW_TCP);
	begin(lostv[_i].met);
	if (lostv[_i].scode)
		answer(0, lostv[_i].scode, "a");
	flow_close(ff->flow, ECONNRESET);
	ck_assert_int_eq(seen.err, lostv[_i].err);
	ck_assert_int_eq(seen.calls,
			 (lostv[_i].scode != 0) + (lostv[_i].err != 0));
	timers_advance(timers, FOREVER_MS);
	ck_assert_int_eq(seen.err, lostv[_i].err);
	ck_assert_uint_eq(txns_clients(txns), 0);
}
END_TEST


START_TEST(a_send_error_is_told_later)
{
	ff->err = EHOSTUNREACH;
	begin("INVITE");
	ck_assert_int_eq(seen.calls, 0);
	timers_advance(timers, 0);
	ck_assert_int_eq(seen.err, EHOSTUNREACH);
	ck_assert_uint_eq(txns_clients(txns), 0);
}
END_TEST


/* it waited in a batch, and the kernel refused it then */
START_TEST(what_does_not_leave_after_all_is_told_later_too)
{
	struct mbuf *mb = request("INVITE", B), *other = request("INVITE", B);

	ck_assert_int_eq(client_txn_alloc(&seen.ct, txns, ff->flow, mb,
					  response_handler, NULL),
			 0);
	flow_failed(ff->flow, other, EPERM);
	timers_advance(timers, 0);
	ck_assert_int_eq(seen.calls, 0);
	flow_failed(ff->flow, mb, EHOSTUNREACH);
	ck_assert_int_eq(seen.calls, 0);
	timers_advance(timers, 0);
	ck_assert_int_eq(seen.err, EHOSTUNREACH);
	ck_assert_uint_eq(txns_clients(txns), 0);
	flow_failed(ff->flow, mb, EHOSTUNREACH);
	flow_failed(NULL, mb, EHOSTUNREACH);
	mem_deref(other);
	mem_deref(mb);
}
END_TEST


START_TEST(an_error_of_a_retransmission_is_told_too)
{
	begin("OPTIONS");
	ff->err = ENETUNREACH;
	timers_advance(timers, 499);
	ck_assert_int_eq(seen.calls, 0);
	timers_advance(timers, 2);
	ck_assert_int_eq(seen.err, ENETUNREACH);
	ck_assert_uint_eq(txns_clients(txns), 0);
}
END_TEST


START_TEST(an_owner_may_let_go_inside_each_call)
{
	static const uint16_t scodev[] = {180, 200, 486};

	seen.drop = true;
	for (size_t i = 0; i < ARRAY_SIZE(scodev); i++) {
		fakeflow_clear(ff);
		begin("INVITE");
		if (scodev[i] == 180)
			(void)client_txn_cancel(seen.ct, NULL);
		answer(0, scodev[i], "a");
		ck_assert_ptr_null(seen.ct);
		answer(0, scodev[i], "a");
		timers_advance(timers, FOREVER_MS);
		ck_assert_uint_eq(txns_clients(txns), 0);
	}

	begin("OPTIONS");
	timers_advance(timers, FOREVER_MS);
	ck_assert_ptr_null(seen.ct);
	ck_assert_int_eq(seen.err, ETIMEDOUT);
	begin("OPTIONS");
	flow_close(ff->flow, EPIPE);
	ck_assert_ptr_null(seen.ct);
	ck_assert_int_eq(seen.err, EPIPE);
	ck_assert_uint_eq(txns_clients(txns), 0);
}
END_TEST


START_TEST(a_transaction_may_outlive_its_layer)
{
	begin("INVITE");
	answer(0, 180, "a");
	ck_assert(message_is(client_txn_request(seen.ct), "INVITE"));
	txns = mem_deref(txns);
	ck_assert_int_eq(client_txn_cancel(seen.ct, NULL), EALREADY);
	flow_close(ff->flow, EPIPE);
	timers_advance(timers, FOREVER_MS);
	ck_assert_int_eq(seen.calls, 1);
	ck_assert_uint_eq(timers_pending(timers), 0);
	ck_assert(message_is(client_txn_request(seen.ct), "INVITE"));
	ck_assert_ptr_eq(client_txn_flow(seen.ct), ff->flow);
}
END_TEST


START_TEST(a_forgotten_one_runs_on_in_silence)
{
	begin("INVITE");
	client_txn_forget(seen.ct);
	answer(0, 486, "a");
	ck_assert_uint_eq(fakeflow_count(ff, "ACK "), 1);
	timers_advance(timers, FOREVER_MS);
	ck_assert_int_eq(seen.calls, 0);
	ck_assert_uint_eq(txns_clients(txns), 0);
}
END_TEST


START_TEST(what_is_no_request_or_an_ack_is_refused)
{
	struct client_txn *ct = NULL;
	struct mbuf *mb = mbuf_alloc(64);

	ck_assert_int_eq(
		client_txn_alloc(&ct, txns, ff->flow, NULL, NULL, NULL),
		EINVAL);
	ck_assert_int_eq(client_txn_alloc(&ct, txns, ff->flow, mb, NULL, NULL),
			 EINVAL);
	(void)mbuf_write_str(mb, "nonsense\r\n\r\n");
	mb->pos = 0;
	ck_assert_int_eq(client_txn_alloc(&ct, txns, ff->flow, mb, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(client_txn_alloc(&ct, txns, NULL, mb, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(start_at(&ct, "ACK", B), EINVAL);
	ck_assert_int_eq(start_at(&ct, "INVITE", ""), EINVAL);
	ck_assert_ptr_null(ct);
	ck_assert_uint_eq(txns_clients(txns), 0);
	ck_assert_uint_eq(ff->sentc, 0);
	mem_deref(mb);
}
END_TEST


START_TEST(without_memory_nothing_is_left_behind)
{
	struct client_txn *ct = NULL;
	struct mbuf *mb = request("INVITE", B);
	int n, err = ENOMEM;

	for (n = 0; n < 20 && err; n++) {
		oom_after(n);
		err = client_txn_alloc(&ct, txns, ff->flow, mb,
				       response_handler, NULL);
		oom_after(-1);
		if (err) {
			ck_assert_int_eq(err, ENOMEM);
			ck_assert_ptr_null(ct);
			ck_assert_uint_eq(txns_clients(txns), 0);
		}
	}
	ck_assert_int_eq(err, 0);
	ck_assert_int_ge(n, 2);
	seen.ct = ct;
	mem_deref(mb);

	/* the CANCEL leaves as long as there is room for its text, and for
	 * the request that it is made of */
	answer(0, 180, "a");
	oom_after(2);
	(void)client_txn_cancel(seen.ct, NULL);
	oom_after(-1);
	ck_assert_uint_eq(fakeflow_count(ff, "CANCEL "), 1);
}
END_TEST


Suite *suite_client_txn(void);

Suite *suite_client_txn(void)
{
	Suite *s = suite_create("client_txn");
	TCase *tc = tcase_create("client_txn");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, each_timer_fires_at_its_time, timev);
	tcase_add_test(tc, a_transaction_keeps_the_timers_that_it_began_with);
	tcase_add_test(tc, each_provisional_but_100_starts_timer_c_again);
	tcase_add_test(
		tc, one_that_rang_is_not_sent_again_and_waits_for_its_final);
	tcase_add_loop_test(
		tc, one_that_rang_is_cancelled_at_once_or_by_timer_c, 0, 2);
	tcase_add_test(tc, only_an_invite_can_have_rung);
	tcase_add_test(
		tc, each_retransmitted_failure_is_acknowledged_and_told_once);
	tcase_add_test(tc, every_2xx_goes_up_until_timer_m);
	tcase_add_test(tc, other_finals_are_told_once);
	tcase_add_test(tc, a_lost_datagram_is_made_good);
	tcase_add_test(tc, a_response_belongs_by_branch_and_method);
	tcase_add_test(tc, a_cancel_waits_for_a_provisional);
	tcase_add_test(
		tc, a_cancel_after_a_provisional_leaves_at_once_and_only_once);
	tcase_add_test(tc, a_cancel_that_no_provisional_lets_out_ends_with_b);
	tcase_add_test(tc, a_200_that_crosses_the_cancel_goes_up);
	tcase_add_test(tc, only_an_invite_can_be_cancelled);
	tcase_add_test(tc, a_cancel_leaves_also_where_the_table_is_full);
	test_table(tc, a_lost_flow_is_told_at_once_where_a_final_is_awaited,
		   lostv);
	tcase_add_test(tc, a_send_error_is_told_later);
	tcase_add_test(tc, what_does_not_leave_after_all_is_told_later_too);
	tcase_add_test(tc, an_error_of_a_retransmission_is_told_too);
	tcase_add_test(tc, an_owner_may_let_go_inside_each_call);
	tcase_add_test(tc, a_transaction_may_outlive_its_layer);
	tcase_add_test(tc, a_forgotten_one_runs_on_in_silence);
	tcase_add_test(tc, what_is_no_request_or_an_ack_is_refused);
	tcase_add_test(tc, without_memory_nothing_is_left_behind);
	suite_add_tcase(s, tc);

	return s;
}
