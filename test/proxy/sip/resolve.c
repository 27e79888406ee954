/**
 * @file test/proxy/sip/resolve.c  From URIs to hops, with a server of names
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/nameserver.h"
#include "test/mock/stack.h"
#include "common/metrics.h"
#include "proxy/sip/resolve.h"


enum { DEADLINE_MS = 400 };

struct asked {
	struct resolve_query *q;
	unsigned calls;
	int err;
	struct hop hopv[HOP_MAX];
	size_t hopc;
};

static struct timers *timers;
static struct metrics *metrics;
static struct nameserver ns;
static struct resolver *r;
static struct resolver_conf conf;
static struct asked a, b;


static uint32_t no_chance(void)
{
	return 0;
}


static void start(void)
{
	r = mem_deref(r);
	ck_assert_int_eq(resolver_alloc(&r, &conf, timers, NULL, metrics), 0);
}


static void setup(void)
{
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	nameserver_open(&ns, "127.0.0.1");
	ns.zone.negative_ttl = 30;

	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	memset(&conf, 0, sizeof(conf));
	conf.serverv[0] = ns.addr;
	conf.serverc = 1;
	conf.deadline_ms = DEADLINE_MS;
	conf.negative_s = 60;
	conf.ttl_max_s = 3600;
	conf.stale_s = 86400;
	conf.rest_ms = 60000;
	conf.cache_max = 1000;
	conf.pending_max = 100;
	conf.can4[FLOW_UDP] = conf.can4[FLOW_TCP] = conf.can4[FLOW_TLS] = true;
	conf.can6[FLOW_UDP] = true;
	conf.randomh = no_chance;
	start();
}


static void teardown(void)
{
	oom_after(-1);
	a.q = mem_deref(a.q);
	b.q = mem_deref(b.q);
	r = mem_deref(r);
	nameserver_close(&ns);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


static void answer_handler(int err, const struct hop *hopv, size_t hopc,
			   void *arg)
{
	struct asked *as = arg;

	++as->calls;
	as->err = err;
	as->hopc = hopc;
	for (size_t i = 0; i < hopc; i++)
		as->hopv[i] = hopv[i];
	ck_assert((err == 0) == (hopc > 0));
}


static int ask(struct asked *as, const char *uri)
{
	struct sipuri u;
	struct pl pl;

	as->q = mem_deref(as->q);
	as->calls = 0;
	as->hopc = 0;
	pl_set_str(&pl, uri);
	ck_assert_int_eq(sipuri_decode(&u, &pl), 0);

	return resolve(&as->q, r, &u, answer_handler, as);
}


static bool is_answered(void *arg)
{
	const struct asked *as = arg;

	return as->calls > 0;
}


static void must_ask(struct asked *as, const char *uri)
{
	ck_assert_int_eq(ask(as, uri), 0);
	stack_run(timers, is_answered, as);
	ck_assert_uint_eq(as->calls, 1);
	as->q = mem_deref(as->q);
}


/* "UDP 192.0.2.1:5060, TCP ..." */
static const char *hops(const struct asked *as)
{
	static char text[2048];
	struct mbuf *mb = mbuf_alloc(512);

	for (size_t i = 0; i < as->hopc; i++)
		ck_assert_int_eq(
			mbuf_printf(mb, "%s%s %J", i ? ", " : "",
				    flow_proto_name(as->hopv[i].proto),
				    &as->hopv[i].addr),
			0);
	ck_assert_uint_lt(mb->end, sizeof(text));
	memcpy(text, mb->buf, mb->end);
	text[mb->end] = '\0';
	mem_deref(mb);

	return as->err ? strerror(as->err) : text;
}


static void counter_handler(const char *name, uint64_t value, void *arg)
{
	uint64_t *got = arg;

	if (!strcmp(name, "dns_cache_hits_total"))
		*got = value;
}


static uint64_t cache_hits(void)
{
	uint64_t n = 0;

	metrics_apply(metrics, counter_handler, &n);

	return n;
}


