/**
 * @file test/proxy/user/location_batch.c  Changes between plan and commit
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "proxy/user/location_batch.h"

#define ALICE "alice@example.net"

static const struct pl alice = PL(ALICE);
static struct timers *timers;
static struct location *loc;
static struct fakeflow *ff;
static char text[512];


static void setup(void)
{
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(location_alloc(&loc, timers, 3), 0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_TCP, "192.0.2.1:5060",
					"198.51.100.7:40000", timers),
			 0);
}


static void teardown(void)
{
	loc = mem_deref(loc);
	ff = mem_deref(ff);
	timers = mem_deref(timers);
}


static struct location_change change(const char *contact, uint32_t expires_s)
{
	struct location_change chg;

	memset(&chg, 0, sizeof(chg));
	chg.b.contact = (char *)contact;
	chg.b.callid = (char *)"c";
	chg.b.flow = ff->flow;
	chg.expires_s = expires_s;

	return chg;
}


static struct location_batch *prepare(const struct location_change *chgv,
				      size_t chgc)
{
	struct location_batch *lb = NULL;

	ck_assert_int_eq(location_prepare(&lb, loc, &alice, chgv, chgc), 0);

	return lb;
}


static void put(const char *contact, uint32_t expires_s)
{
	const struct location_change chg = change(contact, expires_s);
	struct location_batch *lb = prepare(&chg, 1);

	location_commit(lb);
	mem_deref(lb);
}


static void print_handler(const struct binding *b, uint32_t left_s, void *arg)
{
	const size_t n = strlen(text);
	(void)arg;

	(void)snprintf(text + n, sizeof(text) - n, "%s=%u ", b->contact,
		       left_s);
}


static const char *result(const struct location_batch *lb)
{
	text[0] = '\0';
	location_batch_result(lb, print_handler, NULL);

	return text;
}


START_TEST(a_batch_knows_what_there_will_be)
{
	const struct location_change chgv[] = {
		change("sip:b@h", 500),
		change("sip:d@h", 400),
		change("sip:a@h", 0),
	};
	struct location_batch *lb;

	put("sip:a@h", 100);
	put("sip:b@h", 200);
	put("sip:c@h", 300);
	timers_advance(timers, 1500);
	lb = prepare(chgv, 3);
	ck_assert_str_eq(location_batch_aor(lb), ALICE);
	ck_assert_str_eq(result(lb), "sip:c@h=299 sip:b@h=500 sip:d@h=400 ");
	text[0] = '\0';
	location_batch_changes(lb, print_handler, NULL);
	ck_assert_str_eq(text, "sip:b@h=500 sip:d@h=400 sip:a@h=0 ");

	/* nothing has happened so far */
	ck_assert_uint_eq(location_count(loc), 3);
	location_commit(lb);
	mem_deref(lb);
	lb = prepare(chgv, 0);
	ck_assert_str_eq(result(lb), "sip:c@h=299 sip:b@h=500 sip:d@h=400 ");
	mem_deref(lb);
}
END_TEST


START_TEST(place_is_reserved_until_it_is_given_up)
{
	const struct pl bob = PL("bob@example.net");
	const struct location_change chg = change("sip:a@h", 60);
	struct location_batch *lb, *other = NULL;

	location_bound(loc, 1);
	lb = prepare(&chg, 1);
	ck_assert_int_eq(location_prepare(&other, loc, &bob, &chg, 1), ENOSPC);
	mem_deref(lb);
	ck_assert_int_eq(location_prepare(&other, loc, &bob, &chg, 1), 0);
	location_commit(other);
	mem_deref(other);
	ck_assert_uint_eq(location_count(loc), 1);
}
END_TEST


START_TEST(what_goes_meanwhile_does_not_matter)
{
	const struct location_change chgv[] = {
		change("sip:a@h", 60),
		change("sip:b@h", 0),
	};
	struct location_batch *lb;

	put("sip:a@h", 10);
	put("sip:b@h", 10);
	lb = prepare(chgv, 2);
	timers_advance(timers, 20000);
	ck_assert_uint_eq(location_count(loc), 0);
	location_commit(lb);
	mem_deref(lb);
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert_ptr_nonnull(location_get(loc, &alice));
}
END_TEST


