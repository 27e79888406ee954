/**
 * @file worker.c  A thread with a loop of its own, in which packets move
 *
 * Orders are obeyed before the next socket is read, not only before the next
 * turn: what arrives after new signalling is judged by it. A path that is
 * taken back is reported after the turn in which it left the epoll set,
 * because the events of that turn may still point to it.
 *
 * Reference counts are not atomic in libre 1.1, so the worker holds none.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include "common/bell.h"
#include "common/clock.h"
#include "common/metrics.h"
#include "common/thread.h"
#include "relay/engine/engine_kernel.h"
#include "relay/engine/engine_lookup.h"
#include "relay/engine/engine_socket.h"
#include "relay/engine/path.h"
#include "relay/engine/port.h"
#include "relay/engine/worker_state.h"
#include "relay/trail/trail.h"
#include "relay/trail/trail_pool.h"

enum { READY_MAX = 512, NAME_SIZE = 16, COUNTER_SIZE = 64, NICER = 10 };

/* a timer's, by default 50 us */
enum { SLACK_NS = 1000 };


/* one writer: no locked instruction is needed */
static void bump(struct worker_count *t, uint64_t n)
{
	n += atomic_load_explicit(&t->n, memory_order_relaxed);
	atomic_store_explicit(&t->n, n, memory_order_relaxed);
	counter_set(t->shown, n);
}


static void destructor(void *arg)
{
	struct worker *w = arg;

	if (w->running) {
		atomic_store(&w->stop, true);
		bell_ring(w->orders.fd);
		(void)pthread_join(w->thread, NULL);
	}

	mem_deref(w->kernel);
	mem_deref(w->engine);
	if (w->epfd >= 0)
		(void)close(w->epfd);
	reports_close(&w->reports);
	orders_close(&w->orders);
	list_clear(&w->retiredl);
	trail_pool_release(w->pages);
}


static struct engine_kernel *kernel(const struct worker *w)
{
	return atomic_load_explicit(&w->kernel, memory_order_acquire);
}


static void event_handler(struct leg *leg, enum relay_event ev,
			  const struct sa *src, void *arg)
{
	struct worker *w = arg;

	if (reports_event(&w->reports, ev, leg, src))
		counter_inc(w->lost_events);
	if (ev == RELAY_LATCHED)
		engine_kernel_enter(kernel(w), leg->path);
}


/* a port stays as long as anybody listens on it */
static void retire(struct worker *w, struct path *path)
{
	engine_kernel_leave(kernel(w), path);

	for (int i = 0; i < 4; i++) {
		struct leg *leg = &path->legv[i >> 1][i & 1];

		list_unlink(&leg->le);
		if (list_isempty(&leg->port->legl))
			w->engine->unwatchh(w->engine, leg->port);
	}

	trail_seal(path->trail);
	list_append(&w->retiredl, &path->order.le, path);
}


static void obey(struct worker *w)
{
	struct order order;
	struct path *path;

	if (!orders_waiting(&w->orders))
		return;

	while ((path = orders_take(&w->orders, &order))) {
		path_obey(path, &order);
		if (order.remove)
			retire(w, path);
		else
			engine_kernel_enter(kernel(w), path);
	}
}


/* before which moment the next one shall not begin [us]; 0: at once */
static uint64_t turn(struct worker *w, const struct epoll_event *evv, int n)
{
	const uint64_t start_us = clock_us();
	uint64_t now_us = start_us;
	unsigned packets = 0;

	for (int i = 0; i < n; i++) {
		void *ready = evv[i].data.ptr;

		obey(w);

		if (!ready)
			bell_hush(w->orders.fd);
		else
			packets += w->engine->moveh(w->engine, ready, now_us);

		now_us = clock_us();
	}

	obey(w);
	if (!list_isempty(&w->retiredl))
		reports_removed(&w->reports, &w->retiredl);

	engine_kernel_turn(kernel(w), now_us);

	bump(&w->packets, packets);
	bump(&w->busy_us, now_us - start_us);

	return coalesce_turn(&w->coalesce, packets, start_us, now_us);
}


/* orders wait as well: for less than a packet does */
static void rest(uint64_t until_us)
{
	const struct timespec until = thread_at(until_us);

	if (until_us)
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until,
				      NULL);
}


/* a packet has 20 ms, signalling has seconds: where we are permitted it, this
   thread goes before the others. By the kernel's count 0 is this one */
static void hurry(void)
{
	(void)setpriority(PRIO_PROCESS, 0,
			  getpriority(PRIO_PROCESS, 0) - NICER);
}


static void *thread_main(void *arg)
{
	struct epoll_event evv[READY_MAX];
	struct worker *w = arg;

	hurry();
	(void)prctl(PR_SET_TIMERSLACK, SLACK_NS, 0, 0, 0);
	while (!atomic_load(&w->stop)) {
		const int n = epoll_wait(
			w->epfd, evv, READY_MAX,
			engine_kernel_wait_ms(kernel(w), clock_us()));

		if (n < 0 && errno != EINTR)
			break;

		rest(turn(w, evv, n));
	}

	return NULL;
}


