/**
 * @file test/proxy/sip/agent.c  Requests of our own
 */
#include <string.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "proxy/sip/agent.h"


static struct timers *timers;
static struct stack us, server;
static struct agent *a;
static const struct hash_key key = {{1}};


static void setup(void)
{
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	stack_open(&us, timers, "127.0.0.1", NULL, NULL);
	stack_open(&server, timers, "127.0.0.2", NULL, NULL);
	ck_assert_int_eq(agent_alloc(&a, us.tp, us.txns, &key), 0);
}


static void teardown(void)
{
	a = mem_deref(a);
	stack_close(&us);
	stack_close(&server);
	timers = mem_deref(timers);
}


static const struct {
	const char *aor;
	const char *uri; /* NULL: EBADMSG */
} aorv[] = {
	{"bob@example.net", "sip:bob@example.net"},
	{"+4912@example.net", "sip:+4912@example.net"},
	{"b b@example.net", "sip:b%20b@example.net"},
	{"b\"<>@example.net", "sip:b%22%3C%3E@example.net"},
	{"b@b@example.net", "sip:b%40b@example.net"},
	{"bob@", NULL},
	{"@example.net", NULL},
	{"example.net", NULL},
};


START_TEST(an_aor_becomes_a_uri)
{
	char uri[AGENT_URI_SIZE];
	struct pl aor;
	int err;

	pl_set_str(&aor, aorv[_i].aor);
	err = agent_aor_uri(uri, sizeof(uri), &aor);
	ck_assert_int_eq(err, aorv[_i].uri ? 0 : EBADMSG);
	if (!err)
		ck_assert_str_eq(uri, aorv[_i].uri);
	if (!err)
		ck_assert_int_eq(agent_aor_uri(uri, 8, &aor), EBADMSG);
}
END_TEST


START_TEST(tags_differ)
{
	char one[AGENT_TAG_SIZE], two[AGENT_TAG_SIZE];

	agent_tag(one, 'x');
	agent_tag(two, 'x');
	ck_assert_uint_eq(strlen(one), 17);
	ck_assert_str_ne(one, two);
}
END_TEST


static bool reached(void *arg)
{
	(void)arg;

	return server.requests > 0;
}


START_TEST(a_request_leaves_with_our_via_and_nobody_need_wait)
{
	const struct config_addr addr = stack_server(&server);
	struct build_request rq = {.met = "OPTIONS", .cseq = 1};
	struct flow *flow = NULL;
	struct sa sentby;

	pl_set_str(&rq.ruri, "sip:127.0.0.2");
	pl_set_str(&rq.from, "<sip:us@127.0.0.1>;tag=1");
	pl_set_str(&rq.to, "<sip:127.0.0.2>");
	pl_set_str(&rq.callid, "1");
	server.answer = 200;
	ck_assert_int_eq(agent_flow(&flow, &sentby, a, &addr), 0);
	ck_assert(sa_cmp(&sentby, &us.addr, SA_ALL));
	ck_assert_int_eq(agent_send(NULL, a, flow, &rq, NULL, NULL), 0);
	stack_run(timers, reached, NULL);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(us.strays, 0);
	mem_deref(flow);
}
END_TEST


START_TEST(no_listener_of_that_family_is_said)
{
	struct config_addr addr = stack_server(&server);
	struct flow *flow = NULL;
	struct sa sentby;

	ck_assert_int_eq(sa_set_str(&addr.sa, "::1", 5060), 0);
	ck_assert_int_eq(agent_flow(&flow, &sentby, a, &addr), EAFNOSUPPORT);
	ck_assert_ptr_null(flow);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct agent *x = NULL;

	ck_assert_int_eq(agent_alloc(&x, NULL, us.txns, &key), EINVAL);
	ck_assert_int_eq(agent_alloc(&x, us.tp, NULL, &key), EINVAL);
	ck_assert_int_eq(agent_alloc(&x, us.tp, us.txns, NULL), EINVAL);
	ck_assert_int_eq(agent_send(NULL, NULL, NULL, NULL, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(agent_bye(a, NULL, NULL), EINVAL);
	oom_after(0);
	ck_assert_int_eq(agent_alloc(&x, us.tp, us.txns, &key), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(x);
}
END_TEST


Suite *suite_agent(void);
Suite *suite_agent(void)
{
	Suite *s = suite_create("agent");
	TCase *tc = tcase_create("agent");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, an_aor_becomes_a_uri, aorv);
	tcase_add_test(tc, tags_differ);
	tcase_add_test(tc, a_request_leaves_with_our_via_and_nobody_need_wait);
	tcase_add_test(tc, no_listener_of_that_family_is_said);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