START_TEST(a_user_that_came_back_meanwhile_is_the_same_user)
{
	const struct location_change chg = change("sip:a@h", 60);
	struct location_batch *lb;

	put("sip:x@h", 10);
	lb = prepare(&chg, 1);
	timers_advance(timers, 20000);
	put("sip:y@h", 60);
	location_commit(lb);
	mem_deref(lb);
	ck_assert_uint_eq(list_count(location_get(loc, &alice)), 2);
}
END_TEST


START_TEST(a_connection_that_died_meanwhile_leaves_no_binding)
{
	const struct location_change chg = change("sip:a@h", 60);
	struct location_batch *lb = prepare(&chg, 1);

	flow_close(ff->flow, 0);
	location_commit(lb);
	mem_deref(lb);
	ck_assert_uint_eq(location_count(loc), 0);
	ck_assert_ptr_null(location_get(loc, &alice));
}
END_TEST


/* the connection of its edge proxy may come and go; a phone that can be woken
 * may sleep */
static const struct {
	const char *contact, *path;
	bool keep, stays;
} lostv[] = {
	{"sip:a@h", NULL, true, false},
	{"sip:a@h", "<sip:edge;lr>", false, true},
	{"sip:a@h;pn-provider=fcm;pn-prid=1", NULL, true, true},
	{"sip:a@h;pn-provider=fcm;pn-prid=1", NULL, false, false},
};


START_TEST(a_binding_without_its_connection_stays_where_that_is_no_loss)
{
	struct location_change chg = change(lostv[_i].contact, 60);
	struct location_batch *lb;
	const struct binding *b;

	location_keep_sleepers(loc, lostv[_i].keep);
	chg.b.path = (char *)lostv[_i].path;
	lb = prepare(&chg, 1);
	location_commit(lb);
	mem_deref(lb);
	flow_close(ff->flow, 0);
	b = list_ledata(list_head(location_get(loc, &alice)));
	ck_assert((b != NULL) == lostv[_i].stays);
	if (b) {
		ck_assert_ptr_null(b->flow);
		ck_assert_int_eq(b->proto, FLOW_TCP);
		ck_assert_uint_eq(mem_nrefs(ff->flow), 1);
		timers_advance(timers, 60000);
		ck_assert_uint_eq(location_count(loc), 0);
	}
}
END_TEST


START_TEST(nonsense_and_no_memory_are_refused)
{
	const struct location_change chg = change("sip:a@h", 60);
	const struct location_change bad = change(NULL, 60);
	struct location_batch *lb = NULL;
	int err = ENOMEM;

	ck_assert_int_eq(location_prepare(NULL, loc, &alice, &chg, 1), EINVAL);
	ck_assert_int_eq(location_prepare(&lb, NULL, &alice, &chg, 1), EINVAL);
	ck_assert_int_eq(location_prepare(&lb, loc, NULL, &chg, 1), EINVAL);
	ck_assert_int_eq(location_prepare(&lb, loc, &alice, NULL, 1), EINVAL);
	ck_assert_int_eq(location_prepare(&lb, loc, &alice, &bad, 1), EINVAL);
	location_commit(NULL);
	location_batch_changes(NULL, print_handler, NULL);
	location_batch_result(NULL, print_handler, NULL);
	ck_assert_str_eq(location_batch_aor(NULL), "");
	for (int n = 0; err; n++) {
		oom_after(n);
		err = location_prepare(&lb, loc, &alice, &chg, 1);
		oom_after(-1);
		ck_assert(!err || (err == ENOMEM && n < 10));
	}
	mem_deref(lb);
}
END_TEST


Suite *suite_location_batch(void);
Suite *suite_location_batch(void)
{
	Suite *s = suite_create("location_batch");
	TCase *tc = tcase_create("location_batch");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_batch_knows_what_there_will_be);
	tcase_add_test(tc, place_is_reserved_until_it_is_given_up);
	tcase_add_test(tc, what_goes_meanwhile_does_not_matter);
	tcase_add_test(tc, a_user_that_came_back_meanwhile_is_the_same_user);
	tcase_add_test(tc, a_connection_that_died_meanwhile_leaves_no_binding);
	test_table(
		tc,
		a_binding_without_its_connection_stays_where_that_is_no_loss,
		lostv);
	tcase_add_test(tc, nonsense_and_no_memory_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
