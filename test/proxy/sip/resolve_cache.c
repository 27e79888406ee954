/**
 * @file test/proxy/sip/resolve_cache.c  What is known of names
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "proxy/sip/resolve_cache.h"


static const struct resolve_cache_conf conf = {
	.max = 3, .ttl_max_s = 100, .negative_s = 10, .stale_s = 1000};

static struct resolve_cache *c;
static struct resolve_answer a;
static const struct resolve_set *set;
static bool stale;


static void setup(void)
{
	ck_assert_int_eq(resolve_cache_alloc(&c, &conf), 0);
	memset(&a, 0, sizeof(a));
	a.rrc = 1;
	a.ttl_s = 50;
	a.rrv[0].port = 5060;
	a.rrv[0].name = a.namev[0];
	(void)str_ncpy(a.namev[0], "target.example", sizeof(a.namev[0]));
}


static void teardown(void)
{
	oom_after(-1);
	c = mem_deref(c);
}


static struct resolve_entry *entry(const char *name)
{
	struct resolve_entry *e = NULL;

	ck_assert_int_eq(resolve_cache_entry(&e, c, RESOLVE_SRV, name), 0);

	return e;
}


static void learn(struct resolve_entry *e, int err, uint64_t now)
{
	ck_assert_int_eq(resolve_entry_learn(e, err, &a, now, &stale), 0);
}


START_TEST(what_was_learnt_is_known_until_it_expires)
{
	struct resolve_entry *e = entry("x");

	ck_assert_int_eq(resolve_entry_known(&set, e, 0, true), EINPROGRESS);
	learn(e, 0, 1000);
	memset(a.namev, 0, sizeof(a.namev));
	ck_assert_int_eq(resolve_entry_known(&set, e, 50999, false), 0);
	ck_assert_str_eq(set->rrv[0].name, "target.example");
	ck_assert_int_eq(resolve_entry_known(&set, e, 51000, false),
			 EINPROGRESS);
	/* in need */
	ck_assert_int_eq(resolve_entry_known(&set, e, 51000, true), 0);
	ck_assert_int_eq(resolve_entry_known(&set, e, 1051000, true),
			 EINPROGRESS);
}
END_TEST


static const struct {
	int err;
	uint32_t ttl_s;
	uint32_t believed_s;
} ttlv[] = {
	{0, 0, 1},      {0, 7, 7},          {0, 100000, 100},   {ENOENT, 0, 1},
	{ENOENT, 7, 7}, {ENOENT, 3600, 10}, {ETIMEDOUT, 50, 2},
};


START_TEST(a_time_to_live_has_a_floor_and_a_ceiling)
{
	struct resolve_entry *e = entry("x");

	a.ttl_s = ttlv[_i].ttl_s;
	learn(e, ttlv[_i].err, 5000);
	ck_assert_uint_eq(e->until, 5000 + 1000 * ttlv[_i].believed_s);
	ck_assert_int_eq(resolve_entry_known(&set, e, e->until - 1, false),
			 ttlv[_i].err);
}
END_TEST


START_TEST(where_nobody_can_say_what_was_known_goes_on)
{
	struct resolve_entry *e = entry("x");

	learn(e, 0, 0);
	learn(e, ETIMEDOUT, 60000);
	ck_assert(stale);
	ck_assert_int_eq(resolve_entry_known(&set, e, 89999, false), 0);
	ck_assert_int_eq(resolve_entry_known(&set, e, 90000, false),
			 EINPROGRESS);

	/* not for ever */
	learn(e, ETIMEDOUT, 1060000);
	ck_assert(!stale);
	ck_assert_int_eq(resolve_entry_known(&set, e, 1060001, true),
			 ETIMEDOUT);

	/* that there is nothing is news */
	learn(e, 0, 2000000);
	learn(e, ENOENT, 2060000);
	ck_assert_int_eq(resolve_entry_known(&set, e, 2060001, true), ENOENT);
}
END_TEST


