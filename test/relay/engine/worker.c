/**
 * @file test/relay/engine/worker.c  Giving and taking paths while packets move
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include "relay/engine/orders.h"
#include "relay/engine/path.h"
#include "relay/engine/reports.h"
#include "relay/tap.h"
#include "relay/engine/worker.h"
#include "test/relay/rig.h"
#include "test/test.h"

enum { CALLS = 8, ROUNDS = 60 };

struct flood {
	struct media from;
	uint16_t port_min, port_max;
	_Atomic bool stop;
};


/* RTP to every port of the range, as fast as it goes */
static void *flood_main(void *arg)
{
	struct flood *f = arg;
	uint8_t buf[MEDIA_RTP_LEN];
	struct sa dst;
	uint16_t seq = 0;

	(void)sa_set_str(&dst, "127.0.0.1", 0);
	while (!atomic_load(&f->stop)) {
		const size_t len = media_make_rtp(buf, 7, ++seq);

		for (uint16_t p = f->port_min; p <= f->port_max; p++) {
			sa_set_port(&dst, p);
			(void)sendto(f->from.fd, buf, len, 0, &dst.u.sa,
				     dst.len);
		}
	}

	return NULL;
}


static void event_handler(struct relay_session *s, enum relay_event ev,
			  const struct relay_info *info, void *arg)
{
	struct relay_session **sv = arg;
	bool known = false;

	for (int i = 0; i < CALLS; i++)
		known |= sv[i] == s;

	ck_assert(known);
	ck_assert_int_ne(ev, RELAY_TIMEOUT);
	ck_assert_int_ne(sa_af(&info->src), AF_UNSPEC);
}


static void open_calls(struct rig *rig, struct relay_session **sv,
		       const struct media *from)
{
	const struct relay_anchor a = rig_anchor(from, from);
	struct pl id;

	pl_set_str(&id, "flooded");
	for (int i = 0; i < CALLS; i++) {
		ck_assert_int_eq(relay_session_alloc(&sv[i], rig->relay, &id,
						     event_handler, sv),
				 0);
		ck_assert_int_eq(relay_stream_open(sv[i], 0, AF_INET, AF_INET),
				 0);
		ck_assert_int_eq(relay_stream_anchor(sv[i], 0, RELAY_A, &a),
				 0);
		ck_assert_int_eq(relay_stream_anchor(sv[i], 0, RELAY_B, &a),
				 0);
	}
}


static void fork_calls(struct relay_session **forkv,
		       struct relay_session *const *sv,
		       const struct media *from)
{
	const struct relay_anchor a = rig_anchor(from, from);

	for (int i = 0; i < CALLS; i++) {
		ck_assert_int_eq(relay_session_fork(&forkv[i], sv[i], RELAY_A,
						    NULL, NULL),
				 0);
		ck_assert_int_eq(
			relay_stream_open(forkv[i], 0, AF_INET, AF_INET), 0);
		ck_assert_int_eq(relay_stream_anchor(forkv[i], 0, RELAY_A, &a),
				 0);
	}
}


static void end_calls(struct relay_session **sv)
{
	for (int i = 0; i < CALLS; i++)
		sv[i] = mem_deref(sv[i]);
}


