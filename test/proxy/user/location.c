/**
 * @file test/proxy/user/location.c  Where the users are
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "proxy/user/location.h"

#define ALICE "alice@example.net"
#define BOB   "bob@example.net"


static struct timers *timers;
static struct location *loc;
static struct fakeflow *ff;
static char events[512];


static void event_handler(enum location_event ev, struct binding *b, void *arg)
{
	static const char *const namev[] = {
		[LOCATION_FIRST] = "first",
		[LOCATION_ADDED] = "added",
		[LOCATION_REFRESHED] = "refreshed",
		[LOCATION_REMOVED] = "removed",
		[LOCATION_LAST] = "last",
	};
	const size_t n = strlen(events);

	(void)arg;
	(void)snprintf(events + n, sizeof(events) - n, "%s %s;", namev[ev],
		       b->contact);
}


static void setup(void)
{
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(location_alloc(&loc, timers, 3), 0);
	ck_assert_int_eq(location_listen(loc, event_handler, NULL), 0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_TCP, "192.0.2.1:5060",
					"198.51.100.7:40000", timers),
			 0);
	events[0] = '\0';
}


static void teardown(void)
{
	loc = mem_deref(loc);
	ff = mem_deref(ff);
	timers = mem_deref(timers);
}


static struct binding make(const char *aor, const char *contact)
{
	struct binding b;

	memset(&b, 0, sizeof(b));
	b.aor = (char *)aor;
	b.contact = (char *)contact;
	b.callid = (char *)"call";
	b.cseq = 1;
	b.flow = ff->flow;

	return b;
}


static int put(const char *aor, const char *contact, uint32_t expires_s)
{
	const struct binding b = make(aor, contact);

	return location_put(loc, &b, expires_s);
}


static const struct list *get(const char *aor)
{
	struct pl pl;

	pl_set_str(&pl, aor);

	return location_get(loc, &pl);
}


static struct binding *nth(const char *aor, size_t n)
{
	const struct list *l = get(aor);
	struct le *le = list_head(l);

	while (le && n--)
		le = le->next;

	return list_ledata(le);
}


START_TEST(a_binding_is_found_newest_first)
{
	ck_assert_ptr_null(get(ALICE));
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.9", 60), 0);
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.8", 60), 0);
	ck_assert_int_eq(put(BOB, "sip:b@192.0.2.7", 60), 0);
	ck_assert_str_eq(nth(ALICE, 0)->contact, "sip:a@192.0.2.8");
	ck_assert_str_eq(nth(ALICE, 1)->contact, "sip:a@192.0.2.9");
	ck_assert_ptr_null(nth(ALICE, 2));
	ck_assert_str_eq(nth(BOB, 0)->aor, BOB);
	ck_assert_uint_eq(location_count(loc), 3);
	ck_assert_ptr_null(get("Alice@example.net"));
	ck_assert_str_eq(events, "first sip:a@192.0.2.9;"
				 "added sip:a@192.0.2.9;"
				 "added sip:a@192.0.2.8;"
				 "first sip:b@192.0.2.7;"
				 "added sip:b@192.0.2.7;");
}
END_TEST


START_TEST(an_equal_contact_is_refreshed_in_place)
{
	struct binding b = make(ALICE, "sip:a@PHONE.example.net;x=1"), *have;

	ck_assert_int_eq(put(ALICE, "sip:a@phone.example.net", 60), 0);
	have = nth(ALICE, 0);
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.8", 60), 0);
	events[0] = '\0';
	timers_advance(timers, 30000);
	b.cseq = 2;
	b.callid = (char *)"other";
	b.path = (char *)"<sip:edge;lr>";
	ck_assert_int_eq(location_put(loc, &b, 60), 0);
	ck_assert_ptr_eq(nth(ALICE, 0), have);
	ck_assert_uint_eq(location_count(loc), 2);
	ck_assert_uint_eq(have->cseq, 2);
	ck_assert_str_eq(have->callid, "other");
	ck_assert_str_eq(have->path, "<sip:edge;lr>");
	ck_assert_uint_eq(have->expires_at, 5000 + 30000 + 60000);
	ck_assert_str_eq(events, "refreshed sip:a@PHONE.example.net;x=1;");
}
END_TEST


START_TEST(a_binding_ends_with_its_time)
{
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.9", 60), 0);
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.8", 90), 0);
	events[0] = '\0';
	timers_advance(timers, 59999);
	ck_assert_uint_eq(location_count(loc), 2);
	timers_advance(timers, 1);
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert_str_eq(events, "removed sip:a@192.0.2.9;");
	timers_advance(timers, 30000);
	ck_assert_str_eq(events, "removed sip:a@192.0.2.9;"
				 "removed sip:a@192.0.2.8;"
				 "last sip:a@192.0.2.8;");
	ck_assert_ptr_null(get(ALICE));
	ck_assert_uint_eq(timers_pending(timers), 0);
}
END_TEST


START_TEST(a_lost_connection_takes_its_bindings_away)
{
	struct binding udp = make(ALICE, "sip:a@192.0.2.8");

	udp.flow = NULL;
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.9", 60), 0);
	ck_assert_int_eq(put(BOB, "sip:b@192.0.2.9", 60), 0);
	ck_assert_int_eq(location_put(loc, &udp, 60), 0);
	flow_close(ff->flow, ECONNRESET);
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert_str_eq(nth(ALICE, 0)->contact, "sip:a@192.0.2.8");
	ck_assert_ptr_null(get(BOB));
}
END_TEST


START_TEST(a_removed_binding_may_be_held)
{
	struct binding *b;

	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.9", 60), 0);
	b = mem_ref(nth(ALICE, 0));
	location_del(loc, b);
	ck_assert_ptr_null(b->user);
	ck_assert_str_eq(b->contact, "sip:a@192.0.2.9");
	ck_assert(!timer_isrunning(&b->tmr));
	location_del(loc, b);
	flow_close(ff->flow, 0);
	mem_deref(b);

	mem_deref(ff);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"198.51.100.7:40000", timers),
			 0);
	ck_assert_int_eq(put(BOB, "sip:b@192.0.2.9", 60), 0);
	b = mem_ref(nth(BOB, 0));
	loc = mem_deref(loc);
	ck_assert(!timer_isrunning(&b->tmr));
	mem_deref(b);
}
END_TEST


START_TEST(a_change_is_all_or_nothing)
{
	struct location_change chgv[3] = {
		{make(NULL, "sip:a@192.0.2.1"), 60},
		{make(NULL, "sip:a@192.0.2.2"), 0},
		{make(NULL, "sip:a@192.0.2.3"), 60},
	};
	const struct pl aor = PL(ALICE);
	int err = ENOMEM;

	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.2", 60), 0);
	events[0] = '\0';
	for (int n = 0; err; n++) {
		oom_after(n);
		err = location_change(loc, &aor, chgv, 3);
		oom_after(-1);
		if (!err)
			break;
		ck_assert_int_eq(err, ENOMEM);
		ck_assert_str_eq(events, "");
		ck_assert_uint_eq(location_count(loc), 1);
	}
	ck_assert_str_eq(events, "added sip:a@192.0.2.1;"
				 "added sip:a@192.0.2.3;"
				 "removed sip:a@192.0.2.2;");
	ck_assert_uint_eq(location_count(loc), 2);
}
END_TEST


START_TEST(no_user_has_more_than_the_bound)
{
	struct location_change chgv[2] = {
		{make(NULL, "sip:a@192.0.2.4"), 60},
		{make(NULL, "sip:a@192.0.2.1"), 0},
	};
	const struct pl aor = PL(ALICE);

	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.1", 60), 0);
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.2", 60), 0);
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.3", 60), 0);
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.4", 60), ENOSPC);
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.3", 60), 0);
	ck_assert_int_eq(location_change(loc, &aor, chgv, 1), ENOSPC);
	ck_assert_int_eq(location_change(loc, &aor, chgv, 2), 0);
	ck_assert_uint_eq(location_count(loc), 3);
}
END_TEST


START_TEST(all_together_have_a_bound)
{
	location_bound(loc, 2);
	ck_assert_int_eq(put(ALICE, "sip:a@192.0.2.1", 60), 0);
	ck_assert_int_eq(put(BOB, "sip:b@192.0.2.2", 60), 0);
	ck_assert_int_eq(put("c@example.net", "sip:c@192.0.2.3", 60), ENOSPC);
	ck_assert_ptr_null(get("c@example.net"));
	ck_assert_int_eq(put(BOB, "sip:b@192.0.2.2", 60), 0);
	location_del(loc, nth(ALICE, 0));
	ck_assert_int_eq(put("c@example.net", "sip:c@192.0.2.3", 60), 0);
}
END_TEST


START_TEST(removing_what_is_not_there_is_no_error)
{
	struct location_change chg = {make(NULL, "sip:a@192.0.2.1"), 0};
	const struct pl aor = PL(ALICE);

	ck_assert_int_eq(location_change(loc, &aor, &chg, 1), 0);
	ck_assert_ptr_null(get(ALICE));
	ck_assert_str_eq(events, "");
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct binding b = make(ALICE, "sip:a@192.0.2.1");
	const struct pl aor = PL(ALICE);
	struct location *l = NULL;

	ck_assert_int_eq(location_alloc(NULL, timers, 1), EINVAL);
	ck_assert_int_eq(location_alloc(&l, NULL, 1), EINVAL);
	ck_assert_int_eq(location_alloc(&l, timers, 0), EINVAL);
	oom_after(0);
	ck_assert_int_eq(location_alloc(&l, timers, 1), ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(location_put(NULL, &b, 60), EINVAL);
	ck_assert_int_eq(location_put(loc, NULL, 60), EINVAL);
	ck_assert_int_eq(location_put(loc, &b, 0), EINVAL);
	b.callid = NULL;
	ck_assert_int_eq(location_put(loc, &b, 60), EINVAL);
	ck_assert_int_eq(location_change(loc, &aor, NULL, 1), EINVAL);
	ck_assert_ptr_null(location_get(loc, NULL));
	ck_assert_ptr_null(location_get(NULL, &aor));
	ck_assert_uint_eq(location_count(NULL), 0);
	location_del(loc, NULL);
	ck_assert_int_eq(location_listen(loc, NULL, NULL), EINVAL);
	for (int i = 0; i < 11; i++)
		ck_assert_int_eq(location_listen(loc, event_handler, &b), 0);
	ck_assert_int_eq(location_listen(loc, event_handler, &b), ENOSPC);
	location_unlisten(loc, event_handler, &b);
	ck_assert_int_eq(location_listen(loc, event_handler, &b), 0);
}
END_TEST


struct seen {
	char aors[1024];
	unsigned n;
	unsigned most; /* then it is enough */
};


