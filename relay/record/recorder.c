/**
 * @file recorder.c  One thread that writes all recordings
 *
 * It looks into the rings ten times a second as long as there are recordings:
 * nobody has to wake it for a packet. The lock is held for a list's sake only,
 * never while a disk is waited for.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "common/clock.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/thread.h"
#include "relay/record/record_keep.h"
#include "relay/record/recording.h"

enum { TICK_MS = 100, IDLE_MS = 60000 };

struct recorder {
	char dir[RECORD_PATH_MAX];
	uint32_t calls;
	uint64_t call_bytes;
	struct log *log; /* not owned */
	struct counter *started, *failed, *dropped, *running_now;
	_Atomic uint32_t running;

	pthread_mutex_t lock;
	pthread_cond_t cond;
	struct list incomingl; /* under the lock */
	bool hurry;            /* somebody has stopped, or we are to */
	bool stop;
	struct {
		bool is; /* there is something new for the thread */
		char dir[RECORD_PATH_MAX];
		uint32_t days;
		uint64_t bytes;
	} news;

	/* the thread's */
	uint64_t bytes; /* of all; 0: any */
	struct list recordingl;
	struct record_keep *keep;

	pthread_t thread;
	bool threaded;
};


static void wake(struct recorder *r, struct recording *rec, bool stop)
{
	(void)pthread_mutex_lock(&r->lock);
	if (rec)
		list_append(&r->incomingl, &rec->le, rec);
	r->hurry = true;
	r->stop |= stop;
	(void)pthread_cond_signal(&r->cond);
	(void)pthread_mutex_unlock(&r->lock);
}


static void destructor(void *arg)
{
	struct recorder *r = arg;

	if (r->threaded) {
		wake(r, NULL, true);
		(void)pthread_join(r->thread, NULL);
	}

	(void)pthread_cond_destroy(&r->cond);
	(void)pthread_mutex_destroy(&r->lock);
	mem_deref(r->keep);
}


/* the lock is held */
static void take_news(struct recorder *r)
{
	if (!r->news.is)
		return;

	r->news.is = false;
	r->bytes = r->news.bytes;
	record_keep_change(r->keep, r->news.dir, r->news.days, r->bytes);
}


/* until there is something to do; false: the end has come */
static bool wait_for_work(struct recorder *r, uint32_t ms)
{
	const struct timespec ts = thread_at(clock_us() + (uint64_t)ms * 1000);
	struct le *le;
	bool stop;

	(void)pthread_mutex_lock(&r->lock);
	while (!r->hurry && ms &&
	       pthread_cond_timedwait(&r->cond, &r->lock, &ts) != ETIMEDOUT)
		;
	r->hurry = false;
	stop = r->stop;
	take_news(r);
	while ((le = r->incomingl.head)) {
		list_unlink(le);
		list_append(&r->recordingl, le, le->data);
	}
	(void)pthread_mutex_unlock(&r->lock);

	return !stop;
}


static const char *files_of(const struct recording_state *st)
{
	if (st->wav && st->pcap)
		return "wav,pcap";
	if (st->wav)
		return "wav";

	return st->pcap ? "pcap" : "none";
}


static void say_end(const struct recorder *r, const struct recording *rec)
{
	struct recording_state st;

	recording_state(rec, &st);
	if (st.err) {
		counter_inc(r->failed);
		log_error(r->log, "record.failed", KV_STR("call", rec->call),
			  KV_STR("file", rec->name),
			  KV_STR("files", files_of(&st)),
			  KV_ERRNO("error", st.err),
			  KV_UINT("bytes", st.bytes));
		return;
	}

	log_info(r->log, "record.stopped", KV_STR("call", rec->call),
		 KV_STR("file", rec->name), KV_STR("files", files_of(&st)),
		 KV_UINT("bytes", st.bytes), KV_UINT("dropped", st.dropped));
}


static void finish(struct recorder *r, struct recording *rec)
{
	say_end(r, rec);
	record_keep_add(r->keep, rec->day, atomic_load(&rec->bytes));
	list_unlink(&rec->le);
	counter_set(r->running_now, atomic_fetch_sub(&r->running, 1) - 1);
	tap_release(&rec->tap);
}


static void turn(struct recorder *r)
{
	struct le *le = r->recordingl.head;

	while (le) {
		struct recording *rec = le->data;

		le = le->next;
		if (recording_turn(rec, clock_us()))
			finish(r, rec);
	}
}


/* what is being written has to fit into the size of all: whoever has most of
 * it ends */
static void weigh(struct recorder *r)
{
	struct recording *largest = NULL;
	uint64_t sum = 0, most = 0;

	for (struct le *le = r->recordingl.head; le; le = le->next) {
		struct recording *rec = le->data;
		const uint64_t bytes = atomic_load(&rec->bytes);

		sum += bytes;
		if (bytes > most) {
			most = bytes;
			largest = rec;
		}
	}

	record_keep_running(r->keep, sum);
	if (r->bytes && sum > r->bytes) {
		recording_end(largest, clock_us(), EDQUOT);
		finish(r, largest);
	}
}


