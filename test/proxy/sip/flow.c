/**
 * @file test/proxy/sip/flow.c  Flows send while open and tell once that not
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"


static struct fakeflow *ff;
static struct mbuf *mb;

struct watcher {
	struct flow_watch w;
	struct flow_watch *other; /* unwatched by the handler */
	int told;
	int err;
};


static void setup(void)
{
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"198.51.100.7:1024", NULL),
			 0);
	mb = mbuf_alloc(16);
	(void)mbuf_write_str(mb, "0123456789");
	mb->pos = 2;
}


static void teardown(void)
{
	oom_after(-1);
	mb = mem_deref(mb);
	ff = mem_deref(ff);
}


static void close_handler(struct flow *flow, int err, void *arg)
{
	struct watcher *w = arg;

	ck_assert(flow->closed);
	++w->told;
	w->err = err;
	flow_unwatch(w->other);
}


START_TEST(what_is_sent_leaves_from_the_position_on_and_stays)
{
	ck_assert_int_eq(flow_send(ff->flow, mb), 0);
	ck_assert_str_eq(fakeflow_text(ff, 0), "23456789");
	ck_assert_uint_eq(mb->pos, 2);
	mb->pos = mb->end;
	ck_assert_int_eq(flow_send(ff->flow, mb), EINVAL);
	ck_assert_int_eq(flow_send(ff->flow, NULL), EINVAL);
	ck_assert_int_eq(flow_send(NULL, mb), EINVAL);
	ck_assert_uint_eq(ff->sentc, 1);
}
END_TEST


START_TEST(a_closed_flow_sends_nothing_and_has_told_each_watcher_once)
{
	struct watcher a = {.told = 0}, b = {.told = 0}, c = {.told = 0};

	flow_watch(ff->flow, &a.w, close_handler, &a);
	flow_watch(ff->flow, &b.w, close_handler, &b);
	flow_watch(ff->flow, &c.w, close_handler, &c);
	flow_unwatch(&c.w);
	flow_unwatch(&c.w);
	a.other = &b.w;
	flow_close(ff->flow, ETIMEDOUT);
	flow_close(ff->flow, EPIPE);
	ck_assert_int_eq(a.told, 1);
	ck_assert_int_eq(a.err, ETIMEDOUT);
	ck_assert_int_eq(b.told, 0);
	ck_assert_int_eq(c.told, 0);
	ck_assert_int_eq(flow_send(ff->flow, mb), ENOTCONN);
	ck_assert_uint_eq(ff->sentc, 0);
}
END_TEST


START_TEST(an_orderly_end_is_told_as_a_reset)
{
	struct watcher a = {.told = 0};

	flow_watch(ff->flow, &a.w, close_handler, &a);
	flow_close(ff->flow, 0);
	ck_assert_int_eq(a.err, ECONNRESET);
}
END_TEST


START_TEST(a_watch_may_go_before_or_after_its_flow)
{
	struct watcher a = {.told = 0}, b = {.told = 0};

	flow_watch(ff->flow, &a.w, close_handler, &a);
	flow_watch(ff->flow, &b.w, close_handler, &b);
	flow_unwatch(&a.w);
	ff = mem_deref(ff);
	flow_unwatch(&b.w);
	ck_assert_int_eq(b.told, 0);
	flow_close(NULL, 0);
	flow_unwatch(NULL);
}
END_TEST


START_TEST(ids_are_never_used_twice)
{
	uint64_t last = ff->flow->id;

	for (int i = 0; i < 100; i++) {
		struct flow *flow;

		ck_assert_int_eq(flow_alloc(&flow, FLOW_TCP, &ff->flow->local,
					    &ff->flow->peer, ff->flow->sendh,
					    NULL),
				 0);
		ck_assert_uint_gt(flow->id, last);
		ck_assert(flow_reliable(flow));
		last = flow->id;
		mem_deref(flow);
	}
	ck_assert(!flow_reliable(ff->flow));
	ck_assert_str_eq(flow_proto_name(FLOW_UDP), "UDP");
	ck_assert_str_eq(flow_proto_name(FLOW_TCP), "TCP");
	ck_assert_str_eq(flow_proto_name(FLOW_PROTO_MAX), "");
}
END_TEST


