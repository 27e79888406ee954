/**
 * @file test/proxy/media/relay_client.c  Resources from a relay server
 *
 * Both ends are ours here; relay_server.c has the server against a client
 * that is written by hand.
 */
#include <string.h>
#include <sys/socket.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "test/mock/streams.h"
#include "test/relay/rig.h"
#include "proxy/media/relay_client.h"
#include "proxy/media/relay_server.h"


enum { DEADLINE_MS = 2000, REST_MS = 10000, LEASE_S = 120 };

/** A relay server on a stack of its own */
struct node {
	struct stack stack;
	struct relay *relay;
	struct relay_server *rs;
};

static struct timers *timers;
static struct stack us;
static struct node nodev[2];
static struct resource_maker *maker;
static struct resource *res;
static const struct pl id = PL("call@phone.example");

/** What a side's handler was told */
struct told {
	unsigned n;
	int err;
	struct resource_media *ours;
};
static struct told toldv[2];
static unsigned timeouts;


static void request_handler(struct message *req, void *arg)
{
	struct node *node = arg;

	if (relay_server_wants(node->rs, req))
		relay_server_request(node->rs, req);
}


static void node_open(struct node *node, const char *host, uint16_t port)
{
	struct relay_conf conf = rig_conf();

	conf.port_min = port;
	conf.port_max = (uint16_t)(port + 399);
	stack_open(&node->stack, timers, host, request_handler, node);
	ck_assert_int_eq(relay_alloc(&node->relay, &conf, timers, NULL, NULL),
			 0);
	ck_assert_int_eq(relay_server_alloc(&node->rs, node->relay,
					    node->stack.tp, node->stack.txns,
					    timers, NULL, NULL, LEASE_S),
			 0);
}


static void node_close(struct node *node)
{
	node->rs = mem_deref(node->rs);
	node->relay = mem_deref(node->relay);
	stack_close(&node->stack);
}


static void event_handler(enum relay_event ev, const struct relay_info *info,
			  void *arg)
{
	(void)info;
	(void)arg;
	timeouts += ev == RELAY_TIMEOUT;
}


static void setup(void)
{
	struct relay_client_conf conf = {.serverc = 2,
					 .deadline_ms = DEADLINE_MS,
					 .rest_ms = REST_MS,
					 .lease_s = LEASE_S};

	memset(toldv, 0, sizeof(toldv));
	timeouts = 0;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	stack_open(&us, timers, "127.0.0.1", NULL, NULL);
	node_open(&nodev[0], "127.0.0.2", 18000);
	node_open(&nodev[1], "127.0.0.3", 18400);
	for (size_t i = 0; i < 2; i++)
		conf.serverv[i] = stack_server(&nodev[i].stack);
	ck_assert_int_eq(relay_client_alloc(&maker, &conf, us.tp, us.txns,
					    timers, NULL, NULL),
			 0);
	ck_assert_int_eq(maker->alloc(&res, maker, &id, event_handler, NULL),
			 0);
}


static void teardown(void)
{
	res = mem_deref(res);
	maker = mem_deref(maker);
	streams_free();
	stack_close(&us);
	node_close(&nodev[0]);
	node_close(&nodev[1]);
	timers = mem_deref(timers);
}


static void handler(int err, struct resource_media *ours, void *arg)
{
	struct told *t = arg;

	++t->n;
	t->err = err;
	if (!err)
		t->ours = streams_keep(ours);
}


static struct resource_request request(enum relay_side side)
{
	struct resource_request rq = {.side = side, .other_af = AF_INET};

	ck_assert_int_eq(sa_set_str(&rq.signalling, "127.0.0.5", 5060), 0);
	rq.media = streams_make(1);
	rq.media->v[0].used = true;
	ck_assert_int_eq(sa_set_str(&rq.media->v[0].rtp, "127.0.0.5", 4000),
			 0);
	ck_assert_int_eq(sa_set_str(&rq.media->v[0].rtcp, "127.0.0.5", 4001),
			 0);

	return rq;
}


static void start(enum relay_side side)
{
	const struct resource_request rq = request(side);

	ck_assert_int_eq(res->request(res, &rq, handler, &toldv[side]), 0);
}


static bool is_told(void *arg)
{
	const struct told *t = arg;

	return t->n > 0;
}


static int wait_told(enum relay_side side)
{
	stack_run(timers, is_told, &toldv[side]);
	ck_assert_uint_eq(toldv[side].n, 1);
	toldv[side].n = 0;

	return toldv[side].err;
}


static int ask(enum relay_side side)
{
	start(side);

	return wait_told(side);
}


static uint32_t leases(int i)
{
	return relay_server_leases(nodev[i].rs);
}


static bool is_reached(void *arg)
{
	const struct node *node = arg;

	return node->stack.requests > 0;
}


static bool is_released(void *arg)
{
	const struct node *node = arg;

	return relay_server_leases(node->rs) == 0;
}


static bool is_leased_and_released(void *arg)
{
	const struct node *node = arg;

	return node->stack.requests == 2 && is_released(arg);
}


