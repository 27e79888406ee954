/**
 * @file test/proxy/user/push.c  Wakes sleeping phones
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "test/mock/fakeflow.h"
#include "test/mock/hook.h"
#include "test/mock/stack.h"
#include "test/test.h"
#include "proxy/user/push.h"

#define ALICE   "alice@example.net"
#define CONTACT "sip:a@192.0.2.9;pn-provider=fcm;pn-prid=t%3Ak;pn-param=p"

static const struct pl callid = PL("call-1");
static struct config cfg;
static struct timers *timers;
static struct location *loc;
static struct push *push;
static struct fakeflow *ff;
static struct hook hook;

struct caller {
	struct push_wait *wait;
	unsigned calls;
	int err;
	const char *contact;
};


static void setup(void)
{
	hook_open(&hook, 200);
	memset(&cfg, 0, sizeof(cfg));
	(void)str_ncpy(cfg.push.url, hook.url, sizeof(cfg.push.url));
	cfg.push.timeout = 1;
	cfg.push.wait = 2;
	(void)strcpy(cfg.push.providerv[0], "apns");
	(void)strcpy(cfg.push.providerv[1], "FCM");
	cfg.push.providerc = 2;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(location_alloc(&loc, timers, 5), 0);
	ck_assert_int_eq(push_alloc(&push, &cfg, loc, timers, NULL, NULL), 0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_TCP, "192.0.2.1:5060",
					"198.51.100.7:40000", timers),
			 0);
}


static void teardown(void)
{
	push = mem_deref(push);
	loc = mem_deref(loc);
	ff = mem_deref(ff);
	hook_close(&hook);
	timers = mem_deref(timers);
}


static const struct binding *put(const char *contact, struct flow *flow,
				 int64_t age_ms)
{
	const struct pl aor = PL(ALICE);
	struct timespec ts;
	struct binding b;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	memset(&b, 0, sizeof(b));
	b.aor = (char *)ALICE;
	b.contact = (char *)contact;
	b.callid = (char *)"c";
	b.flow = flow;
	b.registered_at = (int64_t)ts.tv_sec * 1000 - age_ms;
	ck_assert_int_eq(location_put(loc, &b, 600), 0);

	return list_ledata(list_head(location_get(loc, &aor)));
}


static void handler(int err, const struct binding *b, void *arg)
{
	struct caller *c = arg;

	++c->calls;
	c->err = err;
	c->contact = b ? b->contact : NULL;
	c->wait = mem_deref(c->wait);
}


static void wake(struct caller *c, const struct binding *b)
{
	memset(c, 0, sizeof(*c));
	ck_assert(push_wanted(push, b));
	ck_assert_int_eq(push_wake(&c->wait, push, b, &callid, handler, c), 0);
	ck_assert_uint_eq(c->calls, 0);
}


static bool heard(void *arg)
{
	(void)arg;

	return hook.requests > 0;
}


static bool answered(void *arg)
{
	const struct caller *c = arg;

	return c->calls > 0;
}


START_TEST(a_phone_is_woken_and_comes)
{
	const struct binding *b = put(CONTACT, NULL, 0);
	struct caller one, two;

	wake(&one, b);
	wake(&two, b);
	stack_run(timers, heard, NULL);
	ck_assert_str_eq(hook.body,
			 "{\"aor\":\"" ALICE "\",\"provider\":\"fcm\","
			 "\"prid\":\"t:k\",\"param\":\"p\","
			 "\"call-id\":\"call-1\"}");
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(hook.requests, 1);
	ck_assert_uint_eq(one.calls + two.calls, 0);

	/* others come and go */
	(void)put("sip:b@192.0.2.9", ff->flow, 0);
	timers_advance(timers, 1);
	ck_assert_uint_eq(one.calls + two.calls, 0);
	(void)put(CONTACT, ff->flow, 0);
	ck_assert_uint_eq(one.calls + two.calls, 0);
	timers_advance(timers, 1);
	ck_assert_uint_eq(one.calls, 1);
	ck_assert_uint_eq(two.calls, 1);
	ck_assert_int_eq(one.err, 0);
	ck_assert_str_eq(one.contact, CONTACT);
	ck_assert(!push_wanted(push, b));
}
END_TEST


/* the same token under another URI, as phones do that boot */
START_TEST(a_phone_that_comes_as_another_binding_has_come)
{
	struct caller c;

	wake(&c, put(CONTACT, NULL, 0));
	(void)put("sip:a@192.0.2.9:5099;pn-provider=fcm;pn-prid=t%3Ak;"
		  "pn-param=p",
		  ff->flow, 0);
	timers_advance(timers, 1);
	ck_assert_uint_eq(c.calls, 1);
	ck_assert_int_eq(c.err, 0);
}
END_TEST


START_TEST(a_phone_that_does_not_come_is_given_up)
{
	struct caller c;

	wake(&c, put(CONTACT, NULL, 0));
	stack_run(timers, heard, NULL);
	timers_advance(timers, 1900);
	ck_assert_uint_eq(c.calls, 0);
	timers_advance(timers, 200);
	ck_assert_uint_eq(c.calls, 1);
	ck_assert_int_eq(c.err, ETIMEDOUT);
	ck_assert_ptr_null(c.contact);
}
END_TEST


