/**
 * @file test/proxy/sip/lobby.c  What comes in waits for its turn, or is
 * refused
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/clock.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/lobby.h"
#include "proxy/sip/overload.h"
#include "test/mock/fakeflow.h"
#include "test/test.h"

enum { TEXT = 2048, DELAY_MS = 50 };

static struct timers *timers;
static struct metrics *metrics;
static struct lobby *in;
static struct fakeflow *ff, *tcp;
static char order[256];  /* methods that were worked at, in order */
static uint64_t tick_us; /* by a clock of the test */
static bool drop;        /* the lobby, while one is worked at */


static void work_handler(struct flow *flow, const uint8_t *p, size_t len,
			 void *arg)
{
	const size_t n = strlen(order);
	(void)arg;

	ck_assert_ptr_nonnull(flow);
	ck_assert_uint_gt(len, 8);
	(void)snprintf(order + n, sizeof(order) - n, "%.*s ",
		       (int)strcspn((const char *)p, " "), (const char *)p);
	if (drop)
		in = mem_deref(in);
}


static void setup(void)
{
	struct lobby_conf conf = {.workh = work_handler};

	order[0] = '\0';
	drop = false;
	tick_us = clock_us();
	ck_assert_int_eq(timers_alloc_virtual(&timers, 100000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	conf.timers = timers;
	conf.metrics = metrics;
	ck_assert_int_eq(lobby_alloc(&in, &conf), 0);
	lobby_limit(in, DELAY_MS);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"192.0.2.2:5060", timers),
			 0);
	ck_assert_int_eq(fakeflow_alloc(&tcp, FLOW_TCP, "192.0.2.1:5060",
					"192.0.2.2:5061", timers),
			 0);
}


static void teardown(void)
{
	in = mem_deref(in);
	ff = mem_deref(ff);
	tcp = mem_deref(tcp);
	metrics = mem_deref(metrics);
	ck_assert_uint_eq(timers_pending(timers), 0);
	timers = mem_deref(timers);
}


static size_t message(char buf[TEXT], const char *method, const char *user,
		      const char *callid, const char *to_tag)
{
	return (size_t)snprintf(
		buf, TEXT,
		"%s sip:%s@example.com SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK%s\r\n"
		"Max-Forwards: 70\r\nFrom: <sip:a@example.com>;tag=f\r\n"
		"To: <sip:b@example.com>%s\r\nCall-ID: %s\r\nCSeq: 1 %s\r\n"
		"Content-Length: 0\r\n\r\n",
		method, user, callid, to_tag, callid, method);
}


/* waited: ms */
static void put(const char *method, const char *callid, const char *to_tag,
		uint32_t waited)
{
	char buf[TEXT];
	const size_t len = message(buf, method, "b", callid, to_tag);

	lobby_put(in, ff->flow, (const uint8_t *)buf, len,
		  clock_us() - (uint64_t)waited * 1000);
}


static bool refused_by_tcp(const char *callid)
{
	char buf[TEXT];
	const size_t len = message(buf, "INVITE", "b", callid, "");

	return lobby_refuses(in, tcp->flow, (const uint8_t *)buf, len);
}


/* a turn of the controller */
static void wait_for(uint32_t ms)
{
	tick_us += OVERLOAD_TURN_MS * 1000;
	lobby_tick(in, (uint64_t)ms * 1000, tick_us);
}


/* as if all had waited so long for a second; each tick is a turn */
static void wait_long(uint32_t ms)
{
	for (int i = 0; i < 10; i++)
		wait_for(ms);
}