START_TEST(a_numeric_host_is_answered_at_once_without_a_question)
{
	ck_assert_int_eq(ask(&a, "sip:bob@192.0.2.7:5070;transport=tcp"), 0);
	ck_assert_uint_eq(a.calls, 1);
	ck_assert_ptr_null(a.q);
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.7:5070");
	ck_assert_str_eq(a.hopv[0].host, "");
	ck_assert_uint_eq(ns.udp, 0);
}
END_TEST


START_TEST(naptr_srv_and_addresses_in_their_order)
{
	zone_add(&ns.zone, "example.com", 300, "NAPTR",
		 "10 20 s SIP+D2U _sip._udp.example.com");
	zone_add(&ns.zone, "example.com", 300, "NAPTR",
		 "10 10 s SIP+D2T _sip._tcp.example.com");
	zone_add(&ns.zone, "_sip._tcp.example.com", 300, "SRV",
		 "20 0 5060 b.example.com");
	zone_add(&ns.zone, "_sip._tcp.example.com", 300, "SRV",
		 "10 0 5070 a.example.com");
	zone_add(&ns.zone, "_sip._udp.example.com", 300, "SRV",
		 "10 0 5060 a.example.com");
	zone_add(&ns.zone, "a.example.com", 300, "A", "192.0.2.1");
	zone_add(&ns.zone, "a.example.com", 300, "AAAA", "2001:db8::1");
	zone_add(&ns.zone, "b.example.com", 300, "A", "192.0.2.2");

	must_ask(&a, "sip:bob@Example.COM");
	ck_assert_str_eq(hops(&a),
			 "TCP 192.0.2.1:5070, TCP 192.0.2.2:5060, "
			 "UDP [2001:db8::1]:5060, UDP 192.0.2.1:5060");
	ck_assert_str_eq(a.hopv[0].host, "example.com");
}
END_TEST


START_TEST(what_is_known_is_not_asked_again_until_it_expires)
{
	unsigned n;

	zone_add(&ns.zone, "example.com", 5, "A", "192.0.2.1");
	must_ask(&a, "sip:example.com:5060");
	n = ns.udp;

	ck_assert_int_eq(ask(&a, "sip:example.com:5060"), 0);
	ck_assert_uint_eq(a.calls, 1);
	ck_assert_str_eq(hops(&a), "UDP 192.0.2.1:5060");
	ck_assert_uint_eq(ns.udp, n);
	ck_assert_uint_eq(cache_hits(), 1);

	timers_advance(timers, 5000);
	zone_remove(&ns.zone, "example.com");
	zone_add(&ns.zone, "example.com", 5, "A", "192.0.2.2");
	must_ask(&a, "sip:example.com:5060");
	ck_assert_str_eq(hops(&a), "UDP 192.0.2.2:5060");
	ck_assert_uint_gt(ns.udp, n);
}
END_TEST


START_TEST(what_does_not_exist_is_believed_as_long_as_the_zone_says)
{
	unsigned n;

	must_ask(&a, "sip:example.com");
	ck_assert_int_eq(a.err, ENOENT);
	n = ns.udp;

	timers_advance(timers, 29000);
	ck_assert_int_eq(ask(&a, "sip:example.com"), 0);
	ck_assert_int_eq(a.err, ENOENT);
	ck_assert_uint_eq(ns.udp, n);

	timers_advance(timers, 1000);
	zone_add(&ns.zone, "example.com", 300, "A", "192.0.2.1");
	must_ask(&a, "sip:example.com");
	ck_assert_str_eq(hops(&a), "UDP 192.0.2.1:5060");
}
END_TEST