static const unsigned refusalv[] = {404, 500, 302};


START_TEST(a_hook_that_refuses_is_told_at_once)
{
	struct caller c;

	hook.status = refusalv[_i];
	wake(&c, put(CONTACT, NULL, 0));
	stack_run(timers, answered, &c);
	ck_assert_int_eq(c.err, EIO);
}
END_TEST


START_TEST(who_does_not_wait_any_more_is_not_called)
{
	const struct binding *b = put(CONTACT, NULL, 0);
	struct caller one, two;

	wake(&one, b);
	wake(&two, b);
	one.wait = mem_deref(one.wait);
	(void)put(CONTACT, ff->flow, 0);
	timers_advance(timers, 1);
	ck_assert_uint_eq(one.calls, 0);
	ck_assert_uint_eq(two.calls, 1);

	/* nobody is left: it is called off */
	flow_close(ff->flow, 0);
	wake(&one, b);
	one.wait = mem_deref(one.wait);
	timers_advance(timers, 5000);
	ck_assert_uint_eq(one.calls, 0);

	wake(&one, b);
	push = mem_deref(push);
	timers_advance(timers, 5000);
	ck_assert_uint_eq(one.calls, 0);
	mem_deref(one.wait);
}
END_TEST


static const struct {
	const char *contact;
	enum flow_proto proto;
	bool flow;
	int64_t age_ms;
	bool wanted;
} wantv[] = {
	{CONTACT, FLOW_TCP, false, 0, true},
	{CONTACT, FLOW_TCP, true, 999999, false},
	{CONTACT, FLOW_UDP, true, 0, false},
	{CONTACT, FLOW_UDP, true, 60000, true},
	{"sip:a@192.0.2.9", FLOW_TCP, false, 0, false},
	{"sip:a@h;pn-provider=webpush;pn-prid=x", FLOW_TCP, false, 0, false},
	{"sip:a@h;pn-provider=apns;pn-prid=x", FLOW_TCP, false, 0, true},
};


START_TEST(who_sleeps_and_can_be_woken_is_wanted)
{
	const struct binding *b;

	mem_deref(ff);
	ck_assert_int_eq(fakeflow_alloc(&ff, wantv[_i].proto, "192.0.2.1:5060",
					"198.51.100.7:40000", timers),
			 0);
	b = put(wantv[_i].contact, wantv[_i].flow ? ff->flow : NULL,
		wantv[_i].age_ms);
	ck_assert(push_wanted(push, b) == wantv[_i].wanted);
	ck_assert(!push_wanted(NULL, b));
}
END_TEST


START_TEST(nonsense_and_no_memory_are_refused)
{
	const struct pl fcm = PL("fcm"), none = PL("");
	const struct binding *b = put(CONTACT, NULL, 0);
	struct push_wait *wt = NULL;
	struct push *p = NULL;
	int err = ENOMEM;

	ck_assert_int_eq(push_alloc(NULL, &cfg, loc, timers, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(push_alloc(&p, NULL, loc, timers, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(push_alloc(&p, &cfg, NULL, timers, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(push_alloc(&p, &cfg, loc, NULL, NULL, NULL), EINVAL);
	ck_assert_int_eq(push_wake(NULL, push, b, &callid, handler, NULL),
			 EINVAL);
	ck_assert_int_eq(push_wake(&wt, NULL, b, &callid, handler, NULL),
			 EINVAL);
	ck_assert_int_eq(push_wake(&wt, push, NULL, &callid, handler, NULL),
			 EINVAL);
	ck_assert_int_eq(push_wake(&wt, push, b, &none, handler, NULL),
			 EINVAL);
	ck_assert_int_eq(push_wake(&wt, push, b, &callid, NULL, NULL), EINVAL);
	ck_assert(push_serves(&cfg, &fcm));
	ck_assert(!push_serves(&cfg, &none));
	ck_assert(!push_serves(NULL, &fcm));
	cfg.push.url[0] = '\0';
	ck_assert(!push_serves(&cfg, &fcm));
	(void)str_ncpy(cfg.push.url, hook.url, sizeof(cfg.push.url));
	for (int n = 0; err; n++) {
		oom_after(n);
		err = push_wake(&wt, push, b, &callid, handler, NULL);
		oom_after(-1);
		ck_assert(!err || (err == ENOMEM && n < 20));
	}
	mem_deref(wt);
}
END_TEST


Suite *suite_push(void);
Suite *suite_push(void)
{
	Suite *s = suite_create("push");
	TCase *tc = tcase_create("push");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_phone_is_woken_and_comes);
	tcase_add_test(tc, a_phone_that_comes_as_another_binding_has_come);
	tcase_add_test(tc, a_phone_that_does_not_come_is_given_up);
	test_table(tc, a_hook_that_refuses_is_told_at_once, refusalv);
	tcase_add_test(tc, who_does_not_wait_any_more_is_not_called);
	test_table(tc, who_sleeps_and_can_be_woken_is_wanted, wantv);
	tcase_add_test(tc, nonsense_and_no_memory_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
