/**
 * @file worker.c  A thread with a loop of its own, in which packets move
 *
 * Orders are obeyed before the next socket is read, not only before the next
 * turn: what arrives after new signalling is judged by it. A path that is
 * taken back is acknowledged after the turn in which it left the epoll set,
 * because the events of that turn may still point to it.
 *
 * Reference counts are not atomic in libre 1.1, so the worker holds none.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include "common/metrics.h"
#include "relay/engine_socket.h"
#include "relay/path.h"
#include "relay/worker.h"

enum { READY_MAX = 64, EVENTS_MAX = 128 };

struct event {
	struct path *path;
	enum relay_event ev;
	struct relay_info info;
};

struct worker {
	/* constant while the thread runs */
	struct worker_handlers h;
	struct engine_socket *engine;
	struct counter *lost_events;
	int epfd;
	int wakefd; /* main to worker */
	int tellfd; /* worker to main */

	pthread_t thread;
	bool running, locked; /* what the destructor has to undo */

	_Atomic bool stop;
	_Atomic bool ordered;

	pthread_mutex_t lock; /* of the rest, up to retired */
	struct list orderl;
	struct list removedl;
	struct event eventv[EVENTS_MAX];
	size_t eventc;

	struct list retiredl; /* the thread's: removed in this turn */
};


static void ring(int fd)
{
	const uint64_t one = 1;

	/* full means that it rings already */
	(void)!write(fd, &one, sizeof(one));
}


static void silence(int fd)
{
	uint64_t n;

	(void)!read(fd, &n, sizeof(n));
}


static void stop_thread(struct worker *w)
{
	if (!w->running)
		return;

	atomic_store(&w->stop, true);
	ring(w->wakefd);
	(void)pthread_join(w->thread, NULL);
}


static void close_fd(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}


static void destructor(void *arg)
{
	struct worker *w = arg;

	stop_thread(w);

	if (w->tellfd >= 0)
		fd_close(w->tellfd);
	close_fd(w->tellfd);
	close_fd(w->wakefd);
	close_fd(w->epfd);

	list_clear(&w->orderl);
	list_clear(&w->removedl);
	list_clear(&w->retiredl);
	if (w->locked)
		(void)pthread_mutex_destroy(&w->lock);
	mem_deref(w->engine);
}


/* in the thread */
static void event_handler(struct leg *leg, enum relay_event ev,
			  const struct sa *src, void *arg)
{
	struct worker *w = arg;
	bool lost = true;

	(void)pthread_mutex_lock(&w->lock);
	if (w->eventc < EVENTS_MAX) {
		w->eventv[w->eventc++] = (struct event){
			.path = leg->path,
			.ev = ev,
			.info = {.stream = leg->path->stream,
				 .side = leg->side,
				 .comp = leg->comp,
				 .src = *src},
		};
		lost = false;
	}
	(void)pthread_mutex_unlock(&w->lock);

	if (lost)
		counter_inc(w->lost_events);
	ring(w->tellfd);
}


static void retire(struct worker *w, struct path *path)
{
	for (int i = 0; i < 4; i++)
		(void)epoll_ctl(w->epfd, EPOLL_CTL_DEL,
				path->legv[i >> 1][i & 1].fd, NULL);

	path->removed = true;
	list_append(&w->retiredl, &path->order.le, path);
}


static void apply_anchors(struct path *path, const bool anchor[2],
			  const struct latch_anchor anchorv[2][2])
{
	for (int i = 0; i < 4; i++) {
		if (anchor[i >> 1])
			leg_anchor(&path->legv[i >> 1][i & 1],
				   &anchorv[i >> 1][i & 1]);
	}
}


/* takes the first order; its path may get the next one at once */
static struct path *take_order(struct worker *w, bool anchor[2],
			       struct latch_anchor anchorv[2][2], bool *remove)
{
	struct path *path;

	(void)pthread_mutex_lock(&w->lock);
	path = list_ledata(list_head(&w->orderl));
	if (path) {
		list_unlink(&path->order.le);
		for (int side = 0; side < 2; side++) {
			anchor[side] = path->order.anchor[side];
			anchorv[side][0] = path->order.anchorv[side][0];
			anchorv[side][1] = path->order.anchorv[side][1];
			path->order.anchor[side] = false;
		}
		*remove = path->order.remove;
	}
	else {
		atomic_store(&w->ordered, false);
	}
	(void)pthread_mutex_unlock(&w->lock);

	return path;
}


static void obey(struct worker *w)
{
	struct latch_anchor anchorv[2][2];
	bool anchor[2], remove;
	struct path *path;

	while ((path = take_order(w, anchor, anchorv, &remove))) {
		if (remove)
			retire(w, path);
		else
			apply_anchors(path, anchor, anchorv);
	}
}


static void acknowledge(struct worker *w)
{
	struct le *le;

	if (list_isempty(&w->retiredl))
		return;

	(void)pthread_mutex_lock(&w->lock);
	while ((le = list_head(&w->retiredl))) {
		list_unlink(le);
		list_append(&w->removedl, le, le->data);
	}
	(void)pthread_mutex_unlock(&w->lock);

	ring(w->tellfd);
}


static bool has_orders(struct worker *w)
{
	return atomic_load_explicit(&w->ordered, memory_order_acquire);
}


static void turn(struct worker *w, const struct epoll_event *evv, int n)
{
	for (int i = 0; i < n; i++) {
		struct leg *leg = evv[i].data.ptr;

		if (has_orders(w))
			obey(w);

		if (!leg)
			silence(w->wakefd);
		else if (!leg->path->removed)
			engine_socket_move(w->engine, leg);
	}

	if (has_orders(w))
		obey(w);
	acknowledge(w);
}


