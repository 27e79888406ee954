/**
 * @file test/proxy/redirect/redirect_cache.c  What redirect servers said
 */
#include <string.h>
#include "test/test.h"
#include "common/timer.h"
#include "proxy/redirect/redirect_cache.h"


static const struct pl bob = PL("bob@example.net");
static const struct pl carol = PL("carol@example.net");
static const struct pl dave = PL("dave@example.net");
static const struct pl proxy1 = PL("sip:bob@192.0.2.1");
static const struct pl proxy2 = PL("sip:bob@192.0.2.2");

static struct timers *timers;
static struct redirect_cache *c;


static void setup(void)
{
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(redirect_cache_alloc(&c, timers, 2), 0);
}


static void teardown(void)
{
	c = mem_deref(c);
	timers = mem_deref(timers);
}


START_TEST(an_entry_holds_until_it_expires)
{
	ck_assert_int_eq(redirect_cache_put(c, &bob, &proxy1, 30), 0);
	ck_assert_str_eq(redirect_cache_get(c, &bob), "sip:bob@192.0.2.1");
	ck_assert_ptr_null(redirect_cache_get(c, &carol));

	timers_advance(timers, 29999);
	ck_assert_ptr_nonnull(redirect_cache_get(c, &bob));
	timers_advance(timers, 1);
	ck_assert_ptr_null(redirect_cache_get(c, &bob));
	ck_assert_uint_eq(redirect_cache_count(c), 0);
}
END_TEST


START_TEST(a_newer_answer_replaces_the_older)
{
	ck_assert_int_eq(redirect_cache_put(c, &bob, &proxy1, 30), 0);
	ck_assert_int_eq(redirect_cache_put(c, &bob, &proxy2, 30), 0);
	ck_assert_str_eq(redirect_cache_get(c, &bob), "sip:bob@192.0.2.2");
	ck_assert_uint_eq(redirect_cache_count(c), 1);
}
END_TEST


START_TEST(no_expiry_means_not_kept)
{
	ck_assert_int_eq(redirect_cache_put(c, &bob, &proxy1, 30), 0);
	ck_assert_int_eq(redirect_cache_put(c, &bob, &proxy2, 0), 0);
	ck_assert_ptr_null(redirect_cache_get(c, &bob));
}
END_TEST


START_TEST(what_is_forgotten_is_asked_again)
{
	ck_assert_int_eq(redirect_cache_put(c, &bob, &proxy1, 30), 0);
	redirect_cache_del(c, &carol);
	ck_assert_ptr_nonnull(redirect_cache_get(c, &bob));
	redirect_cache_del(c, &bob);
	ck_assert_ptr_null(redirect_cache_get(c, &bob));
}
END_TEST


START_TEST(a_full_cache_drops_the_oldest)
{
	ck_assert_int_eq(redirect_cache_put(c, &bob, &proxy1, 30), 0);
	ck_assert_int_eq(redirect_cache_put(c, &carol, &proxy1, 30), 0);
	ck_assert_int_eq(redirect_cache_put(c, &dave, &proxy1, 30), 0);
	ck_assert_uint_eq(redirect_cache_count(c), 2);
	ck_assert_ptr_null(redirect_cache_get(c, &bob));
	ck_assert_ptr_nonnull(redirect_cache_get(c, &dave));
}
END_TEST


START_TEST(no_memory_changes_nothing)
{
	struct redirect_cache *x = NULL;

	oom_after(0);
	ck_assert_int_eq(redirect_cache_alloc(&x, timers, 2), ENOMEM);
	ck_assert_ptr_null(x);
	oom_after(0);
	ck_assert_int_eq(redirect_cache_put(c, &bob, &proxy1, 30), ENOMEM);
	oom_after(-1);
	ck_assert_uint_eq(redirect_cache_count(c), 0);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	ck_assert_int_eq(redirect_cache_alloc(NULL, timers, 2), EINVAL);
	ck_assert_int_eq(redirect_cache_alloc(&c, timers, 0), EINVAL);
	ck_assert_int_eq(redirect_cache_put(NULL, &bob, &proxy1, 1), EINVAL);
	ck_assert_int_eq(redirect_cache_put(c, NULL, &proxy1, 1), EINVAL);
	ck_assert_ptr_null(redirect_cache_get(c, NULL));
	redirect_cache_del(NULL, &bob);
}
END_TEST


Suite *suite_redirect_cache(void);
Suite *suite_redirect_cache(void)
{
	Suite *s = suite_create("redirect_cache");
	TCase *tc = tcase_create("redirect_cache");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_entry_holds_until_it_expires);
	tcase_add_test(tc, a_newer_answer_replaces_the_older);
	tcase_add_test(tc, no_expiry_means_not_kept);
	tcase_add_test(tc, what_is_forgotten_is_asked_again);
	tcase_add_test(tc, a_full_cache_drops_the_oldest);
	tcase_add_test(tc, no_memory_changes_nothing);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
