/**
 * @file test/proxy/sip/enquiry.c  A question put to servers, one by one
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "proxy/sip/enquiry.h"


enum { DEADLINE_MS = 2000, REST_MS = 10000 };

static struct timers *timers;
static struct stack us, first, second;
static struct agent *agent;
static struct rotation *rotation;
static struct enquirer *e;
static struct enquiry *q;
static unsigned answers;
static int got_err;
static uint16_t got_scode;
static size_t got_server;


static void servers(const struct config_addr *a, const struct config_addr *b)
{
	const struct config_addr v[] = {*a, *b};

	e = mem_deref(e);
	rotation = mem_deref(rotation);
	ck_assert_int_eq(rotation_alloc(&rotation, v, 2, REST_MS, timers), 0);
	ck_assert_int_eq(enquirer_alloc(&e, "test", agent, rotation,
					DEADLINE_MS, timers, NULL),
			 0);
}


static void setup(void)
{
	const struct hash_key key = {{1}};
	struct config_addr a, b;
	struct sa laddr;

	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	stack_open(&us, timers, "127.0.0.1", NULL, NULL);
	stack_open(&first, timers, "127.0.0.2", NULL, NULL);
	stack_open(&second, timers, "127.0.0.3", NULL, NULL);
	ck_assert_int_eq(sa_set_str(&laddr, "127.0.0.1", 0), 0);
	ck_assert_int_eq(transport_listen(us.tp, FLOW_TCP, &laddr, NULL), 0);
	ck_assert_int_eq(agent_alloc(&agent, us.tp, us.txns, &key), 0);
	a = stack_server(&first);
	b = stack_server(&second);
	servers(&a, &b);
}


static void teardown(void)
{
	q = mem_deref(q);
	e = mem_deref(e);
	rotation = mem_deref(rotation);
	agent = mem_deref(agent);
	stack_close(&us);
	stack_close(&first);
	stack_close(&second);
	timers = mem_deref(timers);
}


static int send_handler(struct client_txn **ctp,
			const struct enquiry_path *path, client_txn_h *h,
			void *harg, void *arg)
{
	struct build_request rq = {.met = "INVITE", .cseq = 1};
	(void)arg;

	pl_set_str(&rq.ruri, "sip:bob@example.net");
	pl_set_str(&rq.from, "<sip:us@127.0.0.1>;tag=1");
	pl_set_str(&rq.to, "<sip:bob@example.net>");
	pl_set_str(&rq.callid, "1");

	return agent_send(ctp, agent, path->flow, &rq, h, harg);
}


static bool is_final(const struct message *resp)
{
	return resp->scode == 302 || resp->scode == 404;
}


static void handler(int err, const struct message *resp, size_t server,
		    void *arg)
{
	ck_assert_ptr_eq(arg, &q);
	ck_assert_int_eq(err != 0, resp == NULL);
	++answers;
	got_err = err;
	got_scode = resp ? resp->scode : 0;
	got_server = server;
	q = mem_deref(q);
}


static int start(int server)
{
	const struct enquiry_conf conf = {
		.server = server,
		.sendh = send_handler,
		.finalh = is_final,
		.h = handler,
		.arg = &q,
	};

	answers = 0;

	return enquiry_alloc(&q, e, &conf);
}


static bool answered(void *arg)
{
	(void)arg;

	return answers > 0;
}


static void ask(int server)
{
	ck_assert_int_eq(start(server), 0);
	stack_run(timers, answered, NULL);
	ck_assert_uint_eq(answers, 1);
}


START_TEST(the_first_server_answers)
{
	first.answer = 302;
	ask(ENQUIRY_ANY_SERVER);
	ck_assert_int_eq(got_err, 0);
	ck_assert_uint_eq(got_scode, 302);
	ck_assert_uint_eq(got_server, 0);
}
END_TEST


START_TEST(only_one_server_is_asked_when_it_is_named)
{
	first.answer = 500;
	second.answer = 404;
	ask(0);
	ck_assert_int_eq(got_err, ETIMEDOUT);
	ck_assert_uint_eq(second.requests, 0);

	/* though it rests */
	first.answer = 302;
	ask(0);
	ck_assert_uint_eq(got_scode, 302);
	ck_assert_int_eq(start(2), EINVAL);
}
END_TEST