START_TEST(calls_come_and_go_in_a_flood)
{
	struct relay_session *forkv[CALLS] = {NULL};
	struct relay_conf conf = rig_conf();
	struct relay_session *sv[CALLS] = {NULL};
	struct flood flood;
	pthread_t thread;
	struct rig rig;

	/* as few ports as there can be: each is used again and again */
	conf.port_min = 18200;
	conf.port_max = 18200 + 8 * CALLS - 1;
	conf.quarantine_ms = 0;
	conf.workers = 3;
	conf.coalesce_us = 200;
	rig_open(&rig, &conf);

	media_open(&flood.from, "127.0.0.5");
	flood.port_min = conf.port_min;
	flood.port_max = conf.port_max;
	atomic_init(&flood.stop, false);
	ck_assert_int_eq(pthread_create(&thread, NULL, flood_main, &flood), 0);

	for (int round = 0; round < ROUNDS; round++) {
		open_calls(&rig, sv, &flood.from);
		for (int i = 0; i < CALLS; i++) {
			struct relay_stats st;

			(void)relay_stream_stats(sv[i], 0, RELAY_A, &st);
		}
		if (round & 1)
			rig_wait_ports(&rig, 4 * CALLS);
		if (round & 2)
			fork_calls(forkv, sv, &flood.from);
		if (round & 4)
			end_calls(forkv);
		end_calls(sv);
		end_calls(forkv);
		rig_wait_ports(&rig, 8 * CALLS);
	}

	/* and away with all of it */
	open_calls(&rig, sv, &flood.from);
	fork_calls(forkv, sv, &flood.from);
	end_calls(sv);
	end_calls(forkv);
	rig.relay = mem_deref(rig.relay);

	atomic_store(&flood.stop, true);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	media_close(&flood.from);
	rig_close(&rig);
}
END_TEST