static void *thread_main(void *arg)
{
	struct epoll_event evv[READY_MAX];
	struct worker *w = arg;

	while (!atomic_load(&w->stop)) {
		const int n = epoll_wait(w->epfd, evv, READY_MAX, -1);

		if (n < 0 && errno != EINTR)
			break;

		turn(w, evv, n);
	}

	return NULL;
}


static void deliver(struct worker *w, const struct event *evv, size_t evc,
		    struct list *removedl)
{
	struct le *le;

	for (size_t i = 0; i < evc; i++)
		w->h.eventh(evv[i].path, evv[i].ev, &evv[i].info, w->h.arg);

	while ((le = list_head(removedl))) {
		struct path *path = le->data;

		list_unlink(le);
		w->h.removeh(path, w->h.arg);
	}
}


/* in the main thread: events first, they may be about a removed path */
static void tell_handler(int flags, void *arg)
{
	struct list removedl = LIST_INIT;
	struct event evv[EVENTS_MAX];
	struct worker *w = arg;
	void *guard;
	struct le *le;
	size_t evc;
	(void)flags;

	silence(w->tellfd);

	(void)pthread_mutex_lock(&w->lock);
	evc = w->eventc;
	for (size_t i = 0; i < evc; i++)
		evv[i] = w->eventv[i];
	w->eventc = 0;
	while ((le = list_head(&w->removedl))) {
		list_unlink(le);
		list_append(&removedl, le, le->data);
	}
	(void)pthread_mutex_unlock(&w->lock);

	guard = mem_ref(w->h.arg);
	deliver(w, evv, evc, &removedl);
	mem_deref(guard);
}


static int open_descriptors(struct worker *w)
{
	struct epoll_event ev = {.events = EPOLLIN};

	w->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (w->epfd < 0)
		return errno;

	w->wakefd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (w->wakefd < 0)
		return errno;

	w->tellfd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (w->tellfd < 0)
		return errno;

	if (epoll_ctl(w->epfd, EPOLL_CTL_ADD, w->wakefd, &ev))
		return errno;

	return fd_listen(w->tellfd, FD_READ, tell_handler, w);
}


/* signals are the main thread's */
static int start_thread(struct worker *w)
{
	sigset_t all, before;
	int err;

	(void)sigfillset(&all);
	err = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (err)
		return err;

	err = pthread_create(&w->thread, NULL, thread_main, w);
	w->running = !err;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);

	if (!err)
		(void)pthread_setname_np(w->thread, "viaduct-relay");

	return err;
}


/**
 * Allocate a worker and start its thread
 *
 * @param wp      Pointer to allocated worker
 * @param h       Handlers
 * @param metrics Metrics (optional)
 *
 * @return 0 if success, otherwise errorcode
 */
int worker_alloc(struct worker **wp, const struct worker_handlers *h,
		 struct metrics *metrics)
{
	struct worker *w;
	int err;

	if (!wp || !h || !h->eventh || !h->removeh || !h->arg)
		return EINVAL;

	w = mem_zalloc(sizeof(*w), destructor);
	if (!w)
		return ENOMEM;

	w->epfd = w->wakefd = w->tellfd = -1;
	w->h = *h;
	w->lost_events = metrics_counter(metrics,
					 "relay_events_dropped_total");

	err = pthread_mutex_init(&w->lock, NULL);
	if (err)
		goto out;
	w->locked = true;

	err = engine_socket_alloc(&w->engine, metrics, event_handler, w);
	if (err)
		goto out;

	err = open_descriptors(w);
	if (err)
		goto out;

	err = start_thread(w);

out:
	if (err)
		mem_deref(w);
	else
		*wp = w;

	return err;
}


/**
 * Give a path with open legs to the worker
 *
 * @param w    Worker
 * @param path Path
 *
 * @return 0 if success, otherwise errorcode: remove it all the same
 */
int worker_add(struct worker *w, struct path *path)
{
	for (int i = 0; i < 4; i++) {
		struct leg *leg = &path->legv[i >> 1][i & 1];
		struct epoll_event ev = {
			.events = EPOLLIN,
			.data.ptr = leg,
		};

		if (epoll_ctl(w->epfd, EPOLL_CTL_ADD, leg->fd, &ev))
			return errno;
	}

	return 0;
}


/* with the lock held */
static void order(struct worker *w, struct path *path)
{
	if (!path->order.le.list)
		list_append(&w->orderl, &path->order.le, path);
	atomic_store(&w->ordered, true);
}


/**
 * Order a side to learn from what signalling says
 *
 * @param w       Worker
 * @param path    Path
 * @param side    Side
 * @param anchorv Anchors of its RTP and its RTCP port
 */
void worker_anchor(struct worker *w, struct path *path, enum relay_side side,
		   const struct latch_anchor anchorv[2])
{
	(void)pthread_mutex_lock(&w->lock);
	path->order.anchor[side] = true;
	path->order.anchorv[side][RELAY_RTP] = anchorv[RELAY_RTP];
	path->order.anchorv[side][RELAY_RTCP] = anchorv[RELAY_RTCP];
	order(w, path);
	(void)pthread_mutex_unlock(&w->lock);

	ring(w->wakefd);
}


/**
 * Take a path back: the remove handler says when it is done
 *
 * @param w    Worker
 * @param path Path, removed once
 */
void worker_remove(struct worker *w, struct path *path)
{
	(void)pthread_mutex_lock(&w->lock);
	path->order.remove = true;
	order(w, path);
	(void)pthread_mutex_unlock(&w->lock);

	ring(w->wakefd);
}
