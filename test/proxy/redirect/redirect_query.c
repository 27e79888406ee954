/**
 * @file test/proxy/redirect/redirect_query.c  Where is the callee served?
 */
#include <string.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "proxy/redirect/redirect_query.h"


enum { DEADLINE_MS = 2000, REST_MS = 10000, CACHE_S = 60 };

static struct timers *timers;
static struct stack us, first, second;
static struct redirect_client *rc;
static struct redirect_query *q;
static const struct pl bob = PL("bob@example.net");
static const struct pl callid = PL("call-1");

/* what the handler was told */
static unsigned answers;
static int got_err;
static uint16_t got_scode;
static char got_contact[256];

/* what a server saw */
static unsigned acks, byes, cancels;


static void setup(void)
{
	struct redirect_client_conf conf = {.serverc = 2,
					    .deadline_ms = DEADLINE_MS,
					    .cache_max_s = CACHE_S};

	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	stack_open(&us, timers, "127.0.0.1", NULL, NULL);
	stack_open(&first, timers, "127.0.0.2", NULL, NULL);
	stack_open(&second, timers, "127.0.0.3", NULL, NULL);
	conf.serverv[0] = stack_server(&first);
	conf.serverv[1] = stack_server(&second);
	ck_assert_int_eq(redirect_client_alloc(&rc, &conf, us.tp, us.txns,
					       timers, NULL, NULL),
			 0);
}


static void teardown(void)
{
	q = mem_deref(q);
	rc = mem_deref(rc);
	stack_close(&us);
	stack_close(&first);
	stack_close(&second);
	timers = mem_deref(timers);
}


static void handler(int err, uint16_t scode, const struct pl *contact,
		    void *arg)
{
	ck_assert_ptr_eq(arg, &q);
	++answers;
	got_err = err;
	got_scode = scode;
	got_contact[0] = '\0';
	if (contact)
		(void)pl_strcpy(contact, got_contact, sizeof(got_contact));
	if (q)
		q = mem_deref(q);
}


static bool answered(void *arg)
{
	return answers == *(unsigned *)arg;
}


static bool reached(void *arg)
{
	const struct stack *st = arg;

	return st->requests > 0;
}


static void start(void)
{
	q = mem_deref(q);
	ck_assert_int_eq(redirect_query(&q, rc, &bob, &callid, handler, &q),
			 0);
}


static void wait_answer(void)
{
	unsigned want = answers + 1;

	stack_run(timers, answered, &want);
}


static void ask(void)
{
	start();
	wait_answer();
}


/* the first server is silent until its deadline */
static void ask_silent_first(void)
{
	start();
	stack_run(timers, reached, &first);
	timers_advance(timers, DEADLINE_MS);
}


START_TEST(a_302_names_the_second_proxy)
{
	first.answer = 302;
	first.extra = "Contact: <sip:bob@192.0.2.7:5070>\r\n";
	ask();
	ck_assert_int_eq(got_err, 0);
	ck_assert_uint_eq(got_scode, 302);
	ck_assert_str_eq(got_contact, "sip:bob@192.0.2.7:5070");
	ck_assert_uint_eq(second.requests, 0);
}
END_TEST


START_TEST(a_302_without_a_usable_contact_is_502)
{
	first.answer = 302;
	first.extra = "Contact: <sip:bob@proxy2.example.net>\r\n";
	ask();
	ck_assert_uint_eq(got_scode, 502);
}
END_TEST


static const struct {
	uint16_t scode;
	bool next; /* it says nothing of the callee: the next server */
} statusv[] = {
	{404, false}, {480, false}, {403, false}, {486, false}, {410, false},
	{603, false}, {600, false}, {401, true},  {407, true},  {408, true},
	{500, true},  {503, true},  {504, true},
};


START_TEST(a_status_of_the_callee_is_passed_on)
{
	first.answer = statusv[_i].scode;
	second.answer = 302;
	second.extra = "Contact: <sip:bob@192.0.2.8>\r\n";
	ask();
	ck_assert_int_eq(got_err, 0);
	ck_assert_uint_eq(got_scode,
			  statusv[_i].next ? 302 : statusv[_i].scode);
	ck_assert_uint_eq(second.requests > 0, statusv[_i].next);
}
END_TEST


START_TEST(a_silent_server_is_given_up_for_the_next)
{
	second.answer = 404;
	ask_silent_first();
	wait_answer();
	ck_assert_uint_eq(got_scode, 404);
}
END_TEST


