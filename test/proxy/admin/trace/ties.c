/**
 * @file test/proxy/admin/trace/ties.c  Whose Call-ID leads to which call
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "common/timer.h"
#include "proxy/admin/trace/ties.h"

static struct timers *timers;
static struct ties *t;


static void setup(void)
{
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(ties_alloc(&t, timers), 0);
}


static void teardown(void)
{
	oom_after(-1);
	t = mem_deref(t);
	timers = mem_deref(timers);
}


static void put(const char *own, const char *call)
{
	struct pl a, b;

	pl_set_str(&a, own);
	pl_set_str(&b, call);
	ties_put(t, &a, &b);
}


static bool leads(const char *own, const char *call)
{
	struct pl pl;

	pl_set_str(&pl, own);
	ties_follow(t, &pl);

	return !pl_strcmp(&pl, call);
}


START_TEST(what_is_tied_leads_to_its_call)
{
	put("q1", "call-1");
	put("q2", "call-1");
	put("q3", "call-2");
	ck_assert(leads("q1", "call-1"));
	ck_assert(leads("q2", "call-1"));
	ck_assert(leads("q3", "call-2"));
	ck_assert(leads("other", "other"));
	ck_assert(leads("call-1", "call-1"));
	put("q1", "call-3");
	ck_assert(leads("q1", "call-3"));
	ck_assert_uint_eq(ties_count(t), 3);
}
END_TEST


START_TEST(a_tie_ends_with_its_transaction)
{
	put("q1", "call-1");
	timers_advance(timers, TIE_LIFE_MS - 1);
	put("q2", "call-2");
	ck_assert(leads("q1", "call-1"));
	timers_advance(timers, 1);
	ck_assert(leads("q1", "q1"));
	ck_assert(leads("q2", "call-2"));
	ck_assert_uint_eq(ties_count(t), 1);

	/* what is said anew lives anew */
	put("q2", "call-2");
	timers_advance(timers, TIE_LIFE_MS - 1);
	ck_assert(leads("q2", "call-2"));
	timers_advance(timers, 1);
	ck_assert(leads("q2", "q2"));
	ck_assert_uint_eq(ties_count(t), 0);
}
END_TEST


START_TEST(too_many_push_out_the_oldest)
{
	char own[32];

	for (unsigned i = 0; i <= TIES_MAX; i++) {
		(void)snprintf(own, sizeof(own), "q%u", i);
		put(own, "call");
	}
	ck_assert_uint_eq(ties_count(t), TIES_MAX);
	ck_assert(leads("q0", "q0"));
	ck_assert(leads("q1", "call"));
	ck_assert(leads(own, "call"));
}
END_TEST


START_TEST(what_is_no_call_id_is_not_tied)
{
	char big[TIE_CALLID_MAX + 2];
	struct pl pl = PL("q");

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	put("", "call");
	put("q", "");
	put(big, "call");
	put("q", big);
	ties_put(t, NULL, &pl);
	ties_put(t, &pl, NULL);
	ties_put(NULL, &pl, &pl);
	ck_assert_uint_eq(ties_count(t), 0);
	put("q", big + 1);
	ck_assert(leads("q", big + 1));
	ties_follow(NULL, &pl);
	ties_follow(t, NULL);
	ck_assert_uint_eq(ties_count(NULL), 0);
}
END_TEST


START_TEST(out_of_memory_ties_nothing)
{
	struct ties *other = NULL;
	int err = ENOMEM;

	ck_assert_int_eq(ties_alloc(NULL, timers), EINVAL);
	ck_assert_int_eq(ties_alloc(&other, NULL), EINVAL);
	for (int i = 0; err; i++) {
		oom_after(i);
		err = ties_alloc(&other, timers);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
	}
	mem_deref(other);
	oom_after(0);
	put("q1", "call-1");
	oom_after(-1);
	ck_assert_uint_eq(ties_count(t), 0);
}
END_TEST


Suite *suite_ties(void);
Suite *suite_ties(void)
{
	Suite *s = suite_create("ties");
	TCase *tc = tcase_create("ties");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_tied_leads_to_its_call);
	tcase_add_test(tc, a_tie_ends_with_its_transaction);
	tcase_add_test(tc, too_many_push_out_the_oldest);
	tcase_add_test(tc, what_is_no_call_id_is_not_tied);
	tcase_add_test(tc, out_of_memory_ties_nothing);
	suite_add_tcase(s, tc);

	return s;
}