static bool is_lost(void *arg)
{
	(void)arg;

	return timeouts > 0;
}


/* the first server hears, and says nothing */
static void silence(struct node *node)
{
	node->stack.h = NULL;
}


START_TEST(both_sides_are_relayed_by_one_server)
{
	ck_assert_str_eq(maker->name, "external");
	ck_assert_int_eq(ask(RELAY_A), 0);
	ck_assert_int_eq(ask(RELAY_B), 0);
	ck_assert(relay_is_local(nodev[0].relay,
				 &toldv[RELAY_A].ours->v[0].rtp));
	ck_assert(relay_is_local(nodev[0].relay,
				 &toldv[RELAY_B].ours->v[0].rtcp));
	ck_assert(!sa_cmp(&toldv[RELAY_A].ours->v[0].rtp,
			  &toldv[RELAY_B].ours->v[0].rtp, SA_ALL));
	ck_assert_uint_eq(leases(0), 1);
	ck_assert_uint_eq(leases(1), 0);
	ck_assert_int_eq(res->stats(res, 0, RELAY_A, NULL), ENOSYS);
}
END_TEST


START_TEST(the_second_side_waits_for_the_first)
{
	start(RELAY_A);
	start(RELAY_B);
	ck_assert_int_eq(wait_told(RELAY_A), 0);
	ck_assert_int_eq(wait_told(RELAY_B), 0);
	ck_assert_uint_eq(leases(0), 1);
}
END_TEST


START_TEST(a_side_asks_one_thing_at_a_time)
{
	const struct resource_request rq = request(RELAY_A);

	start(RELAY_A);
	ck_assert_int_eq(res->request(res, &rq, handler, &toldv[0]), EBUSY);
	ck_assert_int_eq(wait_told(RELAY_A), 0);
	ck_assert_int_eq(ask(RELAY_A), 0);
}
END_TEST


START_TEST(the_end_of_the_call_is_a_bye)
{
	ck_assert_int_eq(ask(RELAY_A), 0);
	ck_assert_int_eq(ask(RELAY_B), 0);
	res = mem_deref(res);
	stack_run(timers, is_released, &nodev[0]);
	ck_assert_uint_eq(relay_sessions(nodev[0].relay), 0);
}
END_TEST


START_TEST(the_lease_is_kept_up)
{
	ck_assert_int_eq(ask(RELAY_A), 0);
	for (int i = 0; i < 5; i++) {
		stack_pass(&us, LEASE_S / 2);
		ck_assert_uint_eq(leases(0), 1);
	}
	ck_assert_uint_eq(timeouts, 0);
}
END_TEST


START_TEST(a_dead_server_is_given_up_for_the_next)
{
	silence(&nodev[0]);
	start(RELAY_A);
	stack_run(timers, is_reached, &nodev[0]);
	timers_advance(timers, DEADLINE_MS);
	ck_assert_int_eq(wait_told(RELAY_A), 0);
	ck_assert_uint_eq(leases(1), 1);

	ck_assert_int_eq(ask(RELAY_B), 0);
	ck_assert_uint_eq(leases(1), 1);
}
END_TEST


START_TEST(a_dead_server_delays_no_other_call)
{
	struct resource *more = NULL;
	const struct resource_request rq = request(RELAY_A);
	uint64_t before;

	silence(&nodev[0]);
	start(RELAY_A);
	stack_run(timers, is_reached, &nodev[0]);
	timers_advance(timers, DEADLINE_MS);
	ck_assert_int_eq(wait_told(RELAY_A), 0);

	before = timers_now(timers);
	ck_assert_int_eq(maker->alloc(&more, maker, &id, NULL, NULL), 0);
	ck_assert_int_eq(more->request(more, &rq, handler, &toldv[0]), 0);
	ck_assert_int_eq(wait_told(RELAY_A), 0);
	ck_assert_uint_lt(timers_now(timers) - before, 500);
	ck_assert_uint_eq(leases(1), 2);
	mem_deref(more);
}
END_TEST


START_TEST(when_all_are_dead_it_is_said_at_once)
{
	silence(&nodev[0]);
	silence(&nodev[1]);
	start(RELAY_A);
	stack_run(timers, is_reached, &nodev[0]);
	timers_advance(timers, DEADLINE_MS);
	stack_run(timers, is_reached, &nodev[1]);
	timers_advance(timers, DEADLINE_MS);
	ck_assert_int_eq(wait_told(RELAY_A), ETIMEDOUT);

	start(RELAY_A);
	ck_assert_uint_eq(toldv[RELAY_A].n, 1);
	ck_assert_int_eq(toldv[RELAY_A].err, ECONNREFUSED);

	toldv[RELAY_A].n = 0;
	timers_advance(timers, REST_MS);
	nodev[0].stack.h = request_handler;
	ck_assert_int_eq(ask(RELAY_A), 0);
}
END_TEST


START_TEST(short_ports_everywhere_are_enospc)
{
	for (int i = 0; i < 2; i++) {
		silence(&nodev[i]);
		nodev[i].stack.answer = 503;
	}
	ck_assert_int_eq(ask(RELAY_A), ENOSPC);
}
END_TEST


