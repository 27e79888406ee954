/**
 * @file test/proxy/media/relay_local.c  Resources out of our own relay
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include "test/test.h"
#include "common/timer.h"
#include "proxy/media/relay_local.h"
#include "test/mock/stack.h"
#include "test/mock/streams.h"
#include "test/relay/rig.h"


static struct timers *timers;
static struct relay *relay;
static struct resource_maker *maker;
static struct resource *res;
static struct resource_media *got;
static int got_err;
static unsigned answers, timeouts;
static const struct pl id = PL("call-1");


static void event_handler(enum relay_event ev, const struct relay_info *info,
			  void *arg)
{
	(void)info;
	(void)arg;
	timeouts += ev == RELAY_TIMEOUT;
}


static void open_relay(uint16_t ports)
{
	struct relay_conf conf = rig_conf();

	conf.port_min = 18000;
	conf.port_max = (uint16_t)(conf.port_min + ports - 1);
	conf.quarantine_ms = 0;
	ck_assert_int_eq(sa_set_str(&conf.addrv[1], "::1", 0), 0);
	conf.addrc = 2;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(relay_alloc(&relay, &conf, timers, NULL, NULL), 0);
	ck_assert_int_eq(relay_local_alloc(&maker, relay), 0);
	ck_assert_int_eq(maker->alloc(&res, maker, &id, event_handler, NULL),
			 0);
}


static void setup(void)
{
	open_relay(400);
}


static void teardown(void)
{
	res = mem_deref(res);
	streams_free();
	maker = mem_deref(maker);
	relay = mem_deref(relay);
	timers = mem_deref(timers);
}


static void handler(int err, struct resource_media *ours, void *arg)
{
	ck_assert_ptr_eq(arg, &got);
	++answers;
	got_err = err;
	if (!err)
		got = streams_keep(ours);
}


static struct resource_request request(enum relay_side side, unsigned streams)
{
	struct resource_request rq = {.side = side, .other_af = AF_INET};

	ck_assert_int_eq(sa_set_str(&rq.signalling, "127.0.0.2", 5060), 0);
	rq.media = streams_make(streams);
	for (unsigned n = 0; n < streams; n++) {
		uint16_t port = (uint16_t)(4000 + 2 * n);

		rq.media->v[n].used = true;
		ck_assert_int_eq(
			sa_set_str(&rq.media->v[n].rtp, "127.0.0.2", port), 0);
		ck_assert_int_eq(sa_set_str(&rq.media->v[n].rtcp, "127.0.0.2",
					    port + 1),
				 0);
	}

	return rq;
}


static int ask(const struct resource_request *rq)
{
	unsigned before = answers;

	got = NULL;
	ck_assert_int_eq(res->request(res, rq, handler, &got), 0);
	ck_assert_uint_eq(answers, before + 1);

	return got_err;
}


/* as two peers in two networks have it */
START_TEST(each_side_has_an_address_in_its_zone)
{
	struct relay_conf conf = rig_conf();
	struct resource_request a, b;
	struct sa sa;

	teardown();
	(void)sa_set_str(&conf.addrv[1], "127.0.0.9", 0);
	(void)str_ncpy(conf.zonev[1], "inside", sizeof(conf.zonev[1]));
	conf.addrc = 2;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(relay_alloc(&relay, &conf, timers, NULL, NULL), 0);
	ck_assert_int_eq(relay_local_alloc(&maker, relay), 0);
	ck_assert_int_eq(maker->alloc(&res, maker, &id, event_handler, NULL),
			 0);

	a = request(RELAY_A, 1);
	b = request(RELAY_B, 1);
	a.zonev[RELAY_A] = b.zonev[RELAY_A] = "inside";
	a.zonev[RELAY_B] = b.zonev[RELAY_B] = "";
	ck_assert_int_eq(ask(&a), 0);
	(void)sa_set_str(&sa, "127.0.0.1", 0);
	ck_assert(sa_cmp(&got->v[0].rtp, &sa, SA_ADDR));
	ck_assert_int_eq(ask(&b), 0);
	(void)sa_set_str(&sa, "127.0.0.9", 0);
	ck_assert(sa_cmp(&got->v[0].rtp, &sa, SA_ADDR));
}
END_TEST


START_TEST(each_side_gets_addresses_of_its_own)
{
	struct resource_request a = request(RELAY_A, 1);
	struct resource_request b = request(RELAY_B, 1);
	struct sa facing_b;

	ck_assert_str_eq(maker->name, "internal");
	ck_assert_int_eq(ask(&a), 0);
	ck_assert(got->v[0].used);
	ck_assert(!resource_media_stream(got, 1)->used);
	facing_b = got->v[0].rtp;
	ck_assert(relay_is_local(relay, &facing_b));
	ck_assert(relay_is_local(relay, &got->v[0].rtcp));

	ck_assert_int_eq(ask(&b), 0);
	ck_assert(relay_is_local(relay, &got->v[0].rtp));
	ck_assert(!sa_cmp(&got->v[0].rtp, &facing_b, SA_ALL));
	ck_assert_uint_eq(relay_ports_free(relay), 2 * 400 - 4);
}
END_TEST