START_TEST(of_two_orders_the_later_counts_and_none_is_lost)
{
	const struct relay_conf conf = rig_conf();
	struct orders orders = {.fd = -1};
	struct anchor av[2] = {{.any = false}}, bv[2] = {{.any = true}};
	struct timers *timers = NULL;
	struct path *a = NULL, *b = NULL;
	struct relay_terms *first = NULL, *second = NULL;
	struct relay_tap tap;
	struct order order;

	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(path_alloc(&a, &conf, timers), 0);
	ck_assert_int_eq(path_alloc(&b, &conf, timers), 0);
	ck_assert_int_eq(orders_init(&orders), 0);
	ck_assert(!orders_waiting(&orders));

	tap_init(&tap, NULL, NULL);
	ck_assert_int_eq(relay_terms_alloc(&first), 0);
	ck_assert_int_eq(relay_terms_alloc(&second), 0);
	ck_assert_int_eq(orders_anchor(&orders, a, RELAY_A, av, first), 0);
	ck_assert_int_eq(orders_anchor(&orders, a, RELAY_A, bv, second), 0);
	ck_assert_int_eq(orders_anchor(&orders, b, RELAY_B, av, NULL), 0);
	orders_tap(&orders, b, tap_hold(&tap));
	orders_tap(&orders, b, NULL);
	orders_tap(&orders, b, tap_hold(&tap));
	orders_remove(&orders, b);
	ck_assert(orders_waiting(&orders));

	ck_assert_ptr_eq(orders_take(&orders, &order), a);
	ck_assert(order.sidev[RELAY_A] && !order.sidev[RELAY_B]);
	ck_assert(order.sidev[RELAY_A]->anchorv[RELAY_RTP].any);
	ck_assert(!order.remove && !order.tapped);
	ck_assert_ptr_eq(order.sidev[RELAY_A]->terms, second);
	mem_deref(order.sidev[RELAY_A]);
	ck_assert_ptr_eq(orders_take(&orders, &order), b);
	ck_assert(order.remove && order.tapped);
	ck_assert_ptr_eq(order.tap, &tap);
	ck_assert_uint_eq(tap.refs, 2);
	tap_release(order.tap);
	mem_deref(order.sidev[RELAY_B]);
	ck_assert_ptr_null(orders_take(&orders, &order));
	ck_assert(!orders_waiting(&orders));

	/* taken once */
	ck_assert_int_eq(orders_anchor(&orders, a, RELAY_B, bv, NULL), 0);
	ck_assert_ptr_eq(orders_take(&orders, &order), a);
	ck_assert(!order.sidev[RELAY_A] && order.sidev[RELAY_B]);
	mem_deref(order.sidev[RELAY_B]);

	/* without memory it is as it was */
	ck_assert_int_eq(relay_terms_alloc(&first), 0);
	oom_after(0);
	ck_assert_int_eq(orders_anchor(&orders, a, RELAY_B, bv, first),
			 ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(orders_take(&orders, &order));

	/* what was not taken goes with its path */
	ck_assert_int_eq(relay_terms_alloc(&first), 0);
	ck_assert_int_eq(orders_anchor(&orders, a, RELAY_B, bv, first), 0);
	orders_tap(&orders, a, tap_hold(&tap));
	orders_close(&orders);
	orders_close(&orders);
	mem_deref(a);
	mem_deref(b);
	ck_assert_uint_eq(tap.refs, 1);
	mem_deref(timers);
}
END_TEST


static void count_event(struct path *path, enum relay_event ev,
			const struct relay_info *info, void *arg)
{
	int *n = arg;
	(void)path;

	ck_assert_int_eq(ev, RELAY_REFUSED);
	ck_assert_int_eq(info->side, RELAY_B);
	++*n;
}


/* events are delivered before the path they are about is let go */
static void count_removed(struct path *path, void *arg)
{
	int *n = arg;

	ck_assert_int_eq(*n, REPORTS_MAX);
	mem_deref(path);
	re_cancel();
}


START_TEST(too_many_events_are_dropped_removals_never)
{
	const struct relay_conf conf = rig_conf();
	struct report_handlers h = {.eventh = count_event,
				    .removeh = count_removed};
	struct reports reports = {.fd = -1};
	struct list pathl = LIST_INIT;
	struct timers *timers = NULL;
	struct path *path = NULL;
	const struct leg *leg;
	struct sa src;
	int *n;

	(void)sa_set_str(&src, "192.0.2.1", 4000);
	n = mem_zalloc(sizeof(*n), NULL);
	h.arg = n;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(path_alloc(&path, &conf, timers), 0);
	ck_assert_int_eq(reports_init(&reports, &h), 0);

	leg = &path->legv[RELAY_B][RELAY_RTP];
	for (int i = 0; i < REPORTS_MAX; i++)
		ck_assert_int_eq(
			reports_event(&reports, RELAY_REFUSED, leg, &src), 0);
	ck_assert_int_eq(reports_event(&reports, RELAY_REFUSED, leg, &src),
			 EOVERFLOW);
	list_append(&pathl, &path->order.le, path);
	reports_removed(&reports, &pathl);
	ck_assert(list_isempty(&pathl));

	(void)re_main(NULL);
	ck_assert_int_eq(*n, REPORTS_MAX);

	reports_close(&reports);
	reports_close(&reports);
	mem_deref(timers);
	mem_deref(n);
}
END_TEST


START_TEST(wrong_use_is_refused)
{
	struct report_handlers h = {.eventh = count_event,
				    .removeh = count_removed};
	const struct relay_conf conf = rig_conf();
	struct worker *w = NULL;

	ck_assert_int_eq(worker_alloc(NULL, 0, &conf, NULL, &h, NULL), EINVAL);
	ck_assert_int_eq(worker_alloc(&w, 0, &conf, NULL, NULL, NULL), EINVAL);
	ck_assert_int_eq(worker_alloc(&w, 0, &conf, NULL, &h, NULL), EINVAL);
	ck_assert_int_eq(worker_alloc(&w, 0, NULL, NULL, &h, NULL), EINVAL);
	ck_assert_ptr_null(w);
}
END_TEST


Suite *suite_worker(void);
Suite *suite_worker(void)
{
	Suite *s = suite_create("worker");
	TCase *tc = tcase_create("worker");

	tcase_add_test(tc, calls_come_and_go_in_a_flood);
	tcase_add_test(tc, of_two_orders_the_later_counts_and_none_is_lost);
	tcase_add_test(tc, too_many_events_are_dropped_removals_never);
	tcase_add_test(tc, wrong_use_is_refused);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);

	return s;
}