START_TEST(a_lost_session_ends_the_call_at_the_refresh)
{
	ck_assert_int_eq(ask(RELAY_A), 0);
	nodev[0].rs = mem_deref(nodev[0].rs);
	ck_assert_int_eq(relay_server_alloc(&nodev[0].rs, nodev[0].relay,
					    nodev[0].stack.tp,
					    nodev[0].stack.txns, timers, NULL,
					    NULL, LEASE_S),
			 0);
	timers_advance(timers, LEASE_S * 500);
	stack_run(timers, is_lost, NULL);
	ck_assert_uint_eq(timeouts, 1);
}
END_TEST


START_TEST(a_server_that_stays_away_ends_the_call_with_its_lease)
{
	ck_assert_int_eq(ask(RELAY_A), 0);
	silence(&nodev[0]);
	for (int s = 0; s < LEASE_S - 2; s++)
		timers_advance(timers, 1000);
	ck_assert_uint_eq(timeouts, 0);
	for (int s = 0; s < LEASE_S / 4; s++)
		timers_advance(timers, 1000);
	ck_assert_uint_eq(timeouts, 1);
}
END_TEST


START_TEST(a_short_absence_is_survived)
{
	ck_assert_int_eq(ask(RELAY_A), 0);
	silence(&nodev[0]);
	for (int s = 0; s < LEASE_S / 2 + 10; s++)
		timers_advance(timers, 1000);
	nodev[0].stack.h = request_handler;
	stack_pass(&us, 2 * LEASE_S);
	ck_assert_uint_eq(timeouts, 0);
	ck_assert_uint_eq(leases(0), 1);
}
END_TEST


START_TEST(what_is_dropped_under_way_is_released)
{
	start(RELAY_A);
	res = mem_deref(res);
	stack_run(timers, is_leased_and_released, &nodev[0]);
	ck_assert_uint_eq(toldv[RELAY_A].n, 0);
}
END_TEST


START_TEST(a_request_during_a_refresh_goes_first)
{
	ck_assert_int_eq(ask(RELAY_A), 0);
	timers_advance(timers, LEASE_S * 500); /* the refresh leaves */
	ck_assert_int_eq(ask(RELAY_A), 0);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(leases(0), 1);
	ck_assert_uint_eq(timeouts, 0);
}
END_TEST


START_TEST(no_memory_is_said)
{
	const struct resource_request rq = request(RELAY_A);
	struct resource *r = NULL;
	int n;

	oom_after(0);
	ck_assert_int_eq(maker->alloc(&r, maker, &id, NULL, NULL), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(r);

	for (n = 0; n < 200; n++) {
		toldv[0].n = 0;
		oom_after(n);
		ck_assert_int_eq(res->request(res, &rq, handler, &toldv[0]),
				 0);
		oom_after(-1);
		if (!toldv[0].n)
			break;
		ck_assert_int_eq(toldv[0].err, ENOMEM);
	}
	ck_assert_int_gt(n, 3);
	ck_assert_int_eq(wait_told(RELAY_A), 0);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct resource_request rq = request(RELAY_A);
	struct relay_client_conf conf = {.serverc = 0};
	struct resource_maker *m = NULL;

	ck_assert_int_eq(res->request(NULL, &rq, handler, NULL), EINVAL);
	ck_assert_int_eq(res->request(res, NULL, handler, NULL), EINVAL);
	ck_assert_int_eq(res->request(res, &rq, NULL, NULL), EINVAL);
	ck_assert_int_eq(relay_client_alloc(&m, &conf, us.tp, us.txns, timers,
					    NULL, NULL),
			 EINVAL);
}
END_TEST


Suite *suite_relay_client(void);
Suite *suite_relay_client(void)
{
	Suite *s = suite_create("relay_client");
	TCase *tc = tcase_create("relay_client");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, both_sides_are_relayed_by_one_server);
	tcase_add_test(tc, the_second_side_waits_for_the_first);
	tcase_add_test(tc, a_side_asks_one_thing_at_a_time);
	tcase_add_test(tc, the_end_of_the_call_is_a_bye);
	tcase_add_test(tc, the_lease_is_kept_up);
	tcase_add_test(tc, a_dead_server_is_given_up_for_the_next);
	tcase_add_test(tc, a_dead_server_delays_no_other_call);
	tcase_add_test(tc, when_all_are_dead_it_is_said_at_once);
	tcase_add_test(tc, short_ports_everywhere_are_enospc);
	tcase_add_test(tc, a_lost_session_ends_the_call_at_the_refresh);
	tcase_add_test(tc,
		       a_server_that_stays_away_ends_the_call_with_its_lease);
	tcase_add_test(tc, a_short_absence_is_survived);
	tcase_add_test(tc, what_is_dropped_under_way_is_released);
	tcase_add_test(tc, a_request_during_a_refresh_goes_first);
	tcase_add_test(tc, no_memory_is_said);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