START_TEST(many_who_ask_for_one_name_share_a_question)
{
	zone_add(&ns.zone, "example.com", 300, "A", "192.0.2.1");
	ck_assert_int_eq(ask(&a, "sip:example.com:5060;transport=tcp"), 0);
	ck_assert_int_eq(ask(&b, "sip:example.com:5060;transport=tcp"), 0);
	stack_run(timers, is_answered, &a);
	ck_assert_uint_eq(b.calls, 1);
	ck_assert_uint_eq(ns.udp, 1);
	ck_assert_str_eq(hops(&b), "TCP 192.0.2.1:5060");
}
END_TEST


START_TEST(who_lets_go_of_his_question_is_not_answered)
{
	zone_add(&ns.zone, "example.com", 300, "A", "192.0.2.1");
	ck_assert_int_eq(ask(&a, "sip:example.com:5060;transport=tcp"), 0);
	ck_assert_int_eq(ask(&b, "sip:example.com:5060;transport=tcp"), 0);
	a.q = mem_deref(a.q);
	stack_run(timers, is_answered, &b);
	ck_assert_uint_eq(a.calls, 0);
}
END_TEST


static void free_handler(int err, const struct hop *hopv, size_t hopc,
			 void *arg)
{
	struct asked *as = arg;

	answer_handler(err, hopv, hopc, as);
	a.q = mem_deref(a.q);
	b.q = mem_deref(b.q);
}


START_TEST(a_handler_may_let_go_of_all_questions)
{
	const struct pl pl = PL("sip:example.com:5060;transport=tcp");
	struct sipuri u;

	ck_assert_int_eq(sipuri_decode(&u, &pl), 0);
	ck_assert_int_eq(resolve(&a.q, r, &u, free_handler, &a), 0);
	ck_assert_int_eq(resolve(&b.q, r, &u, free_handler, &b), 0);
	stack_run(timers, is_answered, &a);
	ck_assert_uint_eq(a.calls + b.calls, 1);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(a.calls + b.calls, 1);
}
END_TEST


START_TEST(a_silent_server_of_names_costs_no_more_than_the_deadline)
{
	uint64_t from = timers_now(timers);

	ns.mode = NAMESERVER_SILENT;
	must_ask(&a, "sip:example.com");
	ck_assert_int_eq(a.err, ETIMEDOUT);
	ck_assert_uint_le(timers_now(timers) - from, DEADLINE_MS + 1);
}
END_TEST


START_TEST(what_was_known_serves_while_the_dns_is_silent)
{
	zone_add(&ns.zone, "example.com", 5, "A", "192.0.2.1");
	must_ask(&a, "sip:example.com:5060;transport=tcp");

	timers_advance(timers, 60000);
	ns.mode = NAMESERVER_SILENT;
	must_ask(&a, "sip:example.com:5060;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.1:5060");

	/* and the next one need not wait */
	ck_assert_int_eq(ask(&b, "sip:example.com:5060;transport=tcp"), 0);
	stack_run(timers, is_answered, &b);
	ck_assert_int_eq(ask(&b, "sip:example.com:5060;transport=tcp"), 0);
	ck_assert_uint_eq(b.calls, 1);
	ck_assert_str_eq(hops(&b), "TCP 192.0.2.1:5060");

	timers_advance(timers, 2 * 86400000ULL);
	must_ask(&a, "sip:example.com:5060;transport=tcp");
	ck_assert_int_eq(a.err, ETIMEDOUT);
}
END_TEST


START_TEST(a_server_that_drops_naptr_hides_nothing_else)
{
	ns.mode = NAMESERVER_NO_NAPTR;
	zone_add(&ns.zone, "example.com", 300, "A", "192.0.2.1");
	must_ask(&a, "sip:example.com");
	ck_assert_str_eq(hops(&a), "UDP 192.0.2.1:5060");
}
END_TEST


START_TEST(a_server_that_fails_is_no_proof_that_there_is_nothing)
{
	ns.mode = NAMESERVER_SERVFAIL;
	must_ask(&a, "sip:example.com");
	ck_assert_int_eq(a.err, ETIMEDOUT);
}
END_TEST