static bool walk_handler(const char *aor, const struct list *bindingl,
			 void *arg)
{
	struct seen *s = arg;
	const size_t len = strlen(s->aors);

	ck_assert_ptr_nonnull(list_head(bindingl));
	ck_assert_ptr_null(strstr(s->aors, aor));
	(void)snprintf(s->aors + len, sizeof(s->aors) - len, "%s ", aor);

	return ++s->n < s->most;
}


/* so many at a time, or as many as somebody wants: each is seen once */
START_TEST(a_walk_shows_each_user_once)
{
	const uint32_t most = _i ? 100 : 3, n = _i ? 3 : 100;
	struct seen s = {.most = most};
	uint32_t from = 0;
	char aor[64];

	ck_assert_uint_eq(location_walk(loc, 0, 10, walk_handler, &s), 0);
	for (unsigned i = 0; i < 20; i++) {
		struct binding b;

		(void)snprintf(aor, sizeof(aor), "u%02u@example.net", i);
		b = make(aor, "sip:a@192.0.2.7");
		ck_assert_int_eq(location_put(loc, &b, 60), 0);
	}
	do {
		s.most = s.n + most;
		from = location_walk(loc, from, n, walk_handler, &s);
		ck_assert_uint_gt(s.n, 0);
	} while (from);
	ck_assert_uint_eq(s.n, 20);
	ck_assert_uint_eq(location_walk(NULL, 0, 1, walk_handler, &s), 0);
	ck_assert_uint_eq(location_walk(loc, 0, 1, NULL, &s), 0);
}
END_TEST


Suite *suite_location(void);
Suite *suite_location(void)
{
	Suite *s = suite_create("location");
	TCase *tc = tcase_create("location");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_binding_is_found_newest_first);
	tcase_add_test(tc, an_equal_contact_is_refreshed_in_place);
	tcase_add_test(tc, a_binding_ends_with_its_time);
	tcase_add_test(tc, a_lost_connection_takes_its_bindings_away);
	tcase_add_test(tc, a_removed_binding_may_be_held);
	tcase_add_test(tc, a_change_is_all_or_nothing);
	tcase_add_test(tc, no_user_has_more_than_the_bound);
	tcase_add_test(tc, all_together_have_a_bound);
	tcase_add_test(tc, removing_what_is_not_there_is_no_error);
	tcase_add_test(tc, nonsense_is_refused);
	tcase_add_loop_test(tc, a_walk_shows_each_user_once, 0, 2);
	suite_add_tcase(s, tc);

	return s;
}
