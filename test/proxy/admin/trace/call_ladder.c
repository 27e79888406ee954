/**
 * @file test/proxy/admin/trace/call_ladder.c  What is kept, and what goes
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "proxy/admin/trace/call_ladder.h"

enum { TEXT_SIZE = 8192 };

static struct call_ladder *l;
static struct fakeflow *ff;
static char text[TEXT_SIZE];


static void setup(void)
{
	ck_assert_int_eq(call_ladder_alloc(&l, 1 << 20), 0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"198.51.100.7:1024", NULL),
			 0);
}


static void teardown(void)
{
	oom_after(-1);
	l = mem_deref(l);
	ff = mem_deref(ff);
}


static void note(const char *callid, bool sent, const char *start, size_t pad)
{
	struct sighting s = {.flow = ff->flow, .sent = sent, .p = text};
	int n = snprintf(text, sizeof(text), "%s\r\nCall-ID: %s\r\n\r\n",
			 start, callid);

	/* nothing that could be pressed */
	rand_bytes((uint8_t *)text + n, pad);
	s.len = (size_t)n + pad;
	pl_set_str(&s.callid, callid);
	call_ladder_note(l, &s);
}


static const struct ladder_call *find(const char *callid)
{
	struct pl pl;

	pl_set_str(&pl, callid);

	return call_ladder_find(l, &pl);
}


START_TEST(both_sides_of_a_call_stand_together)
{
	const struct ladder_call *c;
	const struct rung *r;

	note("a", false, "INVITE sip:b SIP/2.0", 0);
	note("a", true, "SIP/2.0 100 Trying", 0);
	note("a", true, "INVITE sip:b SIP/2.0", 0);
	c = find("a");
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->rungs, 3);
	ck_assert(c->let_in);
	r = c->rungl.head->data;
	ck_assert(!r->sent && !r->again);
	ck_assert_uint_eq(r->len, r->kept);
	ck_assert(sa_cmp(&r->peer, &ff->flow->peer, SA_ALL));
	ck_assert_int_eq(memcmp(r->text, "INVITE ", 7), 0);
	ck_assert_ptr_null(find("b"));
}
END_TEST


static const char *const nonev[] = {
	"REGISTER sip:b SIP/2.0",
	"BYE sip:b SIP/2.0",
	"SIP/2.0 200 OK",
	"INVITE",
};

START_TEST(only_an_invite_begins_a_call)
{
	note("a", false, nonev[_i], 0);
	ck_assert_uint_eq(call_ladder_count(l), 0);
	ck_assert_uint_eq(call_ladder_bytes(l), 0);
}
END_TEST


START_TEST(a_retransmission_is_known_by_its_octets)
{
	const struct ladder_call *c;

	note("a", false, "INVITE sip:b SIP/2.0", 0);
	note("a", false, "INVITE sip:c SIP/2.0", 0);
	note("a", false, "INVITE sip:b SIP/2.0", 0);
	note("a", true, "INVITE sip:b SIP/2.0", 0);
	c = find("a");
	ck_assert(!((struct rung *)c->rungl.head->next->data)->again);
	ck_assert(((struct rung *)c->rungl.head->next->next->data)->again);
	ck_assert(!((struct rung *)c->rungl.tail->data)->again);
}
END_TEST


START_TEST(a_long_message_is_cut)
{
	const struct rung *r;

	note("a", false, "INVITE sip:b SIP/2.0", LADDER_TEXT_MAX);
	r = find("a")->rungl.head->data;
	ck_assert_uint_eq(r->kept, LADDER_TEXT_MAX);
	ck_assert_uint_gt(r->len, LADDER_TEXT_MAX);
}
END_TEST


START_TEST(of_a_long_call_the_beginning_and_the_end_stay)
{
	const struct ladder_call *c;
	char start[32];

	note("a", false, "INVITE sip:b SIP/2.0", 0);
	for (int i = 1; i < 100; i++) {
		(void)snprintf(start, sizeof(start), "INFO sip:%d SIP/2.0", i);
		note("a", false, start, 0);
	}
	c = find("a");
	ck_assert_uint_eq(c->rungs, LADDER_RUNGS);
	ck_assert_uint_eq(list_count(&c->rungl), LADDER_RUNGS);
	ck_assert_uint_eq(c->forgotten, 100 - LADDER_RUNGS);
	ck_assert_int_eq(memcmp(((struct rung *)c->rungl.head->data)->text,
				"INVITE ", 7),
			 0);
	ck_assert_int_eq(memcmp(((struct rung *)c->rungl.tail->data)->text,
				"INFO sip:99", 11),
			 0);
}
END_TEST


