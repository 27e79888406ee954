/**
 * @file tray.c  Where the loop lays records down, and a thread writes
 *
 * All that waits is written at once, up to a batch. Where that fails it stays
 * on the tray and is tried again: a disk that is full now has room when
 * somebody has made some. The tray is not endless.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "common/bell.h"
#include "common/clock.h"
#include "common/metrics.h"
#include "common/thread.h"
#include "proxy/admin/history/tray.h"

enum {
	RETRY_MS = 1000,
	PAUSE_MS = 50, /* between two writes: a sync is worth ten calls */
};


static void destructor(void *arg)
{
	struct tray *t = arg;

	list_flush(&t->slipl);
	mem_deref(t->writer.arg);
	if (t->fd >= 0)
		(void)close(t->fd);
	(void)pthread_cond_destroy(&t->ended);
	(void)pthread_cond_destroy(&t->work);
	(void)pthread_mutex_destroy(&t->lock);
	mem_deref(t->writer.box);
	mem_deref(t->metrics);
}


/**
 * Allocate a tray; a thread that runs tray_main() makes it work
 *
 * @param tp      Pointer to allocated tray
 * @param writer  Who writes; its arg is the tray's on success
 * @param metrics Counters, or NULL
 * @param written Name of what counts records that were written
 * @param lost    Name of what counts those that were not
 *
 * @return 0 if success, otherwise errorcode
 */
int tray_alloc(struct tray **tp, const struct tray_writer *writer,
	       struct metrics *metrics, const char *written, const char *lost)
{
	struct tray *t = mem_zalloc(sizeof(*t), destructor);
	int err;

	if (!t)
		return ENOMEM;

	t->metrics = mem_ref(metrics);
	t->written = metrics_counter(metrics, written);
	t->lost = metrics_counter(metrics, lost);
	t->fd = bell_open();
	err = t->fd < 0 ? errno : pthread_mutex_init(&t->lock, NULL);
	if (!err)
		err = thread_cond_init(&t->work);
	if (!err)
		err = thread_cond_init(&t->ended);
	if (err) {
		mem_deref(t);
		return err;
	}

	t->writer = *writer;
	(void)mem_ref(t->writer.box);
	*tp = t;

	return 0;
}


/**
 * Make a record that can be laid down
 *
 * @param kind What is to be done with it
 * @param key  Whose it is
 * @param text What it says; copied
 * @param len  Octets of it
 *
 * @return Slip, NULL: no memory
 */
struct slip *slip_alloc(int kind, uint64_t key, const char *text, size_t len)
{
	struct slip *s = mem_zalloc(sizeof(*s) + len + 1, NULL);

	if (!s)
		return NULL;

	s->kind = kind;
	s->key = key;
	s->len = len;
	if (len)
		memcpy(s->text, text, len);

	return s;
}


/**
 * Lay down a record
 *
 * @param t    Tray
 * @param slip Record, the tray's on success; the caller holds its deposit
 *
 * @return 0 if success; ENOSPC: too much waits
 */
int tray_put(struct tray *t, struct slip *slip)
{
	int err = 0;

	strongbox_hold(t->writer.box, &slip->deposit);
	(void)pthread_mutex_lock(&t->lock);
	if (t->slips >= TRAY_SLIPS_MAX ||
	    t->bytes + slip->len > TRAY_BYTES_MAX) {
		err = ENOSPC;
	}
	else {
		list_append(&t->slipl, &slip->le, slip);
		++t->slips;
		t->bytes += slip->len;
		if (!t->pausing)
			(void)pthread_cond_signal(&t->work);
	}
	(void)pthread_mutex_unlock(&t->lock);
	if (err)
		strongbox_release(t->writer.box, &slip->deposit);

	return err;
}


/**
 * Lay down a copy of a record, from any thread
 *
 * @param t    Tray, or NULL
 * @param kind What is to be done with it
 * @param slip Record
 */
void tray_copy(struct tray *t, int kind, const struct slip *slip)
{
	struct slip *s;

	if (!t)
		return;

	s = slip_alloc(kind, slip->key, slip->text, slip->len);
	if (s)
		s->deposit = slip->deposit;
	if (s && !tray_put(t, s))
		return;

	mem_deref(s);
	counter_inc(t->lost);
}


/**
 * Have something done before the next batch
 *
 * @param t     Tray
 * @param order What, for its writer to know; not 0
 */
void tray_order(struct tray *t, int order)
{
	(void)pthread_mutex_lock(&t->lock);
	t->order = order;
	(void)pthread_cond_signal(&t->work);
	(void)pthread_mutex_unlock(&t->lock);
}


/**
 * What came of the last try
 *
 * @param t   Tray
 * @param why Set to a sentence, or ""
 *
 * @return 0 if it was written, otherwise errorcode
 */
