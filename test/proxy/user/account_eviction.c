/**
 * @file test/proxy/user/account_eviction.c  Registrations go with accounts
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "test/mock/tempdir.h"
#include "common/metrics.h"
#include "common/store.h"
#include "proxy/user/account_eviction.h"

enum { SOON_MS = 1000, AGAIN_MS = 11000 };


static char dir[TEMPDIR_SIZE], removed[512];
static struct store *store;
static struct timers *timers;
static struct metrics *metrics;
static struct accounts *accounts;
static struct location *loc;
static struct account_eviction *eviction;
static struct fakeflow *ff;


static void event_handler(enum location_event ev, struct binding *b, void *arg)
{
	const size_t n = strlen(removed);
	(void)arg;

	if (ev == LOCATION_REMOVED || ev == LOCATION_LAST)
		(void)snprintf(removed + n, sizeof(removed) - n, "%s%s ",
			       ev == LOCATION_LAST ? "last " : "", b->contact);
}


static void put(const char *aor, const char *contact)
{
	const struct binding b = {
		.aor = (char *)(uintptr_t)aor,
		.contact = (char *)(uintptr_t)contact,
		.callid = (char *)(uintptr_t)contact,
		.cseq = 1,
		.flow = ff->flow,
	};

	ck_assert_int_eq(location_put(loc, &b, 3600), 0);
}


static void start(void)
{
	ck_assert_int_eq(account_eviction_alloc(&eviction, accounts, loc,
						timers, NULL, metrics),
			 0);
}


static void setup(void)
{
	tempdir_make(dir);
	removed[0] = '\0';
	ck_assert_int_eq(store_open(&store, dir, NULL, 0), 0);
	ck_assert_int_eq(account_add(store, "alice@x", "1"), 0);
	ck_assert_int_eq(account_add(store, "bob@x", "1"), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1), 0);
	ck_assert_int_eq(accounts_alloc(&accounts, store, NULL, NULL), 0);
	ck_assert_int_eq(location_alloc(&loc, timers, 10), 0);
	ck_assert_int_eq(location_listen(loc, event_handler, NULL), 0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_TCP, "192.0.2.1:5060",
					"198.51.100.7:40000", timers),
			 0);
	put("alice@x", "sip:1");
	put("alice@x", "sip:2");
	put("bob@x", "sip:3");
}


static void teardown(void)
{
	eviction = mem_deref(eviction);
	loc = mem_deref(loc);
	ff = mem_deref(ff);
	accounts = mem_deref(accounts);
	timers = mem_deref(timers);
	metrics = mem_deref(metrics);
	store = mem_deref(store);
	tempdir_remove(dir);
}


static uint64_t evicted(void)
{
	return counter_value(
		metrics_counter(metrics, "accounts_evicted_total"));
}


START_TEST(who_is_deleted_is_not_called_any_more)
{
	start();
	timers_advance(timers, SOON_MS);
	ck_assert_uint_eq(location_count(loc), 3);
	ck_assert_int_eq(account_del(store, "alice@x"), 0);
	accounts_refresh(accounts);
	timers_advance(timers, SOON_MS);
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert_str_eq(removed, "sip:2 sip:1 last sip:1 ");
	ck_assert_uint_eq(evicted(), 1);
}
END_TEST


START_TEST(who_is_disabled_goes_and_may_come_back)
{
	struct account acc;
	const struct pl bob = PL("bob@x");

	start();
	ck_assert_int_eq(account_get(&acc, store, &bob), 0);
	acc.set.disabled = true;
	ck_assert_int_eq(account_replace(store, &acc), 0);
	accounts_refresh(accounts);
	timers_advance(timers, SOON_MS);
	ck_assert_str_eq(removed, "sip:3 last sip:3 ");
	acc.set.disabled = false;
	ck_assert_int_eq(account_replace(store, &acc), 0);
	accounts_refresh(accounts);
	put("bob@x", "sip:4");
	timers_advance(timers, AGAIN_MS);
	ck_assert_uint_eq(location_count(loc), 3);
}
END_TEST


START_TEST(who_went_before_the_start_is_let_go_at_the_start)
{
	put("carol@x", "sip:5");
	start();
	timers_advance(timers, SOON_MS);
	ck_assert_str_eq(removed, "sip:5 last sip:5 ");
}
END_TEST


START_TEST(a_registration_that_was_under_way_goes_the_second_time)
{
	start();
	ck_assert_int_eq(account_del(store, "bob@x"), 0);
	accounts_refresh(accounts);
	timers_advance(timers, SOON_MS);
	put("bob@x", "sip:6");
	timers_advance(timers, SOON_MS);
	ck_assert_uint_eq(location_count(loc), 3);
	timers_advance(timers, AGAIN_MS);
	ck_assert_uint_eq(location_count(loc), 2);
	ck_assert_uint_eq(timers_pending(timers), 2); /* the bindings' */
}
END_TEST


START_TEST(of_many_users_the_right_ones_go)
{
	char aor[32];

	start();
	ck_assert_int_eq(store_begin(store), 0);
	for (unsigned i = 0; i < 2000; i++) {
		(void)snprintf(aor, sizeof(aor), "u%u@x", i);
		put(aor, "sip:x");
		if (i % 2)
			ck_assert_int_eq(account_add(store, aor, "1"), 0);
	}
	ck_assert_int_eq(store_end(store, true), 0);
	accounts_refresh(accounts);
	timers_advance(timers, SOON_MS);
	ck_assert_uint_eq(location_count(loc), 1003);
	ck_assert_uint_eq(evicted(), 1000);
}
END_TEST


START_TEST(nonsense_and_no_memory_are_refused)
{
	struct account_eviction *e = NULL;

	ck_assert_int_eq(account_eviction_alloc(NULL, accounts, loc, timers,
						NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(
		account_eviction_alloc(&e, NULL, loc, timers, NULL, NULL),
		EINVAL);
	oom_after(0);
	ck_assert_int_eq(
		account_eviction_alloc(&e, accounts, loc, timers, NULL, NULL),
		ENOMEM);
	oom_after(-1);
	ck_assert_uint_eq(location_sweep(NULL, 0, 1, NULL, NULL), 0);
	ck_assert_uint_eq(location_sweep(loc, 0, 1, NULL, NULL), 0);
	ck_assert(!accounts_serves(NULL, NULL));
}
END_TEST


Suite *suite_account_eviction(void);
Suite *suite_account_eviction(void)
{
	Suite *s = suite_create("account_eviction");
	TCase *tc = tcase_create("account_eviction");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, who_is_deleted_is_not_called_any_more);
	tcase_add_test(tc, who_is_disabled_goes_and_may_come_back);
	tcase_add_test(tc, who_went_before_the_start_is_let_go_at_the_start);
	tcase_add_test(tc,
		       a_registration_that_was_under_way_goes_the_second_time);
	tcase_add_test(tc, of_many_users_the_right_ones_go);
	tcase_add_test(tc, nonsense_and_no_memory_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