START_TEST(a_repeated_request_keeps_the_addresses)
{
	struct resource_request a = request(RELAY_A, 1);
	struct resource_request b = request(RELAY_B, 1);
	struct sa was;

	ck_assert_int_eq(ask(&a), 0);
	was = got->v[0].rtp;
	ck_assert_int_eq(ask(&b), 0);
	sa_set_port(&a.media->v[0].rtp, 6000);
	a.hold = true;
	ck_assert_int_eq(ask(&a), 0);
	ck_assert(sa_cmp(&got->v[0].rtp, &was, SA_ALL));
}
END_TEST


START_TEST(a_stream_is_closed_when_no_side_uses_it)
{
	struct resource_request a2 = request(RELAY_A, 2);
	struct resource_request b2 = request(RELAY_B, 2);
	struct resource_request a1 = request(RELAY_A, 1);
	struct resource_request b1 = request(RELAY_B, 1);

	ck_assert_int_eq(ask(&a2), 0);
	ck_assert_int_eq(ask(&b2), 0);
	ck_assert(got->v[1].used);
	ck_assert_int_eq(ask(&a1), 0);
	ck_assert_uint_eq(relay_ports_free(relay), 2 * 400 - 8);
	ck_assert_int_eq(ask(&b1), 0);
	ck_assert(!resource_media_stream(got, 1)->used);
	ck_assert_int_eq(res->stats(res, 1, RELAY_A, NULL) != 0, 1);
}
END_TEST


START_TEST(one_side_may_speak_ipv6)
{
	struct resource_request a = request(RELAY_A, 1);
	struct resource_request b = request(RELAY_B, 1);

	a.other_af = AF_INET6;
	ck_assert_int_eq(ask(&a), 0);
	ck_assert_int_eq(sa_af(&got->v[0].rtp), AF_INET6);

	ck_assert_int_eq(sa_set_str(&b.signalling, "::1", 5060), 0);
	ck_assert_int_eq(sa_set_str(&b.media->v[0].rtp, "::1", 4000), 0);
	ck_assert_int_eq(sa_set_str(&b.media->v[0].rtcp, "::1", 4001), 0);
	ck_assert_int_eq(ask(&b), 0);
	ck_assert_int_eq(sa_af(&got->v[0].rtp), AF_INET);
}
END_TEST


START_TEST(a_side_may_move_to_the_other_family)
{
	struct resource_request a = request(RELAY_A, 1);
	struct resource_request b = request(RELAY_B, 1);

	ck_assert_int_eq(ask(&a), 0);
	ck_assert_int_eq(ask(&b), 0);
	ck_assert_int_eq(sa_set_str(&a.media->v[0].rtp, "::1", 4000), 0);
	ck_assert_int_eq(sa_set_str(&a.media->v[0].rtcp, "::1", 4001), 0);
	ck_assert_int_eq(ask(&a), 0);
	ck_assert_int_eq(sa_af(&got->v[0].rtp), AF_INET);
	ck_assert_int_eq(ask(&b), 0);
	ck_assert_int_eq(sa_af(&got->v[0].rtp), AF_INET6);
}
END_TEST


START_TEST(on_hold_the_family_stays)
{
	struct resource_request a = request(RELAY_A, 1);
	struct resource_request b = request(RELAY_B, 1);
	struct sa was;

	ck_assert_int_eq(sa_set_str(&a.signalling, "::1", 5060), 0);
	ck_assert_int_eq(ask(&a), 0);
	was = got->v[0].rtp;
	ck_assert_int_eq(ask(&b), 0);
	sa_init(&a.media->v[0].rtp, AF_UNSPEC);
	sa_init(&a.media->v[0].rtcp, AF_UNSPEC);
	a.hold = true;
	ck_assert_int_eq(ask(&a), 0);
	ck_assert(sa_cmp(&got->v[0].rtp, &was, SA_ALL));
}
END_TEST


START_TEST(without_media_the_call_is_told_later_on_hold)
{
	struct resource_request a = request(RELAY_A, 1);
	struct resource_request b = request(RELAY_B, 1);

	a.hold = true;
	ck_assert_int_eq(ask(&a), 0);
	ck_assert_int_eq(ask(&b), 0);
	timers_advance(timers, 1000000);
	ck_assert_uint_eq(timeouts, 0);
	a.hold = false;
	ck_assert_int_eq(ask(&a), 0);
	timers_advance(timers, 70000);
	ck_assert_uint_eq(timeouts, 1);
}
END_TEST


