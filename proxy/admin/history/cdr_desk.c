/**
 * @file cdr_desk.c  Where the loop lays records down, and a thread writes
 *
 * All that waits is written with one call and one sync. Where that fails it
 * stays on the desk and is tried again: a disk that is full now has room when
 * somebody has made some. The desk is not endless.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "common/bell.h"
#include "common/clock.h"
#include "common/metrics.h"
#include "common/thread.h"
#include "proxy/admin/history/cdr_desk.h"

enum {
	RETRY_MS = 1000,
	PAUSE_MS = 50, /* between two writes: a sync is worth ten calls */
};


static void destructor(void *arg)
{
	struct cdr_desk *d = arg;

	list_flush(&d->linel);
	cdr_file_close(&d->file);
	if (d->fd >= 0)
		(void)close(d->fd);
	(void)pthread_cond_destroy(&d->ended);
	(void)pthread_cond_destroy(&d->work);
	(void)pthread_mutex_destroy(&d->lock);
	mem_deref(d->metrics);
}


/**
 * Allocate a desk; a thread that runs cdr_desk_main() makes it work
 *
 * @param dp      Pointer to allocated desk
 * @param path    File of the records
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int cdr_desk_alloc(struct cdr_desk **dp, const char *path,
		   struct metrics *metrics)
{
	struct cdr_desk *d = mem_zalloc(sizeof(*d), destructor);
	int err;

	if (!d)
		return ENOMEM;

	d->metrics = mem_ref(metrics);
	d->written = metrics_counter(metrics, "cdr_written_total");
	d->lost = metrics_counter(metrics, "cdr_lost_total");
	d->fd = bell_open();
	err = d->fd < 0 ? errno : cdr_file_init(&d->file, path);
	if (!err)
		err = pthread_mutex_init(&d->lock, NULL);
	if (!err)
		err = thread_cond_init(&d->work);
	if (!err)
		err = thread_cond_init(&d->ended);
	if (err)
		mem_deref(d);
	else
		*dp = d;

	return err;
}


/**
 * Lay down a record
 *
 * @param d    Desk
 * @param line Record; the desk's on success
 *
 * @return 0 if success; ENOSPC: too much waits
 */
int cdr_desk_put(struct cdr_desk *d, struct cdr_line *line)
{
	int err = 0;

	(void)pthread_mutex_lock(&d->lock);
	if (d->lines >= CDR_LINES_MAX ||
	    d->bytes + line->len > CDR_BYTES_MAX) {
		err = ENOSPC;
	}
	else {
		list_append(&d->linel, &line->le, line);
		++d->lines;
		d->bytes += line->len;
		if (!d->pausing)
			(void)pthread_cond_signal(&d->work);
	}
	(void)pthread_mutex_unlock(&d->lock);

	return err;
}


/**
 * Open the file again, though it is still there
 *
 * @param d Desk
 */
void cdr_desk_reopen(struct cdr_desk *d)
{
	(void)pthread_mutex_lock(&d->lock);
	d->reopen = true;
	(void)pthread_cond_signal(&d->work);
	(void)pthread_mutex_unlock(&d->lock);
}


/**
 * What came of the last try
 *
 * @param d Desk
 *
 * @return 0 if it was written, otherwise errorcode
 */
int cdr_desk_err(struct cdr_desk *d)
{
	int err;

	bell_hush(d->fd);
	(void)pthread_mutex_lock(&d->lock);
	err = d->err;
	(void)pthread_mutex_unlock(&d->lock);

	return err;
}


/**
 * Let the thread end when it has written what waits, and wait for it
 *
 * @param d  Desk
 * @param ms How long
 *
 * @return false if it goes on
 */
bool cdr_desk_stop(struct cdr_desk *d, unsigned ms)
{
	const struct timespec until = thread_at(clock_us() +
						(uint64_t)ms * 1000);
	int err = 0;
	bool over;

	(void)pthread_mutex_lock(&d->lock);
	d->stop = true;
	(void)pthread_cond_signal(&d->work);
	while (!d->over && !err)
		err = pthread_cond_timedwait(&d->ended, &d->lock, &until);
	over = d->over;
	(void)pthread_mutex_unlock(&d->lock);

	return over;
}


/* the first ones, which stay on the list; the lock is held */
static int gather(struct iovec iov[CDR_IOV_MAX], const struct cdr_desk *d)
{
	int n = 0;

	for (struct le *le = d->linel.head; le && n < CDR_IOV_MAX;
	     le = le->next) {
		struct cdr_line *line = le->data;

		iov[n].iov_base = line->text;
		iov[n++].iov_len = line->len;
	}

	return n;
}


static void drop(struct cdr_desk *d, int count, struct counter *as)
{
	while (count-- > 0) {
		struct cdr_line *line = list_ledata(d->linel.head);

		list_unlink(&line->le);
		--d->lines;
		d->bytes -= line->len;
		counter_inc(as);
		mem_deref(line);
	}
}


static void note(struct cdr_desk *d, int err)
{
	if (d->err != err)
		bell_ring(d->fd);
	d->err = err;
}


/* the lock is held, but for the writing: only this thread takes lines off the
 * list */
static void work(struct cdr_desk *d)
{
	struct iovec iov[CDR_IOV_MAX];
	const int n = gather(iov, d);
	const bool reopen = d->reopen;
	int err;

	d->reopen = false;
	(void)pthread_mutex_unlock(&d->lock);
	if (reopen)
		cdr_file_close(&d->file);
	err = cdr_file_append(&d->file, iov, n);
	(void)pthread_mutex_lock(&d->lock);
	if (!err)
		drop(d, n, d->written);
	note(d, err);
}


/* false: the time is over */
static bool wait_ms(struct cdr_desk *d, unsigned ms)
{
	const struct timespec until = thread_at(clock_us() +
						(uint64_t)ms * 1000);

	return !pthread_cond_timedwait(&d->work, &d->lock, &until);
}


/* a record of a quiet time is written at once; of a busy one, what gathers
 * meanwhile with it */
static void pause_writing(struct cdr_desk *d)
{
	d->pausing = true;
	while (!d->stop && !d->reopen && wait_ms(d, PAUSE_MS))
		;
	d->pausing = false;
}


static void rest(struct cdr_desk *d)
{
	if (d->err)
		(void)wait_ms(d, RETRY_MS);
	else
		(void)pthread_cond_wait(&d->work, &d->lock);
}


/**
 * Write until the desk says stop, and nothing is left or nothing works
 *
 * @param arg Desk
 *
 * @return NULL
 */
void *cdr_desk_main(void *arg)
{
	struct cdr_desk *d = arg;
	(void)pthread_mutex_lock(&d->lock);
	work(d); /* a half line of before, a path that leads nowhere */
	while (!d->stop) {
		if (d->err || (!d->linel.head && !d->reopen))
			rest(d);
		work(d);
		if (!d->err)
			pause_writing(d);
	}
	do
		work(d);
	while (d->linel.head && !d->err);

	drop(d, (int)list_count(&d->linel), d->lost);
	cdr_file_close(&d->file);
	d->over = true;
	(void)pthread_cond_broadcast(&d->ended);
	(void)pthread_mutex_unlock(&d->lock);

	return NULL;
}
