/**
 * @file writer.c  The store's thread: many changes with one commit
 *
 * The loop queues a job and goes on. The thread takes all that waits, up to a
 * few hundred, and commits it at once; while the disk works the next ones
 * gather, so nobody waits for company. Jobs are plain memory with one owner
 * at a time (reference counts are not atomic in libre 1.1); results come back
 * in order, by an eventfd.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <re.h>
#include "common/job.h"
#include "common/journal.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/writer.h"


enum { HURRY_MS = 1000 };

/** What both threads see; it outlives the writer where the disk hangs */
struct desk {
	pthread_mutex_t lock;
	pthread_cond_t work;      /* there is some, or it is to stop */
	pthread_cond_t gone;      /* the thread has ended */
	struct list waitl, donel; /* struct job */
	size_t jobc, bytes;       /* that wait or are being written */
	bool stop, ended;
	int fd; /* rings in the loop */

	/* the thread's own */
	struct journal journal;
	struct counter *writes, *commits, *failures, *latency; /* not owned */
	uint64_t latency_max_us;
};

struct writer {
	struct desk *desk;
	struct log *log;
	struct metrics *metrics; /* holds the counters */
	struct counter *depth;   /* not owned */
	pthread_t thread;
	bool running, failing;
};


static uint64_t now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


static void move_jobs(struct list *to, struct list *from, size_t n)
{
	struct le *le;

	while (n-- && (le = list_head(from))) {
		struct job *job = le->data;

		list_unlink(le);
		list_append(to, le, job);
	}
}


/* the thread: waits for jobs; false: to stop, and nothing is left */
static bool take_jobs(struct desk *d, struct list *jobl)
{
	bool some;

	(void)pthread_mutex_lock(&d->lock);
	while (!d->waitl.head && !d->stop)
		(void)pthread_cond_wait(&d->work, &d->lock);
	move_jobs(jobl, &d->waitl, WRITER_BATCH);
	some = jobl->head;
	(void)pthread_mutex_unlock(&d->lock);

	return some;
}


/* whoever waits behind general trouble would wait for the same answer */
static void fail_waiting(struct desk *d, struct list *jobl)
{
	struct le *le = jobl->tail;

	(void)pthread_mutex_lock(&d->lock);
	move_jobs(jobl, &d->waitl, SIZE_MAX);
	(void)pthread_mutex_unlock(&d->lock);

	for (le = le->next; le; le = le->next) {
		struct job *job = le->data;

		job->err = EIO;
	}
}


static void count(struct desk *d, const struct list *jobl)
{
	const uint64_t now = now_us();

	for (struct le *le = jobl->head; le; le = le->next) {
		const struct job *job = le->data;
		const uint64_t us = now - job->queued_us;

		counter_inc(job->err ? d->failures : d->writes);
		if (us > d->latency_max_us)
			d->latency_max_us = us;
	}
	counter_set(d->latency, d->latency_max_us);
	counter_set(d->commits, d->journal.commits);
}


static void ring(const struct desk *d)
{
	const uint64_t one = 1;

	/* full means that it rings already */
	(void)!write(d->fd, &one, sizeof(one));
}


static void hand_back(struct desk *d, struct list *jobl)
{
	(void)pthread_mutex_lock(&d->lock);
	move_jobs(&d->donel, jobl, SIZE_MAX);
	(void)pthread_mutex_unlock(&d->lock);
	ring(d);
}


static void *thread_main(void *arg)
{
	struct list jobl = LIST_INIT;
	struct desk *d = arg;

	while (take_jobs(d, &jobl)) {
		if (journal_write(&d->journal, &jobl))
			fail_waiting(d, &jobl);
		count(d, &jobl);
		hand_back(d, &jobl);
	}
	journal_close(&d->journal);

	(void)pthread_mutex_lock(&d->lock);
	d->ended = true;
	(void)pthread_cond_signal(&d->gone);
	(void)pthread_mutex_unlock(&d->lock);

	return NULL;
}


/* the loop's part: nobody is told */
static void clear_jobs(struct list *jobl)
{
	struct le *le;

	while ((le = list_head(jobl))) {
		struct job *job = le->data;

		list_unlink(le);
		job_forget(job);
		mem_deref(job);
	}
}


static void desk_destructor(void *arg)
{
	struct desk *d = arg;

	if (d->fd >= 0)
		(void)close(d->fd);
	clear_jobs(&d->donel);
	clear_jobs(&d->waitl);
	(void)pthread_cond_destroy(&d->gone);
	(void)pthread_cond_destroy(&d->work);
	(void)pthread_mutex_destroy(&d->lock);
}


/* false: the time is over; with the lock held */
static bool wait_end(struct desk *d, unsigned ms)
{
	struct timespec at;
	int err = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_nsec += (long)(ms % 1000) * 1000000;
	at.tv_sec += (time_t)(ms / 1000) + at.tv_nsec / 1000000000;
	at.tv_nsec %= 1000000000;

	while (!d->ended && !err)
		err = pthread_cond_timedwait(&d->gone, &d->lock, &at);

	return d->ended;
}


/* a disk that hangs must not hang the server's end: then the thread keeps
 * what it works on */
static void stop_thread(struct writer *w)
{
	struct desk *d = w->desk;
	bool ended;

	(void)pthread_mutex_lock(&d->lock);
	d->stop = true;
	(void)pthread_cond_signal(&d->work);
	ended = wait_end(d, WRITER_STOP_MS);
	if (!ended) {
		atomic_store(&d->journal.hurry, true);
		ended = wait_end(d, HURRY_MS);
	}
	(void)pthread_mutex_unlock(&d->lock);

	if (ended) {
		(void)pthread_join(w->thread, NULL);
		return;
	}

	log_error(w->log, "store.hangs",
		  KV_STR("why", "what waits for the disk is lost"));
	(void)pthread_detach(w->thread);
	w->desk = NULL;
}