static void fill(const char *prefix, bool let_in, unsigned n)
{
	char callid[32];

	for (unsigned i = 0; i < n; i++) {
		(void)snprintf(callid, sizeof(callid), "%s-%u", prefix, i);
		note(callid, false, "INVITE sip:b SIP/2.0", 4000);
		if (let_in)
			note(callid, true, "SIP/2.0 180 Ringing", 0);
	}
}


START_TEST(the_oldest_call_goes_where_there_is_no_room)
{
	fill("call", true, 1000);
	ck_assert_uint_le(call_ladder_bytes(l), 1 << 20);
	ck_assert_uint_gt(call_ladder_bytes(l), (1 << 20) - 8192);
	ck_assert_ptr_null(find("call-0"));
	ck_assert_ptr_nonnull(find("call-999"));
}
END_TEST


START_TEST(strangers_do_not_push_calls_out)
{
	fill("call", true, 100);
	fill("stranger", false, 5000);
	ck_assert_uint_le(call_ladder_bytes(l), 1 << 20);
	ck_assert_ptr_nonnull(find("call-0"));
	ck_assert_ptr_nonnull(find("stranger-4999"));
	ck_assert_ptr_null(find("stranger-0"));
}
END_TEST


/* as many calls as are open, so that none of those before is */
static void push(const char *prefix)
{
	char callid[32];

	for (unsigned i = 0; i < LADDER_OPEN; i++) {
		(void)snprintf(callid, sizeof(callid), "%s-%u", prefix, i);
		note(callid, false, "INVITE sip:b SIP/2.0", 0);
	}
}


START_TEST(a_silent_call_is_pressed_and_can_be_read)
{
	static const char header[] = "Subject: the same, the same, the same";
	const struct ladder_call *c;
	const struct rung *r;
	size_t plain, pressed;
	char start[128];

	for (int i = 0; i < 8; i++) {
		(void)snprintf(start, sizeof(start),
			       "%s sip:b SIP/2.0\r\n%s\r\nX: %d",
			       i ? "INFO" : "INVITE", header, i);
		note("a", i & 1, start, 0);
	}
	note("a", true, start, 0);
	plain = find("a")->bytes;
	push("x");
	pressed = call_ladder_bytes(l);
	c = find("a");
	ck_assert_uint_eq(c->bytes, plain);
	ck_assert_uint_eq(list_count(&c->rungl), 9);
	ck_assert_uint_lt(pressed, call_ladder_bytes(l) - plain * 2 / 3);
	r = c->rungl.tail->data;
	ck_assert(r->sent && r->again);
	ck_assert_uint_eq(r->kept, r->len);
	ck_assert_int_eq(memcmp(r->text, start, strlen(start)), 0);
	ck_assert(sa_cmp(&r->peer, &ff->flow->peer, SA_ALL));
	ck_assert(sa_cmp(&r->local, &ff->flow->local, SA_ALL));

	/* it was the others' turn to be pressed, and is again */
	push("y");
	ck_assert_uint_lt(call_ladder_bytes(l), 2 * pressed);
	note("a", true, start, 0);
	c = find("a");
	ck_assert_uint_eq(c->rungs, 10);
	ck_assert(((struct rung *)c->rungl.tail->data)->again);
}
END_TEST


START_TEST(a_call_that_is_too_long_is_not_pressed)
{
	const struct ladder_call *c;

	note("a", false, "INVITE sip:b SIP/2.0", LADDER_TEXT_MAX);
	for (int i = 1; i < 20; i++)
		note("a", false, "INFO sip:b SIP/2.0", LADDER_TEXT_MAX);
	push("x");
	ck_assert_uint_gt(call_ladder_bytes(l), 20 * LADDER_TEXT_MAX);
	c = find("a");
	ck_assert_uint_eq(list_count(&c->rungl), 20);
}
END_TEST