START_TEST(a_second_server_is_asked_where_the_first_is_silent)
{
	struct nameserver second;

	nameserver_open(&second, "127.0.0.2");
	zone_add(&second.zone, "example.com", 300, "A", "192.0.2.1");
	ns.mode = NAMESERVER_SILENT;
	conf.serverv[1] = second.addr;
	conf.serverc = 2;
	start();
	must_ask(&a, "sip:example.com:5060;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.1:5060");
	r = mem_deref(r);
	nameserver_close(&second);
}
END_TEST


START_TEST(a_truncated_answer_is_fetched_by_tcp)
{
	char name[64], data[64];

	ns.mode = NAMESERVER_TRUNCATES;
	for (unsigned i = 0; i < 20; i++) {
		(void)re_snprintf(name, sizeof(name), "h%u.example.com", i);
		(void)re_snprintf(data, sizeof(data), "%u 0 5060 %s", i, name);
		zone_add(&ns.zone, "_sip._tcp.example.com", 300, "SRV", data);
		zone_add(&ns.zone, name, 300, "A", "192.0.2.1");
	}
	must_ask(&a, "sip:example.com;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.1:5060");
	ck_assert_uint_gt(ns.tcp, 0);
}
END_TEST


START_TEST(lies_are_not_believed)
{
	zone_add(&ns.zone, "example.com", 300, "A", "192.0.2.1");
	ns.mode = NAMESERVER_LIES_FIRST;
	must_ask(&a, "sip:example.com:5060;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.1:5060");

	zone_add(&ns.zone, "other.example.com", 300, "A", "192.0.2.2");
	ns.mode = NAMESERVER_LIES_ONLY;
	must_ask(&a, "sip:other.example.com:5060;transport=tcp");
	ck_assert_int_eq(a.err, ETIMEDOUT);
}
END_TEST


START_TEST(cnames_are_followed_but_not_in_circles)
{
	zone_add(&ns.zone, "www.example.com", 300, "CNAME", "a.example.com");
	zone_add(&ns.zone, "a.example.com", 300, "A", "192.0.2.1");
	must_ask(&a, "sip:www.example.com:5060;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.1:5060");

	zone_add(&ns.zone, "x.example.com", 300, "CNAME", "y.example.com");
	zone_add(&ns.zone, "y.example.com", 300, "CNAME", "x.example.com");
	must_ask(&a, "sip:x.example.com:5060;transport=tcp");
	ck_assert_int_eq(a.err, ETIMEDOUT);

	/* an answer that ends with the alias: we go on ourselves */
	ns.zone.negative_ttl = 0;
	zone_add(&ns.zone, "far.example.com", 300, "CNAME", "z.example.com");
	must_ask(&a, "sip:far.example.com:5060;transport=tcp");
	ck_assert_int_eq(a.err, ENOENT);
	ck_assert_str_eq(ns.last, "z.example.com");
}
END_TEST


static void change(void)
{
	struct resolver_change *ch = NULL;

	ck_assert_int_eq(resolver_change_alloc(&ch, r, &conf), 0);
	resolver_change_take(ch);
}


START_TEST(other_servers_of_names_are_asked_from_now_on)
{
	struct resolver_change *unused = NULL;
	struct nameserver other;

	nameserver_open(&other, "127.0.0.1");
	zone_add(&ns.zone, "example.com", 300, "A", "192.0.2.1");
	zone_add(&other.zone, "example.com", 300, "A", "192.0.2.2");
	must_ask(&a, "sip:example.com:5060;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.1:5060");

	/* what is made ready alone changes nothing, and what is the same
	 * forgets nothing */
	conf.serverv[0] = other.addr;
	ck_assert_int_eq(resolver_change_alloc(&unused, r, &conf), 0);
	mem_deref(unused);
	conf.serverv[0] = ns.addr;
	change();
	must_ask(&a, "sip:example.com:5060;transport=tcp");
	ck_assert_uint_eq(ns.udp, 1);

	conf.serverv[0] = other.addr;
	change();
	must_ask(&a, "sip:example.com:5060;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.2:5060");
	ck_assert_uint_eq(ns.udp, 1);
	nameserver_close(&other);
}
END_TEST