START_TEST(shortage_is_said_though_others_were_silent)
{
	first.answer = 503;
	second.answer = 500;
	ask(ENQUIRY_ANY_SERVER);
	ck_assert_int_eq(got_err, ENOSPC);
	ck_assert_int_eq(start(ENQUIRY_ANY_SERVER), ECONNREFUSED);
	ck_assert_ptr_null(q);
}
END_TEST


/* an address where nobody listens for TCP */
static struct config_addr closed_port(void)
{
	struct config_addr addr = {.proto = CONFIG_TCP};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(sa_set_str(&addr.sa, "127.0.0.4", 0), 0);
	ck_assert_int_eq(bind(fd, &addr.sa.u.sa, addr.sa.len), 0);
	ck_assert_int_eq(getsockname(fd, &addr.sa.u.sa, &addr.sa.len), 0);
	(void)close(fd);

	return addr;
}


START_TEST(a_refused_connection_needs_no_deadline)
{
	const struct config_addr a = closed_port();
	const struct config_addr b = stack_server(&second);
	uint64_t before = timers_now(timers);

	servers(&a, &b);
	second.answer = 404;
	ask(ENQUIRY_ANY_SERVER);
	ck_assert_uint_eq(got_scode, 404);
	ck_assert_uint_eq(got_server, 1);
	ck_assert_uint_lt(timers_now(timers) - before, DEADLINE_MS);
}
END_TEST


START_TEST(a_server_that_cannot_be_reached_is_passed_over)
{
	struct config_addr a = stack_server(&first);
	const struct config_addr b = stack_server(&second);

	ck_assert_int_eq(sa_set_str(&a.sa, "::1", 5060), 0);
	servers(&a, &b);
	second.answer = 404;
	ask(ENQUIRY_ANY_SERVER);
	ck_assert_uint_eq(got_server, 1);
}
END_TEST


START_TEST(a_late_answer_disturbs_nobody)
{
	ck_assert_int_eq(start(ENQUIRY_ANY_SERVER), 0);
	stack_run(timers, NULL, NULL);
	second.answer = 404;
	timers_advance(timers, DEADLINE_MS);
	stack_run(timers, answered, NULL);
	ck_assert_uint_eq(got_server, 1);

	first.answer = 302;
	timers_advance(timers, 2000); /* the INVITE once more */
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(answers, 1);
	ck_assert_uint_eq(us.strays, 0);
}
END_TEST


START_TEST(an_enquirer_goes_with_what_is_under_way)
{
	ck_assert_int_eq(start(ENQUIRY_ANY_SERVER), 0);
	e = mem_deref(e);
	q = mem_deref(q);
	first.answer = 302;
	timers_advance(timers, 1000);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(answers, 0);
}
END_TEST


START_TEST(no_memory_is_said_and_no_server_blamed)
{
	int n, err = ENOMEM;

	first.answer = 404;
	for (n = 0; err; n++) {
		oom_after(n);
		err = start(ENQUIRY_ANY_SERVER);
		oom_after(-1);
		ck_assert_int_eq(err ? ENOMEM : 0, err);
	}
	ck_assert_int_gt(n, 3);
	stack_run(timers, answered, NULL);
	ck_assert_uint_eq(got_server, 0);
}
END_TEST


Suite *suite_enquiry(void);
Suite *suite_enquiry(void)
{
	Suite *s = suite_create("enquiry");
	TCase *tc = tcase_create("enquiry");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_first_server_answers);
	tcase_add_test(tc, only_one_server_is_asked_when_it_is_named);
	tcase_add_test(tc, shortage_is_said_though_others_were_silent);
	tcase_add_test(tc, a_refused_connection_needs_no_deadline);
	tcase_add_test(tc, a_server_that_cannot_be_reached_is_passed_over);
	tcase_add_test(tc, a_late_answer_disturbs_nobody);
	tcase_add_test(tc, an_enquirer_goes_with_what_is_under_way);
	tcase_add_test(tc, no_memory_is_said_and_no_server_blamed);
	suite_add_tcase(s, tc);

	return s;
}