static uint64_t counted(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


START_TEST(what_belongs_to_calls_overtakes_new_ones)
{
	put("INVITE", "one", "", 20);
	put("OPTIONS", "two", "", 0);
	put("BYE", "three", ";tag=x", 0);
	ck_assert_str_eq(order, "");
	lobby_serve(in);
	ck_assert_str_eq(order, "BYE OPTIONS INVITE ");
}
END_TEST


START_TEST(who_does_not_wait_long_stays_in_order)
{
	put("INVITE", "one", "", 0);
	put("OPTIONS", "two", "", 0);
	put("BYE", "three", ";tag=x", 0);
	lobby_serve(in);
	ck_assert_str_eq(order, "INVITE OPTIONS BYE ");
}
END_TEST


START_TEST(a_cancel_does_not_overtake_its_invite)
{
	put("INVITE", "one", "", 20);
	put("CANCEL", "one", "", 0);
	put("CANCEL", "another", "", 0);
	lobby_serve(in);
	ck_assert_str_eq(order, "CANCEL INVITE CANCEL ");
}
END_TEST


START_TEST(garbage_has_its_turn_as_well)
{
	static const uint8_t text[] = "nothing that is SIP";

	lobby_put(in, ff->flow, text, sizeof(text), clock_us());
	lobby_serve(in);
	ck_assert_str_eq(order, "nothing ");
}
END_TEST


START_TEST(who_waited_too_long_is_refused_and_told_when_to_come_again)
{
	unsigned long s;

	put("INVITE", "one", "", 401);
	put("INVITE", "two", "", 300);
	put("BYE", "three", ";tag=x", 5000);
	lobby_serve(in);
	ck_assert_str_eq(order, "BYE INVITE ");
	ck_assert_uint_eq(ff->sentc, 1);
	ck_assert(fakeflow_is(ff, 0, "SIP/2.0 503 Overloaded\r\n"));
	ck_assert_ptr_nonnull(strstr(fakeflow_text(ff, 0), "Call-ID: one"));
	s = strtoul(strstr(fakeflow_text(ff, 0), "Retry-After: ") + 13, NULL,
		    10);
	ck_assert_uint_ge(s, 5);
	ck_assert_uint_le(s, 30);
	ck_assert_uint_eq(counted("sip_overload_refused_total"), 1);

	/* the same again: it has the same To tag */
	put("INVITE", "one", "", 0);
	lobby_serve(in);
	ck_assert_str_eq(order, "BYE INVITE ");
	ck_assert_uint_eq(ff->sentc, 2);
	ck_assert_int_eq(strncmp(strstr(fakeflow_text(ff, 0), "To: "),
				 strstr(fakeflow_text(ff, 1), "To: "), 48),
			 0);
}
END_TEST


/* its first one may ring somewhere: the transaction takes it */
START_TEST(one_that_comes_again_and_waits_is_not_refused)
{
	put("INVITE", "one", "", 300);
	lobby_serve(in);
	put("INVITE", "one", "", 401);
	lobby_serve(in);
	ck_assert_str_eq(order, "INVITE INVITE ");
	ck_assert_uint_eq(ff->sentc, 0);
}
END_TEST


START_TEST(its_acknowledgement_ends_here)
{
	char tag[64];
	const char *p;

	put("INVITE", "one", "", 401);
	lobby_serve(in);
	p = strstr(fakeflow_text(ff, 0), "<sip:b@example.com>;tag=");
	ck_assert_ptr_nonnull(p);
	(void)snprintf(tag, sizeof(tag), "%.*s", (int)strcspn(p + 19, "\r"),
		       p + 19);
	put("ACK", "one", tag, 0);
	put("ACK", "another", tag, 0);
	put("ACK", "one", ";tag=theirs", 0);
	lobby_serve(in);
	ck_assert_str_eq(order, "ACK ACK ");
}
END_TEST


START_TEST(a_share_is_refused_while_messages_wait_too_long)
{
	struct lobby_view v;
	unsigned n = 0;

	lobby_look(in, &v);
	ck_assert(!v.on);
	wait_long(400);
	lobby_look(in, &v);
	ck_assert(v.on);
	ck_assert_uint_ge(v.refused, 800);

	for (int i = 0; i < 100; i++) {
		char callid[16];

		(void)snprintf(callid, sizeof(callid), "c%d", i);
		put("INVITE", callid, "", 0);
		n += refused_by_tcp(callid);
	}
	lobby_serve(in);
	lobby_look(in, &v);
	ck_assert_uint_ge(n, 70);
	ck_assert_uint_ge(v.total, 140);
	ck_assert_uint_eq(v.total, counted("sip_overload_refused_total"));
	ck_assert_uint_eq(strlen(order) / strlen("INVITE "),
			  100 - (v.total - n));
	ck_assert(fakeflow_is(tcp, 0, "SIP/2.0 503 Overloaded\r\n"));

	/* all else is not */
	order[0] = '\0';
	put("BYE", "b", ";tag=x", 0);
	put("REGISTER", "r", "", 0);
	lobby_serve(in);
	ck_assert_str_eq(order, "BYE REGISTER ");

	wait_long(0);
	lobby_limit(in, 0);
	lobby_look(in, &v);
	ck_assert(!v.on);
}
END_TEST


static bool spare_handler(const struct pl *ruri, void *arg)
{
	(void)arg;

	return !pl_strcmp(ruri, "sip:110@example.com");
}


START_TEST(emergency_calls_are_never_refused)
{
	char buf[TEXT];
	size_t len;

	lobby_spare(in, spare_handler, NULL);
	wait_long(400);
	for (int i = 0; i < 50; i++) {
		char callid[16];

		(void)snprintf(callid, sizeof(callid), "e%d", i);
		len = message(buf, "INVITE", "110", callid, "");
		order[0] = '\0';
		lobby_put(in, ff->flow, (const uint8_t *)buf, len,
			  clock_us() - 2 * LOBBY_STALE_US);
		ck_assert(!lobby_refuses(in, tcp->flow, (const uint8_t *)buf,
					 len));
		lobby_serve(in);
		ck_assert_str_eq(order, "INVITE ");
	}
	ck_assert_uint_eq(ff->sentc, 0);
}
END_TEST


START_TEST(full_it_keeps_what_belongs_to_calls)
{
	char callid[16];

	for (int i = 0; lobby_has_room(in); i++) {
		(void)snprintf(callid, sizeof(callid), "f%d", i);
		put("INVITE", callid, "", 20);
	}
	put("INVITE", "late", "", 0);
	ck_assert_uint_eq(counted("sip_backlog_dropped_total"), 1);
	put("BYE", "b", ";tag=x", 0);
	ck_assert_uint_eq(counted("sip_backlog_dropped_total"), 2);
	lobby_serve(in);
	ck_assert_int_eq(strncmp(order, "BYE INVITE ", 11), 0);
}
END_TEST


/* what is refused is so when it is read, however long others wait */
START_TEST(those_refused_at_once_do_not_hide_those_who_wait)
{
	struct lobby_view v;
	char callid[16];

	put("INVITE", "old", "", 300);
	wait_long(400);
	for (int i = 0; i < 20; i++) {
		(void)snprintf(callid, sizeof(callid), "n%d", i);
		/* what was decided once stays so */
		if (refused_by_tcp(callid))
			put("INVITE", callid, "", 0);
	}
	ck_assert_uint_ge(ff->sentc, 5);
	lobby_serve(in);
	wait_for(0);
	lobby_look(in, &v);
	ck_assert_uint_ge(v.delay_ms, 300);
}
END_TEST


/* in a tenth of a second one has hardly waited */
START_TEST(the_least_wait_counts)
{
	struct lobby_view v;

	put("INVITE", "one", "", 300);
	put("INVITE", "two", "", 0);
	lobby_serve(in);
	wait_for(0);
	lobby_look(in, &v);
	ck_assert_uint_lt(v.delay_ms, 100);
	ck_assert(!v.on);
}
END_TEST


START_TEST(it_may_go_while_one_is_worked_at)
{
	drop = true;
	put("BYE", "b", ";tag=x", 0);
	lobby_serve(in);
	ck_assert_ptr_null(in);
	ck_assert_str_eq(order, "BYE ");
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct lobby_conf conf = {.timers = timers};
	struct lobby *none = NULL;
	struct lobby_view v;

	ck_assert_int_eq(lobby_alloc(&none, &conf), EINVAL);
	ck_assert_int_eq(lobby_alloc(NULL, &conf), EINVAL);
	lobby_look(NULL, &v);
	ck_assert(!v.on);
	lobby_tick(NULL, 1, 1);
	lobby_serve(NULL);
	ck_assert(!lobby_refuses(NULL, ff->flow, (const uint8_t *)"x", 1));
}
END_TEST


Suite *suite_lobby(void);
Suite *suite_lobby(void)
{
	Suite *s = suite_create("lobby");
	TCase *tc = tcase_create("lobby");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_belongs_to_calls_overtakes_new_ones);
	tcase_add_test(tc, who_does_not_wait_long_stays_in_order);
	tcase_add_test(tc, a_cancel_does_not_overtake_its_invite);
	tcase_add_test(tc, garbage_has_its_turn_as_well);
	tcase_add_test(
		tc,
		who_waited_too_long_is_refused_and_told_when_to_come_again);
	tcase_add_test(tc, one_that_comes_again_and_waits_is_not_refused);
	tcase_add_test(tc, its_acknowledgement_ends_here);
	tcase_add_test(tc, a_share_is_refused_while_messages_wait_too_long);
	tcase_add_test(tc, emergency_calls_are_never_refused);
	tcase_add_test(tc, full_it_keeps_what_belongs_to_calls);
	tcase_add_test(tc, those_refused_at_once_do_not_hide_those_who_wait);
	tcase_add_test(tc, the_least_wait_counts);
	tcase_add_test(tc, it_may_go_while_one_is_worked_at);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