START_TEST(a_question_under_way_is_answered_across_a_change)
{
	struct nameserver other;

	nameserver_open(&other, "127.0.0.1");
	zone_add(&ns.zone, "example.com", 300, "A", "192.0.2.1");
	zone_add(&other.zone, "example.com", 300, "A", "192.0.2.2");
	ck_assert_int_eq(ask(&a, "sip:example.com:5060;transport=tcp"), 0);
	conf.serverv[0] = other.addr;
	change();
	change();
	stack_run(timers, is_answered, &a);
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.2:5060");
	timers_advance(timers, 2 * DEADLINE_MS);
	nameserver_close(&other);
}
END_TEST


START_TEST(other_times_count_from_now_on)
{
	const uint64_t from = timers_now(timers);

	ns.mode = NAMESERVER_SILENT;
	conf.deadline_ms = DEADLINE_MS / 4;
	conf.rest_ms = 1000;
	change();
	must_ask(&a, "sip:example.com");
	ck_assert_int_eq(a.err, ETIMEDOUT);
	ck_assert_uint_le(timers_now(timers) - from, DEADLINE_MS / 4 + 1);
	ck_assert_int_eq(resolver_change_alloc(NULL, r, &conf), EINVAL);
	resolver_change_take(NULL);
}
END_TEST


START_TEST(a_hop_that_failed_rests_behind_the_others)
{
	zone_add(&ns.zone, "_sip._tcp.example.com", 300, "SRV",
		 "10 0 5060 a.example.com");
	zone_add(&ns.zone, "_sip._tcp.example.com", 300, "SRV",
		 "20 0 5060 b.example.com");
	zone_add(&ns.zone, "a.example.com", 300, "A", "192.0.2.1");
	zone_add(&ns.zone, "b.example.com", 300, "A", "192.0.2.2");
	must_ask(&a, "sip:example.com;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.1:5060, TCP 192.0.2.2:5060");

	resolver_hop_failed(r, &a.hopv[0]);
	must_ask(&a, "sip:example.com;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.2:5060, TCP 192.0.2.1:5060");

	timers_advance(timers, 60000);
	must_ask(&a, "sip:example.com;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.1:5060, TCP 192.0.2.2:5060");

	resolver_hop_failed(r, &a.hopv[0]);
	resolver_hop_works(r, &a.hopv[0]);
	must_ask(&a, "sip:example.com;transport=tcp");
	ck_assert_str_eq(hops(&a), "TCP 192.0.2.1:5060, TCP 192.0.2.2:5060");
}
END_TEST


START_TEST(too_many_questions_are_refused_and_what_is_known_still_answers)
{
	zone_add(&ns.zone, "example.com", 300, "A", "192.0.2.1");
	conf.pending_max = 1;
	start();
	must_ask(&a, "sip:example.com:5060;transport=tcp");

	ns.mode = NAMESERVER_SILENT;
	ck_assert_int_eq(ask(&a, "sip:one.example.com"), 0);
	ck_assert_ptr_nonnull(a.q);
	ck_assert_int_eq(ask(&b, "sip:two.example.com"), ENOSPC);
	ck_assert_uint_eq(b.calls, 0);
	ck_assert_int_eq(ask(&b, "sip:example.com:5060;transport=tcp"), 0);
	ck_assert_uint_eq(b.calls, 1);
	ck_assert_int_eq(ask(&b, "sip:192.0.2.7"), 0);
	ck_assert_uint_eq(b.calls, 1);
}
END_TEST