START_TEST(a_protocol_is_known_by_both_its_names)
{
	static const struct {
		const char *text;
		int err;
		enum flow_proto proto;
		uint16_t port;
		bool secure;
	} casev[] = {
		{"UDP", 0, FLOW_UDP, 5060, false},
		{"tcp", 0, FLOW_TCP, 5060, false},
		{"Tls", 0, FLOW_TLS, 5061, true},
		{"ws", 0, FLOW_WS, 80, false},
		{"WSS", 0, FLOW_WSS, 443, true},
		{"sctp", ENOENT, FLOW_UDP, 5060, false},
		{"", ENOENT, FLOW_UDP, 5060, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(casev); i++) {
		enum flow_proto p = FLOW_UDP;
		struct pl pl;

		pl_set_str(&pl, casev[i].text);
		ck_assert_int_eq(flow_proto_decode(&p, &pl), casev[i].err);
		ck_assert_int_eq(p, casev[i].proto);
		ck_assert_uint_eq(flow_proto_port(p), casev[i].port);
		ck_assert(flow_proto_secure(p) == casev[i].secure);
	}
	ck_assert_str_eq(flow_proto_param(FLOW_WSS), "wss");
	ck_assert(flow_proto_web(FLOW_WSS) && flow_proto_web(FLOW_WS));
	ck_assert(!flow_proto_web(FLOW_TLS) && !flow_proto_web(FLOW_UDP));
	ck_assert_str_eq(flow_proto_param(FLOW_PROTO_MAX), "");
}
END_TEST


/* RFC 5922 section 7.2: a wildcard is a name like any other */
START_TEST(a_certificate_names_whole_hosts_only)
{
	struct flow *flow = ff->flow;

	ck_assert(!flow_has_name(flow, "a.example.net"));
	ck_assert_int_eq(
		str_dup(&flow->names, "*.example.net a.example.net b.org"), 0);
	ck_assert(flow_has_name(flow, "a.example.net"));
	ck_assert(flow_has_name(flow, "B.ORG"));
	ck_assert(!flow_has_name(flow, "example.net"));
	ck_assert(!flow_has_name(flow, "c.example.net"));
	ck_assert(!flow_has_name(flow, ""));
	ck_assert(!flow_has_name(flow, "a.example.net b.org"));
}
END_TEST


START_TEST(without_memory_there_is_no_flow)
{
	struct flow *flow = NULL;

	oom_after(0);
	ck_assert_int_eq(flow_alloc(&flow, FLOW_TCP, &ff->flow->local,
				    &ff->flow->peer, ff->flow->sendh, NULL),
			 ENOMEM);
	ck_assert_ptr_null(flow);
	ck_assert_int_eq(flow_alloc(NULL, FLOW_TCP, &ff->flow->local,
				    &ff->flow->peer, ff->flow->sendh, NULL),
			 EINVAL);
	ck_assert_int_eq(flow_alloc(&flow, FLOW_PROTO_MAX, &ff->flow->local,
				    &ff->flow->peer, ff->flow->sendh, NULL),
			 EINVAL);
}
END_TEST


Suite *suite_flow(void);

Suite *suite_flow(void)
{
	Suite *s = suite_create("flow");
	TCase *tc = tcase_create("flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_sent_leaves_from_the_position_on_and_stays);
	tcase_add_test(
		tc,
		a_closed_flow_sends_nothing_and_has_told_each_watcher_once);
	tcase_add_test(tc, an_orderly_end_is_told_as_a_reset);
	tcase_add_test(tc, a_watch_may_go_before_or_after_its_flow);
	tcase_add_test(tc, ids_are_never_used_twice);
	tcase_add_test(tc, a_protocol_is_known_by_both_its_names);
	tcase_add_test(tc, a_certificate_names_whole_hosts_only);
	tcase_add_test(tc, without_memory_there_is_no_flow);
	suite_add_tcase(s, tc);

	return s;
}