int tray_err(struct tray *t, char why[TRAY_WHY_SIZE])
{
	int err;

	bell_hush(t->fd);
	(void)pthread_mutex_lock(&t->lock);
	err = t->err;
	memcpy(why, t->why, TRAY_WHY_SIZE);
	(void)pthread_mutex_unlock(&t->lock);

	return err;
}


/**
 * Let the thread end when it has written what waits, and wait for it
 *
 * @param t  Tray
 * @param ms How long
 *
 * @return false if it goes on
 */
bool tray_stop(struct tray *t, unsigned ms)
{
	const struct timespec until = thread_at(clock_us() +
						(uint64_t)ms * 1000);
	int err = 0;
	bool over;

	(void)pthread_mutex_lock(&t->lock);
	t->stop = true;
	(void)pthread_cond_signal(&t->work);
	while (!t->over && !err)
		err = pthread_cond_timedwait(&t->ended, &t->lock, &until);
	over = t->over;
	(void)pthread_mutex_unlock(&t->lock);

	return over;
}


/* the first ones, which stay on the list; the lock is held */
static int gather(struct slip *slipv[TRAY_BATCH], const struct tray *t)
{
	int n = 0;

	for (struct le *le = t->slipl.head; le && n < TRAY_BATCH;
	     le = le->next)
		slipv[n++] = le->data;

	return n;
}


static struct slip *take_first(struct tray *t)
{
	struct slip *slip = list_ledata(t->slipl.head);

	list_unlink(&slip->le);
	--t->slips;
	t->bytes -= slip->len;

	return slip;
}


static void drop_written(struct tray *t, int count)
{
	while (count-- > 0) {
		struct slip *slip = take_first(t);

		strongbox_release(t->writer.box, &slip->deposit);
		if (slip->kind >= 0)
			counter_inc(t->written);
		mem_deref(slip);
	}
}


/* what is in the box is for the next server */
static void drop_rest(struct tray *t)
{
	while (t->slipl.head) {
		struct slip *slip = take_first(t);

		if (!slip->deposit.place && slip->kind >= 0)
			counter_inc(t->lost);
		mem_deref(slip);
	}
}


static void note(struct tray *t, int err, const char *why)
{
	if (t->err != err)
		bell_ring(t->fd);
	t->err = err;
	(void)str_ncpy(t->why, why, sizeof(t->why));
}


/* the lock is held, but for the writing: only this thread takes slips off the
 * list */
static void work(struct tray *t)
{
	const struct tray_writer *w = &t->writer;
	struct slip *slipv[TRAY_BATCH];
	const int n = gather(slipv, t);
	const int order = t->order;
	char why[TRAY_WHY_SIZE] = "";
	int err;

	t->order = 0;
	(void)pthread_mutex_unlock(&t->lock);
	if (order && w->orderh)
		w->orderh(order, w->arg);
	err = w->writeh(slipv, n, why, w->arg);
	if (!err && w->idleh)
		w->idleh(w->arg);
	(void)pthread_mutex_lock(&t->lock);
	if (!err)
		drop_written(t, n);
	note(t, err, why);
}


/* false: the time is over */
static bool wait_ms(struct tray *t, unsigned ms)
{
	const struct timespec until = thread_at(clock_us() +
						(uint64_t)ms * 1000);

	return !pthread_cond_timedwait(&t->work, &t->lock, &until);
}


/* a record of a quiet time is written at once; of a busy one, what gathers
 * meanwhile with it */
static void pause_writing(struct tray *t)
{
	t->pausing = true;
	while (!t->stop && !t->order && wait_ms(t, PAUSE_MS))
		;
	t->pausing = false;
}


static void rest(struct tray *t)
{
	if (t->err)
		(void)wait_ms(t, RETRY_MS);
	else if (t->writer.idleh)
		(void)wait_ms(t, t->writer.idle_ms);
	else
		(void)pthread_cond_wait(&t->work, &t->lock);
}


/**
 * Write until the tray says stop, and nothing is left or nothing works
 *
 * @param arg Tray
 *
 * @return NULL
 */
void *tray_main(void *arg)
{
	struct tray *t = arg;

	(void)pthread_mutex_lock(&t->lock);
	work(t); /* a half line of before, a path that leads nowhere */
	while (!t->stop) {
		if (t->err || (!t->slipl.head && !t->order))
			rest(t);
		work(t);
		if (!t->err && t->slips < TRAY_BATCH)
			pause_writing(t);
	}
	do
		work(t);
	while (t->slipl.head && !t->err);

	drop_rest(t);
	t->over = true;
	(void)pthread_cond_broadcast(&t->ended);
	(void)pthread_mutex_unlock(&t->lock);

	return NULL;
}