START_TEST(the_one_longest_unused_gives_way)
{
	struct resolve_entry *e = entry("one");

	learn(e, 0, 0);
	learn(entry("two"), 0, 0);
	learn(entry("three"), 0, 0);
	ck_assert_ptr_eq(entry("one"), e);
	learn(entry("four"), 0, 0);
	ck_assert_ptr_eq(entry("one"), e);
	ck_assert_uint_eq(entry("two")->until, 0);
}
END_TEST


START_TEST(one_that_is_asked_for_does_not_give_way)
{
	struct resolve_entry *e;

	entry("one")->pending = true;
	entry("two")->pending = true;
	entry("three")->pending = true;
	ck_assert_int_eq(resolve_cache_entry(&e, c, RESOLVE_A, "four"),
			 ENOSPC);
	entry("two")->pending = false;
	ck_assert_int_eq(resolve_cache_entry(&e, c, RESOLVE_A, "four"), 0);
}
END_TEST


START_TEST(a_type_is_part_of_the_name)
{
	struct resolve_entry *e;

	ck_assert_int_eq(resolve_cache_entry(&e, c, RESOLVE_A, "x"), 0);
	ck_assert_ptr_ne(e, entry("x"));
}
END_TEST


struct waiter {
	struct list own;
	struct waiter *other; /* who goes when this one wakes */
	unsigned woken;
	struct resolve_entry *again;
};


static void wake_handler(void *arg)
{
	struct waiter *w = arg;

	++w->woken;
	if (w->other)
		list_flush(&w->other->own);
	if (w->again)
		ck_assert_int_eq(
			resolve_entry_wait(w->again, &w->own, wake_handler, w),
			0);
}


START_TEST(each_who_waits_is_woken_once)
{
	struct resolve_entry *e = entry("x");
	struct waiter v[3] = {0};

	v[1].other = &v[2];
	v[0].again = e;
	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(
			resolve_entry_wait(e, &v[i].own, wake_handler, &v[i]),
			0);
		ck_assert_int_eq(
			resolve_entry_wait(e, &v[i].own, wake_handler, &v[i]),
			0);
	}

	resolve_entry_wake(e);
	ck_assert_uint_eq(v[0].woken, 1);
	ck_assert_uint_eq(v[1].woken, 1);
	ck_assert_uint_eq(v[2].woken, 0);

	v[0].again = NULL;
	resolve_entry_wake(e);
	ck_assert_uint_eq(v[0].woken, 2);
	ck_assert_uint_eq(v[1].woken, 1);
}
END_TEST


START_TEST(out_of_memory_is_said)
{
	struct resolve_cache *other = NULL;
	struct resolve_entry *e = entry("x");
	struct list own = LIST_INIT;

	oom_after(0);
	ck_assert_int_eq(resolve_cache_alloc(&other, &conf), ENOMEM);
	oom_after(0);
	ck_assert_int_eq(resolve_cache_entry(&e, c, RESOLVE_A, "y"), ENOMEM);
	oom_after(0);
	ck_assert_int_eq(resolve_entry_wait(e, &own, wake_handler, NULL),
			 ENOMEM);
	oom_after(0);
	ck_assert_int_eq(resolve_entry_learn(e, 0, &a, 0, &stale), ENOMEM);
	ck_assert_int_eq(resolve_entry_known(&set, e, 1, false), ENOMEM);
	ck_assert_int_eq(resolve_cache_alloc(NULL, &conf), EINVAL);
}
END_TEST


Suite *suite_resolve_cache(void);
Suite *suite_resolve_cache(void)
{
	Suite *s = suite_create("resolve_cache");
	TCase *tc = tcase_create("resolve_cache");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_was_learnt_is_known_until_it_expires);
	test_table(tc, a_time_to_live_has_a_floor_and_a_ceiling, ttlv);
	tcase_add_test(tc, where_nobody_can_say_what_was_known_goes_on);
	tcase_add_test(tc, the_one_longest_unused_gives_way);
	tcase_add_test(tc, one_that_is_asked_for_does_not_give_way);
	tcase_add_test(tc, a_type_is_part_of_the_name);
	tcase_add_test(tc, each_who_waits_is_woken_once);
	tcase_add_test(tc, out_of_memory_is_said);
	suite_add_tcase(s, tc);

	return s;
}