START_TEST(names_that_can_not_be_are_not_asked_for)
{
	static const char *const neverv[] = {
		"sip:a@xyz.invalid;transport=ws",
		"sip:a@xyz.invalid",
		"sip:example.com;transport=sctp",
		"sips:example.com;transport=udp",
	};

	for (size_t i = 0; i < ARRAY_SIZE(neverv); i++) {
		ck_assert_int_eq(ask(&a, neverv[i]), 0);
		ck_assert_uint_eq(a.calls, 1);
		ck_assert_int_ne(a.err, 0);
	}
	ck_assert_int_eq(ask(&a, "tel:+4912345"), EINVAL);
	ck_assert_int_eq(ask(&a, "sip:example..com"), EINVAL);
	ck_assert_uint_eq(ns.udp, 0);
}
END_TEST


START_TEST(a_resolver_that_goes_answers_nobody)
{
	ns.mode = NAMESERVER_SILENT;
	ck_assert_int_eq(ask(&a, "sip:example.com"), 0);
	r = mem_deref(r);
	timers_advance(timers, 10 * DEADLINE_MS);
	ck_assert_uint_eq(a.calls, 0);
	a.q = mem_deref(a.q);
}
END_TEST


START_TEST(out_of_memory_is_said_or_survived)
{
	zone_add(&ns.zone, "example.com", 300, "A", "192.0.2.1");
	for (int n = 0; n < 16; n++) {
		int err;

		start();
		oom_after(n);
		err = ask(&a, "sip:example.com:5060;transport=tcp");
		if (!err && !a.calls)
			stack_run(timers, is_answered, &a);
		oom_after(-1);
		if (err)
			ck_assert_int_eq(err, ENOMEM);
		else
			ck_assert(!a.err || a.err == ETIMEDOUT);
	}

	for (int n = 0; n < 12; n++) {
		struct resolver *x = NULL;

		oom_after(n);
		if (resolver_alloc(&x, &conf, timers, NULL, NULL))
			ck_assert_ptr_null(x);
		oom_after(-1);
		mem_deref(x);
	}
}
END_TEST


Suite *suite_resolve(void);
Suite *suite_resolve(void)
{
	Suite *s = suite_create("resolve");
	TCase *tc = tcase_create("resolve");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc,
		       a_numeric_host_is_answered_at_once_without_a_question);
	tcase_add_test(tc, naptr_srv_and_addresses_in_their_order);
	tcase_add_test(tc, what_is_known_is_not_asked_again_until_it_expires);
	tcase_add_test(
		tc, what_does_not_exist_is_believed_as_long_as_the_zone_says);
	tcase_add_test(tc, many_who_ask_for_one_name_share_a_question);
	tcase_add_test(tc, who_lets_go_of_his_question_is_not_answered);
	tcase_add_test(tc, a_handler_may_let_go_of_all_questions);
	tcase_add_test(
		tc, a_silent_server_of_names_costs_no_more_than_the_deadline);
	tcase_add_test(tc, what_was_known_serves_while_the_dns_is_silent);
	tcase_add_test(tc, a_server_that_drops_naptr_hides_nothing_else);
	tcase_add_test(tc,
		       a_server_that_fails_is_no_proof_that_there_is_nothing);
	tcase_add_test(tc, a_second_server_is_asked_where_the_first_is_silent);
	tcase_add_test(tc, a_truncated_answer_is_fetched_by_tcp);
	tcase_add_test(tc, lies_are_not_believed);
	tcase_add_test(tc, cnames_are_followed_but_not_in_circles);
	tcase_add_test(tc, other_servers_of_names_are_asked_from_now_on);
	tcase_add_test(tc, a_question_under_way_is_answered_across_a_change);
	tcase_add_test(tc, other_times_count_from_now_on);
	tcase_add_test(tc, a_hop_that_failed_rests_behind_the_others);
	tcase_add_test(
		tc,
		too_many_questions_are_refused_and_what_is_known_still_answers);
	tcase_add_test(tc, names_that_can_not_be_are_not_asked_for);
	tcase_add_test(tc, a_resolver_that_goes_answers_nobody);
	tcase_add_test(tc, out_of_memory_is_said_or_survived);
	suite_add_tcase(s, tc);

	return s;
}
