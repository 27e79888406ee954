/**
 * @file test/proxy/sip/tcp_places.c  Who may have one of the connections
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "common/metrics.h"
#include "proxy/sip/gate.h"
#include "proxy/sip/tcp_state.h"


enum { PER_SOURCE = 2, TOTAL = 8, STRANGERS = 7, KNOWN_MS = 1000000 };

static struct timers *timers;
static struct metrics *metrics;
static struct gate *gate;
static struct tcp_pool *pool;
static struct guard guard;
static struct sa bound;
static int fdv[4 * TOTAL];
static size_t fdc;


static int msg_handler(struct flow *flow, const uint8_t *p, size_t len,
		       void *arg)
{
	(void)flow;
	(void)p;
	(void)len;
	(void)arg;

	return 0;
}


static void bad_handler(struct flow *flow, const struct guard *g, void *arg)
{
	(void)flow;
	(void)g;
	(void)arg;
}


static void setup(void)
{
	const struct gate_conf gc = {.known_s = KNOWN_MS / 1000};
	struct tcp_pool_conf conf = {
		.per_source = PER_SOURCE,
		.total = TOTAL,
		.message_ms = KNOWN_MS,
		.idle_ms = KNOWN_MS,
		.connect_ms = KNOWN_MS,
		.guard = &guard,
		.msgh = msg_handler,
		.badh = bad_handler,
	};
	struct sa laddr;

	fdc = 0;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(gate_alloc(&gate, timers, NULL, metrics, &gc), 0);
	conf.gate = gate;
	ck_assert_int_eq(tcp_pool_alloc(&pool, timers, NULL, metrics, &conf),
			 0);
	ck_assert_int_eq(sa_set_str(&laddr, "127.0.0.1", 0), 0);
	ck_assert_int_eq(tcp_pool_listen(pool, FLOW_TCP, &laddr, &bound), 0);
}


static void teardown(void)
{
	while (fdc)
		(void)close(fdv[--fdc]);
	pool = mem_deref(pool);
	gate = mem_deref(gate);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


static uint64_t count(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static bool is_dealt_with(void *arg)
{
	return count("tcp_connections_accepted_total") +
		       count("tcp_connections_refused_total") ==
	       *(const size_t *)arg;
}


static void dial(const char *host, unsigned n)
{
	struct sa src;

	while (n--) {
		const int fd = socket(AF_INET, SOCK_STREAM, 0);

		ck_assert_int_ge(fd, 0);
		fdv[fdc++] = fd;
		ck_assert_int_eq(sa_set_str(&src, host, 0), 0);
		ck_assert_int_eq(bind(fd, &src.u.sa, src.len), 0);
		ck_assert_int_eq(connect(fd, &bound.u.sa, bound.len), 0);
		stack_run(timers, is_dealt_with, &fdc);
	}
}


static bool is_ended(size_t i)
{
	char c;

	return recv(fdv[i], &c, 1, MSG_DONTWAIT) == 0;
}


static void know(const char *host)
{
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, host, 5060), 0);
	gate_know(gate, &sa, timers_now(timers) + KNOWN_MS);
}


START_TEST(a_nat_with_phones_has_ten_times_the_places_of_a_stranger)
{
	dial("127.0.0.2", PER_SOURCE + 1);
	ck_assert_uint_eq(tcp_pool_count(pool), PER_SOURCE);

	know("127.0.0.3");
	dial("127.0.0.3", TOTAL - PER_SOURCE);
	ck_assert_uint_eq(tcp_pool_count(pool), TOTAL);
	ck_assert_uint_eq(count("tcp_connections_refused_total"), 1);
}
END_TEST


START_TEST(a_newcomer_takes_the_place_of_the_stranger_who_came_first)
{
	know("127.0.0.2");
	dial("127.0.0.2", 1);
	dial("127.0.0.3", 2);
	dial("127.0.0.4", 2);
	dial("127.0.0.5", 2);
	ck_assert_uint_eq(tcp_pool_count(pool), STRANGERS);

	dial("127.0.0.6", 1);
	ck_assert_uint_eq(tcp_pool_count(pool), STRANGERS);
	ck_assert(!is_ended(0));
	ck_assert(is_ended(1));
	ck_assert(!is_ended(2));
	dial("127.0.0.6", 1);
	ck_assert(is_ended(2));
	ck_assert_uint_eq(count("tcp_connections_shed_total"), 2);
	ck_assert_uint_eq(count("tcp_connections_refused_total"), 0);
}
END_TEST


START_TEST(the_last_places_are_not_for_strangers)
{
	for (unsigned i = 0; i < TOTAL; i++) {
		char host[16];

		(void)re_snprintf(host, sizeof(host), "127.0.1.%u", i + 1);
		dial(host, 1);
	}
	ck_assert_uint_eq(tcp_pool_count(pool), STRANGERS);
	ck_assert_uint_eq(count("tcp_connections_shed_total"), 1);

	know("127.0.0.2");
	dial("127.0.0.2", 1);
	ck_assert_uint_eq(tcp_pool_count(pool), TOTAL);
	ck_assert_uint_eq(count("tcp_connections_shed_total"), 1);
	dial("127.0.0.2", 1);
	ck_assert_uint_eq(tcp_pool_count(pool), TOTAL);
	ck_assert_uint_eq(count("tcp_connections_shed_total"), 2);
}
END_TEST


START_TEST(where_all_are_known_one_more_is_refused)
{
	know("127.0.0.2");
	dial("127.0.0.2", TOTAL + 1);
	ck_assert_uint_eq(tcp_pool_count(pool), TOTAL);
	ck_assert_uint_eq(count("tcp_connections_refused_total"), 1);
	ck_assert_uint_eq(count("tcp_connections_shed_total"), 0);
}
END_TEST


START_TEST(the_addresses_of_one_ipv6_network_are_counted_as_one)
{
	struct sa a, b, c;

	ck_assert_int_eq(sa_set_str(&a, "2001:db8::1", 1), 0);
	ck_assert_int_eq(sa_set_str(&b, "2001:db8::ffff:1:2", 2), 0);
	ck_assert_int_eq(sa_set_str(&c, "2001:db8:0:1::1", 1), 0);
	ck_assert_uint_eq(tcp_pool_bucket(pool, &a),
			  tcp_pool_bucket(pool, &b));
	ck_assert_uint_ne(tcp_pool_bucket(pool, &a),
			  tcp_pool_bucket(pool, &c));
}
END_TEST


Suite *suite_tcp_places(void);

Suite *suite_tcp_places(void)
{
	Suite *s = suite_create("tcp_places");
	TCase *tc = tcase_create("places");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(
		tc, a_nat_with_phones_has_ten_times_the_places_of_a_stranger);
	tcase_add_test(
		tc, a_newcomer_takes_the_place_of_the_stranger_who_came_first);
	tcase_add_test(tc, the_last_places_are_not_for_strangers);
	tcase_add_test(tc, where_all_are_known_one_more_is_refused);
	tcase_add_test(tc,
		       the_addresses_of_one_ipv6_network_are_counted_as_one);
	suite_add_tcase(s, tc);

	return s;
}
