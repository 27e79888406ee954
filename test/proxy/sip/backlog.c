/**
 * @file test/proxy/sip/backlog.c  Datagrams that wait for their turn
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/backlog.h"
#include "test/mock/fakeflow.h"
#include "test/test.h"

static struct backlog *b;
static struct fakeflow *ff;


static void setup(void)
{
	ck_assert_int_eq(backlog_alloc(&b), 0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"192.0.2.2:5060", NULL),
			 0);
}


static void teardown(void)
{
	b = mem_deref(b);
	ff = mem_deref(ff);
}


static int put(const char *text, enum urgency u, uint64_t us)
{
	return backlog_put(b, ff->flow, (const uint8_t *)text, strlen(text), u,
			   NULL, us);
}


static void expect(const char *text, bool urgent, uint64_t us)
{
	struct backlog_entry *e = backlog_take(b, urgent);

	ck_assert_ptr_nonnull(e);
	ck_assert_uint_eq(e->len, strlen(text));
	ck_assert_mem_eq(e->p, text, e->len);
	ck_assert_uint_eq(e->arrived_us, us);
	mem_deref(e);
}


START_TEST(the_urgent_ones_go_first_and_the_others_in_order)
{
	ck_assert_int_eq(put("call 1", URGENCY_CALL, 1), 0);
	ck_assert_int_eq(put("other", URGENCY_OTHER, 2), 0);
	ck_assert_int_eq(put("call 2", URGENCY_CALL, 3), 0);
	ck_assert_int_eq(put("bye", URGENCY_DIALOG, 4), 0);
	ck_assert_int_eq(put("register", URGENCY_KNOWN, 5), 0);
	ck_assert_uint_eq(backlog_count(b), 5);
	ck_assert_uint_eq(backlog_oldest(b, URGENCY_CALL)->arrived_us, 1);
	expect("bye", true, 4);
	expect("register", true, 5);
	expect("other", true, 2);
	expect("call 1", true, 1);
	expect("call 2", true, 3);
	ck_assert_ptr_null(backlog_take(b, true));
	ck_assert_ptr_null(backlog_oldest(b, URGENCY_CALL));
}
END_TEST


START_TEST(or_all_in_the_order_in_which_they_came)
{
	ck_assert_int_eq(put("call", URGENCY_CALL, 1), 0);
	ck_assert_int_eq(put("bye", URGENCY_DIALOG, 2), 0);
	ck_assert_int_eq(put("other", URGENCY_OTHER, 2), 0);
	ck_assert_uint_eq(backlog_first(b)->arrived_us, 1);
	expect("call", false, 1);
	expect("bye", false, 2);
	expect("other", false, 2);
	ck_assert_ptr_null(backlog_take(b, false));
	ck_assert_ptr_null(backlog_first(b));
}
END_TEST


START_TEST(it_has_a_bound)
{
	struct backlog_entry *e;

	for (int i = 0; i < BACKLOG_MAX; i++)
		ck_assert_int_eq(put("x", URGENCY_CALL, 1), 0);
	ck_assert(backlog_full(b));
	ck_assert_int_eq(put("y", URGENCY_DIALOG, 2), ENOSPC);
	e = backlog_give_up(b, URGENCY_CALL);
	ck_assert_ptr_nonnull(e);
	mem_deref(e);
	ck_assert_int_eq(put("y", URGENCY_DIALOG, 2), 0);
}
END_TEST


START_TEST(so_have_its_octets)
{
	static uint8_t big[65000];
	unsigned n = 0;

	while (!backlog_put(b, ff->flow, big, sizeof(big), URGENCY_OTHER, NULL,
			    1))
		++n;
	ck_assert_uint_le(n, BACKLOG_OCTETS / sizeof(big) + 1);
	ck_assert_uint_ge(n, BACKLOG_OCTETS / sizeof(big));
	mem_deref(backlog_take(b, true));
	ck_assert(!backlog_full(b));
}
END_TEST


START_TEST(an_invite_is_found_by_its_call)
{
	struct throttle_key one = {{1}}, two = {{2}};

	ck_assert_int_eq(backlog_put(b, ff->flow, (const uint8_t *)"x", 1,
				     URGENCY_CALL, &one, 1),
			 0);
	ck_assert(backlog_has_call(b, &one));
	ck_assert(!backlog_has_call(b, &two));
	expect("x", true, 1);
	ck_assert(!backlog_has_call(b, &one));
}
END_TEST


START_TEST(nonsense_is_refused)
{
	ck_assert_int_eq(backlog_alloc(NULL), EINVAL);
	ck_assert_int_eq(put("x", URGENCY_MAX, 1), EINVAL);
	ck_assert_int_eq(backlog_put(b, NULL, (const uint8_t *)"x", 1,
				     URGENCY_CALL, NULL, 1),
			 EINVAL);
	ck_assert_uint_eq(backlog_count(NULL), 0);
}
END_TEST


Suite *suite_backlog(void);
Suite *suite_backlog(void)
{
	Suite *s = suite_create("backlog");
	TCase *tc = tcase_create("backlog");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_urgent_ones_go_first_and_the_others_in_order);
	tcase_add_test(tc, or_all_in_the_order_in_which_they_came);
	tcase_add_test(tc, it_has_a_bound);
	tcase_add_test(tc, so_have_its_octets);
	tcase_add_test(tc, an_invite_is_found_by_its_call);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