static int open_loop(struct worker *w)
{
	w->epfd = epoll_create1(EPOLL_CLOEXEC);

	return w->epfd < 0 ? errno : 0;
}


static int hear_orders(struct worker *w)
{
	struct epoll_event ev = {.events = EPOLLIN};

	return epoll_ctl(w->epfd, EPOLL_CTL_ADD, w->orders.fd, &ev) ? errno
								    : 0;
}


static int start_thread(struct worker *w, unsigned index)
{
	char name[NAME_SIZE];
	int err;

	(void)snprintf(name, sizeof(name), "viaduct-relay%u",
		       index % RELAY_WORKERS_MAX);
	err = thread_start(&w->thread, name, thread_main, w);
	w->running = !err;

	return err;
}


static int open_engine(struct worker *w, unsigned index,
		       const struct relay_conf *conf,
		       struct switchboard *board, struct metrics *metrics)
{
	const struct engine_lookup_conf lookup = {
		.conf = conf,
		.board = board,
		.worker = index,
		.epfd = w->epfd,
	};

	return board ? engine_lookup_alloc(&w->engine, &lookup, metrics,
					   event_handler, w)
		     : engine_socket_alloc(&w->engine, w->epfd, metrics,
					   event_handler, w);
}


static void name_counter(struct counter **cp, struct metrics *metrics,
			 const char *name, unsigned index)
{
	char buf[COUNTER_SIZE];

	(void)re_snprintf(buf, sizeof(buf), "%s{worker=\"%u\"}", name, index);
	*cp = metrics_counter(metrics, buf);
}


/**
 * Allocate a worker and start its thread
 *
 * @param wp      Pointer to allocated worker
 * @param index   Its number, from 0
 * @param conf    Configuration, must outlive it
 * @param board   Where its ports are connected, must outlive it; NULL: each
 *                has a socket
 * @param h       Handlers
 * @param metrics Metrics (optional)
 *
 * @return 0 if success, otherwise errorcode
 */
int worker_alloc(struct worker **wp, unsigned index,
		 const struct relay_conf *conf, struct switchboard *board,
		 const struct report_handlers *h, struct metrics *metrics)
{
	struct worker *w;
	int err;

	if (!wp || !conf || !h || !h->eventh || !h->removeh || !h->arg)
		return EINVAL;

	w = mem_zalloc(sizeof(*w), destructor);
	if (!w)
		return ENOMEM;

	w->epfd = w->orders.fd = w->reports.fd = -1;
	coalesce_init(&w->coalesce, conf->coalesce_us);
	name_counter(&w->packets.shown, metrics, "relay_worker_packets_total",
		     index);
	name_counter(&w->busy_us.shown, metrics,
		     "relay_worker_busy_seconds_total", index);
	w->lost_events = metrics_counter(metrics,
					 "relay_events_dropped_total");

	err = open_loop(w);
	if (err)
		goto out;

	err = open_engine(w, index, conf, board, metrics);
	if (err)
		goto out;

	err = orders_init(&w->orders);
	if (err)
		goto out;

	err = reports_init(&w->reports, h);
	if (err)
		goto out;

	err = hear_orders(w);
	if (err)
		goto out;

	err = start_thread(w, index);

out:
	if (err)
		mem_deref(w);
	else
		*wp = w;

	return err;
}


/**
 * Let the kernel forward what it can; before the first path
 *
 * @param w       Worker
 * @param fs      Flows, must outlive it
 * @param pulse   Shared by all workers, must outlive it
 * @param metrics Metrics (optional)
 *
 * @return 0 if success, otherwise errorcode
 */
int worker_kernel(struct worker *w, struct flows *fs,
		  struct engine_pulse *pulse, struct metrics *metrics)
{
	struct engine_kernel *e;
	int err;

	err = engine_kernel_alloc(&e, fs, pulse, metrics);
	if (!err)
		atomic_store_explicit(&w->kernel, e, memory_order_release);

	return err;
}


/**
 * Give a worker memory for headers of packets; before the first path
 *
 * @param w       Worker
 * @param bytes   How much
 * @param metrics Metrics (optional)
 *
 * @return 0 if success, otherwise errorcode
 */
int worker_remember(struct worker *w, size_t bytes, struct metrics *metrics)
{
	const int err = trail_pool_alloc(&w->pages, bytes, metrics);

	if (!err)
		atomic_store_explicit(&w->engine->forward.pages, w->pages,
				      memory_order_release);

	return err;
}


/**
 * Get what a worker has done
 *
 * @param w    Worker
 * @param load Its load
 */
void worker_load(const struct worker *w, struct relay_load *load)
{
	load->packets = atomic_load_explicit(&w->packets.n,
					     memory_order_relaxed);
	load->busy_us = atomic_load_explicit(&w->busy_us.n,
					     memory_order_relaxed);
}