static void destructor(void *arg)
{
	struct writer *w = arg;
	struct desk *d = w->desk;

	if (d && d->fd >= 0)
		fd_close(d->fd);
	if (d && w->running)
		stop_thread(w);
	mem_deref(w->desk);
	mem_deref(w->log);
	mem_deref(w->metrics);
}


/* once when it begins, once when it is over */
static void say_state(struct writer *w, bool failing)
{
	if (failing == w->failing)
		return;

	w->failing = failing;
	if (failing)
		log_error(w->log, "store.fails",
			  KV_STR("dir", w->desk->journal.dir));
	else
		log_info(w->log, "store.works",
			 KV_STR("dir", w->desk->journal.dir));
}


static void deliver(struct writer *w, struct list *jobl)
{
	struct le *le;

	while ((le = list_head(jobl))) {
		struct job *job = le->data;

		list_unlink(le);
		say_state(w, job->err);
		job_done(job);

		/* a handler closed the store: nobody waits any more */
		if (mem_nrefs(w) == 1)
			clear_jobs(jobl);
	}
}


static void ring_handler(int flags, void *arg)
{
	struct list jobl = LIST_INIT;
	struct writer *w = arg;
	struct desk *d = w->desk;
	uint64_t rings;
	(void)flags;

	(void)!read(d->fd, &rings, sizeof(rings));

	(void)pthread_mutex_lock(&d->lock);
	for (struct le *le = d->donel.head; le; le = le->next) {
		const struct job *job = le->data;

		--d->jobc;
		d->bytes -= job->size;
	}
	move_jobs(&jobl, &d->donel, SIZE_MAX);
	counter_set(w->depth, d->jobc);
	(void)pthread_mutex_unlock(&d->lock);

	mem_ref(w);
	deliver(w, &jobl);
	mem_deref(w);
}


static int init_cond(pthread_cond_t *cond)
{
	pthread_condattr_t attr;
	int err;

	err = pthread_condattr_init(&attr);
	if (err)
		return err;

	err = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (!err)
		err = pthread_cond_init(cond, &attr);
	(void)pthread_condattr_destroy(&attr);

	return err;
}


static int desk_alloc(struct desk **dp, const char *dir,
		      struct metrics *metrics)
{
	struct desk *d = mem_zalloc(sizeof(*d), desk_destructor);
	int err;

	if (!d)
		return ENOMEM;

	/* a zeroed lock is one that works */
	d->fd = -1;
	err = pthread_mutex_init(&d->lock, NULL);
	if (!err)
		err = init_cond(&d->work);
	if (!err)
		err = init_cond(&d->gone);
	if (err)
		goto out;

	d->writes = metrics_counter(metrics, "store_writes_total");
	d->commits = metrics_counter(metrics, "store_commits_total");
	d->failures = metrics_counter(metrics, "store_failures_total");
	d->latency = metrics_counter(metrics, "store_latency_max_us");
	d->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	err = d->fd < 0 ? errno : journal_init(&d->journal, dir);
out:
	if (err)
		mem_deref(d);
	else
		*dp = d;

	return err;
}


/* signals are the main thread's */
static int start_thread(struct writer *w)
{
	sigset_t all, before;
	int err;

	(void)sigfillset(&all);
	err = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (err)
		return err;

	err = pthread_create(&w->thread, NULL, thread_main, w->desk);
	w->running = !err;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);

	if (!err)
		(void)pthread_setname_np(w->thread, "viaduct-store");

	return err;
}


/**
 * Allocate a writer and start its thread
 *
 * @param wp      Pointer to allocated writer
 * @param dir     The database's directory; the database exists
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int writer_alloc(struct writer **wp, const char *dir, struct log *log,
		 struct metrics *metrics)
{
	struct writer *w;
	int err;

	if (!wp || !dir)
		return EINVAL;

	w = mem_zalloc(sizeof(*w), destructor);
	if (!w)
		return ENOMEM;

	w->log = mem_ref(log);
	w->metrics = mem_ref(metrics);
	w->depth = metrics_counter(metrics, "store_queue");
	err = desk_alloc(&w->desk, dir, metrics);
	if (!err)
		err = fd_listen(w->desk->fd, FD_READ, ring_handler, w);
	if (!err)
		err = start_thread(w);

	if (err)
		mem_deref(w);
	else
		*wp = w;

	return err;
}


/**
 * Give a job to the thread
 *
 * @param w   Writer
 * @param job Job; the writer's on success
 *
 * @return 0 if success; ENOSPC: too much waits
 */
int writer_push(struct writer *w, struct job *job)
{
	struct desk *d = w->desk;
	int err = 0;

	job->queued_us = now_us();

	(void)pthread_mutex_lock(&d->lock);
	if (d->jobc >= WRITER_JOBS_MAX ||
	    d->bytes + job->size > WRITER_BYTES_MAX) {
		err = ENOSPC;
	}
	else {
		list_append(&d->waitl, &job->le, job);
		++d->jobc;
		d->bytes += job->size;
		counter_set(w->depth, d->jobc);
		(void)pthread_cond_signal(&d->work);
	}
	(void)pthread_mutex_unlock(&d->lock);

	return err;
}


/**
 * Count the jobs that wait for the disk, or for the loop
 *
 * @param w Writer
 *
 * @return Number of jobs
 */
size_t writer_depth(const struct writer *w)
{
	size_t n;

	(void)pthread_mutex_lock(&w->desk->lock);
	n = w->desk->jobc;
	(void)pthread_mutex_unlock(&w->desk->lock);

	return n;
}