START_TEST(a_failed_server_delays_no_other_call)
{
	unsigned asked;

	second.answer = 404;
	ask_silent_first();
	wait_answer();

	/* only the first attempt's INVITE is still repeated */
	asked = first.requests;
	ask();
	ck_assert_uint_eq(got_scode, 404);
	ck_assert_uint_le(first.requests, asked + 1);
}
END_TEST


START_TEST(when_all_rest_the_answer_comes_at_once)
{
	first.answer = 500;
	second.answer = 503;
	ask();
	ck_assert_int_eq(got_err, ETIMEDOUT);
	ck_assert_uint_eq(got_scode, 0);

	start();
	ck_assert_uint_eq(answers, 2);
	ck_assert_int_eq(got_err, ETIMEDOUT);
}
END_TEST


START_TEST(after_its_rest_a_server_is_asked_again)
{
	first.answer = 500;
	second.answer = 503;
	ask();
	timers_advance(timers, REST_MS);
	first.answer = 404;
	ask();
	ck_assert_uint_eq(got_scode, 404);
}
END_TEST


START_TEST(an_answer_is_kept_as_long_as_it_says)
{
	first.answer = 302;
	first.extra = "Contact: <sip:bob@192.0.2.7>;expires=20\r\n";
	ask();
	first.answer = 404;

	start();
	ck_assert_ptr_null(q);
	ck_assert_uint_eq(answers, 2);
	ck_assert_str_eq(got_contact, "sip:bob@192.0.2.7");

	timers_advance(timers, 20000);
	ask();
	ck_assert_uint_eq(got_scode, 404);
}
END_TEST


START_TEST(an_answer_is_kept_no_longer_than_our_own_limit)
{
	first.answer = 302;
	first.extra = "Contact: <sip:bob@192.0.2.7>\r\nExpires: 3600\r\n";
	ask();
	first.answer = 404;
	timers_advance(timers, CACHE_S * 1000);
	ask();
	ck_assert_uint_eq(got_scode, 404);
}
END_TEST


START_TEST(an_answer_without_expiry_is_good_once)
{
	first.answer = 302;
	first.extra = "Contact: <sip:bob@192.0.2.7>\r\n";
	ask();
	first.answer = 404;
	ask();
	ck_assert_uint_eq(got_scode, 404);
}
END_TEST


START_TEST(what_did_not_work_is_forgotten)
{
	first.answer = 302;
	first.extra = "Contact: <sip:bob@192.0.2.7>;expires=20\r\n";
	ask();
	redirect_forget(rc, &bob);
	first.answer = 404;
	ask();
	ck_assert_uint_eq(got_scode, 404);
}
END_TEST


START_TEST(a_dropped_query_is_silent)
{
	first.answer = 404;
	start();
	q = mem_deref(q);
	stack_run(timers, reached, &first);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(answers, 0);
}
END_TEST


/* no redirect server at all: it takes the call */
static void answer_ok(struct message *req, void *arg)
{
	struct stack *st = arg;
	struct server_txn *txn = NULL;

	acks += message_is(req, "ACK");
	byes += message_is(req, "BYE");
	if (message_is(req, "ACK"))
		return;

	ck_assert_int_eq(server_txn_alloc(&txn, st->txns, req, NULL, NULL), 0);
	ck_assert_int_eq(server_txn_reply(txn, 200, NULL,
					  "Contact: <sip:bob@127.0.0.2>\r\n"),
			 0);
	mem_deref(txn);
}


static bool hung_up(void *arg)
{
	(void)arg;

	return acks && byes;
}


START_TEST(who_takes_the_call_is_hung_up_on)
{
	first.h = answer_ok;
	first.arg = &first;
	second.answer = 404;
	ask();
	ck_assert_uint_eq(got_scode, 404);
	stack_run(timers, hung_up, NULL);
}
END_TEST


static struct server_txn *ringing;


static void cancel_handler(struct server_txn *st, enum server_txn_event ev,
			   const struct message *msg, void *arg)
{
	(void)msg;
	(void)arg;
	if (ev != SERVER_TXN_CANCEL)
		return;

	++cancels;
	(void)server_txn_reply(st, 487, NULL, NULL);
}


static void answer_ringing(struct message *req, void *arg)
{
	struct stack *st = arg;

	if (!message_is(req, "INVITE"))
		return;

	ck_assert_int_eq(server_txn_alloc(&ringing, st->txns, req,
					  cancel_handler, NULL),
			 0);
	ck_assert_int_eq(server_txn_reply(ringing, 180, NULL, NULL), 0);
}


static bool cancelled(void *arg)
{
	(void)arg;

	return cancels > 0;
}