START_TEST(pressed_calls_go_as_others_do)
{
	size_t bytes;

	fill("call", true, 200);
	push("x");
	bytes = call_ladder_bytes(l);
	ck_assert_uint_gt(bytes, 200 * 4000);
	fill("more", true, 1000);
	push("y");
	ck_assert_uint_le(call_ladder_bytes(l), 1 << 20);
	ck_assert_ptr_null(find("call-0"));
	ck_assert_ptr_nonnull(find("more-999"));
}
END_TEST


START_TEST(without_memory_a_call_stays_pressed)
{
	size_t bytes;

	note("a", false, "INVITE sip:b SIP/2.0", 100);
	push("x");
	bytes = call_ladder_bytes(l);
	oom_after(0);
	ck_assert_ptr_null(find("a"));
	ck_assert_uint_eq(call_ladder_bytes(l), bytes);
	oom_after(-1);
	ck_assert_ptr_nonnull(find("a"));
	ck_assert_uint_eq(list_count(&find("a")->rungl), 1);
}
END_TEST


START_TEST(a_call_is_found_by_its_number_when_it_is_over)
{
	struct pl pl;

	note("a", false, "INVITE sip:b SIP/2.0", 0);
	ck_assert_ptr_null(call_ladder_find_number(l, 77));
	pl_set_str(&pl, "a");
	call_ladder_number(l, &pl, 77);
	ck_assert_ptr_eq(call_ladder_find_number(l, 77), find("a"));
	ck_assert_ptr_null(call_ladder_find_number(l, 0));
	pl_set_str(&pl, "none");
	call_ladder_number(l, &pl, 78);
	ck_assert_ptr_null(call_ladder_find_number(l, 78));
}
END_TEST


START_TEST(without_memory_less_is_kept)
{
	struct call_ladder *none = NULL;

	oom_after(0);
	ck_assert_int_eq(call_ladder_alloc(&none, 1), ENOMEM);
	for (int i = 0; i < 2; i++) {
		oom_after(i);
		note("a", false, "INVITE sip:b SIP/2.0", 0);
	}
	oom_after(-1);
	ck_assert_uint_eq(find("a")->rungs, 1);
}
END_TEST


START_TEST(nothing_is_kept_where_nothing_may_be)
{
	struct call_ladder *none = NULL;
	struct sighting s = {.flow = ff->flow, .p = text};

	ck_assert_int_eq(call_ladder_alloc(NULL, 1), EINVAL);
	ck_assert_int_eq(call_ladder_alloc(&none, 0), 0);
	call_ladder_note(none, &s);
	call_ladder_note(NULL, &s);
	call_ladder_note(l, NULL);
	call_ladder_note(l, &s);
	ck_assert_uint_eq(call_ladder_count(none), 0);
	ck_assert_uint_eq(call_ladder_count(NULL), 0);
	ck_assert_uint_eq(call_ladder_bytes(NULL), 0);
	ck_assert_ptr_null(call_ladder_find(NULL, NULL));
	mem_deref(none);
}
END_TEST


Suite *suite_call_ladder(void);
Suite *suite_call_ladder(void)
{
	Suite *s = suite_create("call_ladder");
	TCase *tc = tcase_create("call_ladder");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, both_sides_of_a_call_stand_together);
	test_table(tc, only_an_invite_begins_a_call, nonev);
	tcase_add_test(tc, a_retransmission_is_known_by_its_octets);
	tcase_add_test(tc, a_long_message_is_cut);
	tcase_add_test(tc, of_a_long_call_the_beginning_and_the_end_stay);
	tcase_add_test(tc, the_oldest_call_goes_where_there_is_no_room);
	tcase_add_test(tc, strangers_do_not_push_calls_out);
	tcase_add_test(tc, a_silent_call_is_pressed_and_can_be_read);
	tcase_add_test(tc, a_call_that_is_too_long_is_not_pressed);
	tcase_add_test(tc, pressed_calls_go_as_others_do);
	tcase_add_test(tc, without_memory_a_call_stays_pressed);
	tcase_add_test(tc, a_call_is_found_by_its_number_when_it_is_over);
	tcase_add_test(tc, without_memory_less_is_kept);
	tcase_add_test(tc, nothing_is_kept_where_nothing_may_be);
	suite_add_tcase(s, tc);

	return s;
}