static void end_all(struct recorder *r)
{
	struct le *le;

	turn(r);
	while ((le = r->recordingl.head)) {
		recording_end(le->data, clock_us(), 0);
		finish(r, le->data);
	}
}


static void *thread_main(void *arg)
{
	struct recorder *r = arg;
	uint32_t ms = 0;

	while (wait_for_work(r, ms)) {
		bool more;

		turn(r);
		weigh(r);
		more = record_keep_turn(r->keep, (int64_t)time(NULL));
		ms = r->recordingl.head ? TICK_MS : more ? 0 : IDLE_MS;
	}
	end_all(r);

	return NULL;
}


static int init_lock(struct recorder *r)
{
	int err = thread_cond_init(&r->cond);

	return err ? err : pthread_mutex_init(&r->lock, NULL);
}


static int make_keep(struct recorder *r, const struct recorder_conf *conf,
		     struct metrics *metrics)
{
	const struct keep_conf kc = {
		.dir = r->dir,
		.days = conf->keep_days,
		.bytes = conf->bytes,
		.log = r->log,
		.bytes_now = metrics_counter(metrics, "record_bytes"),
		.deleted = metrics_counter(metrics, "record_deleted_total"),
		.repaired = metrics_counter(metrics, "record_repaired_total"),
	};

	return record_keep_alloc(&r->keep, &kc);
}


/**
 * Allocate a recorder and start its thread
 *
 * The directory is made when it is first needed.
 *
 * @param rp      Pointer to allocated recorder
 * @param conf    Configuration, copied
 * @param log     Log (optional)
 * @param metrics Metrics (optional)
 *
 * @return 0 if success, otherwise errorcode
 */
int recorder_alloc(struct recorder **rp, const struct recorder_conf *conf,
		   struct log *log, struct metrics *metrics)
{
	struct recorder *r;
	int err;

	if (!rp || !conf || !conf->dir || !conf->dir[0])
		return EINVAL;
	if (strlen(conf->dir) >= sizeof(r->dir))
		return ENAMETOOLONG;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	(void)str_ncpy(r->dir, conf->dir, sizeof(r->dir));
	r->calls = conf->calls;
	r->call_bytes = conf->call_bytes;
	r->bytes = conf->bytes;
	r->log = log;
	r->started = metrics_counter(metrics, "record_started_total");
	r->failed = metrics_counter(metrics, "record_failed_total");
	r->dropped = metrics_counter(metrics, "record_packets_dropped_total");
	r->running_now = metrics_counter(metrics, "record_running");

	err = init_lock(r);
	if (!err)
		err = make_keep(r, conf, metrics);
	if (!err) {
		err = thread_start(&r->thread, "viaduct-record", thread_main,
				   r);
		r->threaded = !err;
	}
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}


/**
 * Record otherwise from now on
 *
 * @param r    Recorder
 * @param conf How, copied
 *
 * @return 0 if success, otherwise errorcode
 */
int recorder_reconfigure(struct recorder *r, const struct recorder_conf *conf)
{
	if (!r || !conf || !conf->dir || !conf->dir[0])
		return EINVAL;
	if (strlen(conf->dir) >= sizeof(r->dir))
		return ENAMETOOLONG;

	(void)str_ncpy(r->dir, conf->dir, sizeof(r->dir));
	r->calls = conf->calls;
	r->call_bytes = conf->call_bytes;

	(void)pthread_mutex_lock(&r->lock);
	r->news.is = true;
	(void)str_ncpy(r->news.dir, conf->dir, sizeof(r->news.dir));
	r->news.days = conf->keep_days;
	r->news.bytes = conf->bytes;
	(void)pthread_mutex_unlock(&r->lock);
	wake(r, NULL, false);

	return 0;
}


/**
 * Number of recordings that are being written
 *
 * @param r Recorder
 *
 * @return Number
 */
uint32_t recorder_running(const struct recorder *r)
{
	return r ? atomic_load(&r->running) : 0;
}


/**
 * Begin a recording
 *
 * @param rp   Pointer to it
 * @param r    Recorder
 * @param conf What it is of
 *
 * @return 0 if success, ENOSPC if there are too many, otherwise errorcode
 */
int recording_alloc(struct recording **rp, struct recorder *r,
		    const struct recording_conf *conf)
{
	struct recording *rec;
	int err;

	if (!rp || !r || !conf)
		return EINVAL;
	if (atomic_load(&r->running) >= r->calls)
		return ENOSPC;

	err = recording_make(&rec, conf, r->dir, r->call_bytes);
	if (err)
		return err;

	rec->recorder = r;
	rec->dropped_total = r->dropped;
	counter_set(r->running_now, atomic_fetch_add(&r->running, 1) + 1);
	counter_inc(r->started);
	(void)tap_hold(&rec->tap);
	wake(r, rec, false);
	*rp = rec;

	return 0;
}


/**
 * End a recording
 *
 * @param rec Recording, or NULL; the caller's no more
 */
void recording_stop(struct recording *rec)
{
	if (!rec)
		return;

	atomic_store(&rec->stop_us, clock_us());
	wake(rec->recorder, NULL, false);
	tap_release(&rec->tap);
}