START_TEST(ringing_gains_no_time_and_is_cancelled)
{
	first.h = answer_ringing;
	first.arg = &first;
	second.answer = 404;
	start();
	stack_run(timers, reached, &first);
	stack_run(timers, NULL, NULL);
	timers_advance(timers, DEADLINE_MS);
	wait_answer();
	ck_assert_uint_eq(got_scode, 404);
	stack_run(timers, cancelled, NULL);
	stack_run(timers, NULL, NULL);
	server_txn_forget(ringing);
	ringing = mem_deref(ringing);
}
END_TEST


static char seen_ruri[128];


static void answer_seen(struct message *req, void *arg)
{
	struct stack *st = arg;
	struct server_txn *txn = NULL;

	if (message_is(req, "ACK"))
		return;

	(void)pl_strcpy(&req->ruri, seen_ruri, sizeof(seen_ruri));
	ck_assert_int_eq(req->body.l, 0);
	ck_assert_uint_eq(req->maxfwd, 70);
	ck_assert_ptr_nonnull(message_hdr(req, HDR_CONTACT));
	ck_assert_int_eq(server_txn_alloc(&txn, st->txns, req, NULL, NULL), 0);
	ck_assert_int_eq(server_txn_reply(txn, 404, NULL, NULL), 0);
	mem_deref(txn);
}


START_TEST(the_query_names_the_callee)
{
	const struct pl odd = PL("b o%b\r\n@example.net");

	first.h = answer_seen;
	first.arg = &first;
	ask();
	ck_assert_str_eq(seen_ruri, "sip:bob@example.net");

	ck_assert_int_eq(redirect_query(&q, rc, &odd, &callid, handler, &q),
			 0);
	wait_answer();
	ck_assert_str_eq(seen_ruri, "sip:b%20o%25b%0D%0A@example.net");
}
END_TEST


START_TEST(nonsense_is_refused)
{
	const struct pl nohost = PL("bob@"), nouser = PL("example.net");

	ck_assert_int_eq(redirect_query(&q, rc, &nohost, &callid, handler, &q),
			 EBADMSG);
	ck_assert_int_eq(redirect_query(&q, rc, &nouser, &callid, handler, &q),
			 EBADMSG);
	ck_assert_int_eq(redirect_query(NULL, rc, &bob, &callid, handler, &q),
			 EINVAL);
	ck_assert_int_eq(redirect_query(&q, NULL, &bob, &callid, handler, &q),
			 EINVAL);
	ck_assert_int_eq(redirect_query(&q, rc, &bob, &callid, NULL, &q),
			 EINVAL);
	ck_assert_uint_eq(answers, 0);
}
END_TEST


START_TEST(no_memory_is_said)
{
	int err = ENOMEM;

	first.answer = 404;
	for (int n = 0; err || answers; n++) {
		ck_assert_int_lt(n, 200);
		answers = 0;
		oom_after(n);
		err = redirect_query(&q, rc, &bob, &callid, handler, &q);
		oom_after(-1);
	}
	wait_answer();
}
END_TEST


Suite *suite_redirect_query(void);
Suite *suite_redirect_query(void)
{
	Suite *s = suite_create("redirect_query");
	TCase *tc = tcase_create("redirect_query");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_302_names_the_second_proxy);
	tcase_add_test(tc, a_302_without_a_usable_contact_is_502);
	test_table(tc, a_status_of_the_callee_is_passed_on, statusv);
	tcase_add_test(tc, a_silent_server_is_given_up_for_the_next);
	tcase_add_test(tc, a_failed_server_delays_no_other_call);
	tcase_add_test(tc, when_all_rest_the_answer_comes_at_once);
	tcase_add_test(tc, after_its_rest_a_server_is_asked_again);
	tcase_add_test(tc, an_answer_is_kept_as_long_as_it_says);
	tcase_add_test(tc, an_answer_is_kept_no_longer_than_our_own_limit);
	tcase_add_test(tc, an_answer_without_expiry_is_good_once);
	tcase_add_test(tc, what_did_not_work_is_forgotten);
	tcase_add_test(tc, a_dropped_query_is_silent);
	tcase_add_test(tc, who_takes_the_call_is_hung_up_on);
	tcase_add_test(tc, ringing_gains_no_time_and_is_cancelled);
	tcase_add_test(tc, the_query_names_the_callee);
	tcase_add_test(tc, nonsense_is_refused);
	tcase_add_test(tc, no_memory_is_said);
	suite_add_tcase(s, tc);

	return s;
}