static bool ports_are_free(void *arg)
{
	return relay_ports_free(relay) == *(uint32_t *)arg;
}


START_TEST(when_ports_are_short_nothing_leaks)
{
	struct resource_request a;
	uint32_t before;

	teardown();
	open_relay(10); /* two streams of four, on the only IPv4 address */
	a = request(RELAY_A, 3);
	before = relay_ports_free(relay);
	ck_assert_int_eq(ask(&a), ENOSPC);
	ck_assert_ptr_null(got);
	stack_run(timers, ports_are_free, &before);
}
END_TEST


/* another answer to the same offer: B was told these ports already */
START_TEST(a_fork_shares_the_ports_of_the_offer)
{
	struct resource_request a = request(RELAY_A, 2);
	struct resource_request b = request(RELAY_B, 2);
	struct resource *first = res, *fork = NULL;
	const uint32_t before = relay_ports_free(relay);
	struct sa facing_a, facing_b;
	uint32_t n;

	ck_assert_int_eq(ask(&a), 0);
	facing_b = got->v[1].rtp;
	ck_assert_int_eq(ask(&b), 0);
	facing_a = got->v[1].rtp;
	ck_assert_int_eq(
		resource_fork(&fork, first, RELAY_B, event_handler, NULL), 0);

	res = fork;
	ck_assert_int_eq(ask(&a), 0);
	ck_assert(sa_cmp(&facing_b, &got->v[1].rtp, SA_ALL));
	ck_assert_int_eq(ask(&b), 0);
	ck_assert(!sa_cmp(&facing_a, &got->v[1].rtp, SA_ALL));
	ck_assert_uint_eq(relay_ports_free(relay), before - 2 * (4 + 2));

	/* the first one ends first */
	mem_deref(first);
	n = before - 2 * 4;
	stack_run(timers, ports_are_free, &n);
	ck_assert_int_eq(ask(&a), 0);
	ck_assert(sa_cmp(&facing_b, &got->v[1].rtp, SA_ALL));
	ck_assert_int_eq(resource_fork(NULL, res, RELAY_B, NULL, NULL),
			 EINVAL);
}
END_TEST


START_TEST(no_memory_is_said)
{
	struct resource_request a = request(RELAY_A, 1);
	struct resource *r = NULL;
	int n;

	for (n = 0; n < 100; n++) {
		oom_after(n);
		if (!maker->alloc(&r, maker, &id, event_handler, NULL))
			break;
		ck_assert_ptr_null(r);
	}
	oom_after(-1);
	ck_assert_int_gt(n, 0);
	ck_assert_int_lt(n, 100);

	for (n = 0; n < 100; n++) {
		oom_after(n);
		ck_assert_int_eq(r->request(r, &a, handler, &got), 0);
		if (!got_err)
			break;
		ck_assert_int_eq(got_err, ENOMEM);
	}
	ck_assert_int_lt(n, 100);
	oom_after(-1);
	mem_deref(r);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct resource_request a = request(RELAY_A, 1);
	struct resource_maker *m = NULL;

	ck_assert_int_eq(relay_local_alloc(NULL, relay), EINVAL);
	ck_assert_int_eq(relay_local_alloc(&m, NULL), EINVAL);
	ck_assert_int_eq(res->request(NULL, &a, handler, &got), EINVAL);
	ck_assert_int_eq(res->request(res, NULL, handler, &got), EINVAL);
	ck_assert_int_eq(res->request(res, &a, NULL, NULL), EINVAL);
}
END_TEST


Suite *suite_relay_local(void);
Suite *suite_relay_local(void)
{
	Suite *s = suite_create("relay_local");
	TCase *tc = tcase_create("relay_local");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_side_gets_addresses_of_its_own);
	tcase_add_test(tc, each_side_has_an_address_in_its_zone);
	tcase_add_test(tc, a_repeated_request_keeps_the_addresses);
	tcase_add_test(tc, a_stream_is_closed_when_no_side_uses_it);
	tcase_add_test(tc, one_side_may_speak_ipv6);
	tcase_add_test(tc, a_side_may_move_to_the_other_family);
	tcase_add_test(tc, on_hold_the_family_stays);
	tcase_add_test(tc, without_media_the_call_is_told_later_on_hold);
	tcase_add_test(tc, when_ports_are_short_nothing_leaks);
	tcase_add_test(tc, a_fork_shares_the_ports_of_the_offer);
	tcase_add_test(tc, no_memory_is_said);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
