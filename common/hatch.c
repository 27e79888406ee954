/**
 * @file hatch.c  What the loop and the store's thread lay down for each other
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include "common/bell.h"
#include "common/clock.h"
#include "common/hatch.h"
#include "common/job.h"
#include "common/thread.h"


enum {
	JOBS_MAX = 10000,
	BYTES_MAX = 64 << 20,
};


/**
 * Initialise a hatch
 *
 * @param d Hatch, zeroed; to be closed with or without success
 *
 * @return 0 if success, otherwise errorcode
 */
int hatch_init(struct hatch *d)
{
	int err;

	d->fd = bell_open();
	if (d->fd < 0)
		return errno;

	err = pthread_mutex_init(&d->lock, NULL);
	if (!err)
		err = thread_cond_init(&d->work);
	if (!err)
		err = thread_cond_init(&d->looked);

	return err;
}


/**
 * Forget jobs: nobody is told
 *
 * @param jobl Jobs
 */
void hatch_clear(struct list *jobl)
{
	struct le *le;

	while ((le = list_head(jobl))) {
		struct job *job = le->data;

		list_unlink(le);
		job_forget(job);
		mem_deref(job);
	}
}


/**
 * Close a hatch that no thread works at
 *
 * @param d Hatch
 */
void hatch_close(struct hatch *d)
{
	if (d->fd >= 0)
		(void)close(d->fd);
	d->fd = -1;
	hatch_clear(&d->donel);
	hatch_clear(&d->waitl);
	d->finding.view = mem_deref(d->finding.view);
	d->old = mem_deref(d->old);
	(void)pthread_cond_destroy(&d->looked);
	(void)pthread_cond_destroy(&d->work);
	(void)pthread_mutex_destroy(&d->lock);
}


/**
 * Lay down a job
 *
 * @param d   Hatch
 * @param job Job; the hatch's on success
 *
 * @return 0 if success; ENOSPC: too much waits
 */
int hatch_put(struct hatch *d, struct job *job)
{
	int err = 0;

	job->queued_us = clock_us();

	(void)pthread_mutex_lock(&d->lock);
	if (d->jobc >= JOBS_MAX || d->bytes + job->size > BYTES_MAX) {
		err = ENOSPC;
	}
	else {
		list_append(&d->waitl, &job->le, job);
		++d->jobc;
		d->bytes += job->size;
		(void)pthread_cond_signal(&d->work);
	}
	(void)pthread_mutex_unlock(&d->lock);

	return err;
}


/**
 * What the thread said of its last failure
 *
 * @param d   Hatch
 * @param why A sentence, or ""
 */
void hatch_why(struct hatch *d, char why[HATCH_WHY_MAX])
{
	(void)pthread_mutex_lock(&d->lock);
	(void)str_ncpy(why, d->why, HATCH_WHY_MAX);
	(void)pthread_mutex_unlock(&d->lock);
}


/**
 * Take what the thread has laid down
 *
 * @param d    Hatch
 * @param jobl Jobs that are done
 * @param f    What it found when it looked
 *
 * @return true if it found something
 */
bool hatch_take_results(struct hatch *d, struct list *jobl, struct finding *f)
{
	bool found;

	bell_hush(d->fd);

	(void)pthread_mutex_lock(&d->lock);
	for (struct le *le = d->donel.head; le; le = le->next) {
		const struct job *job = le->data;

		--d->jobc;
		d->bytes -= job->size;
	}
	job_move(jobl, &d->donel, SIZE_MAX);
	found = d->found;
	*f = d->finding;
	d->found = false;
	d->finding.view = NULL;
	(void)pthread_mutex_unlock(&d->lock);

	return found;
}


/* with the lock held: a look that begins from now on */
static void ask(struct hatch *d)
{
	const uint64_t ticket = ++d->asked;

	(void)pthread_cond_signal(&d->work);
	while (d->answered < ticket)
		(void)pthread_cond_wait(&d->looked, &d->lock);
}


/**
 * Let the thread look for changes from now on, and wait for the first look
 *
 * @param d     Hatch
 * @param watch How a view is made; NULL: no more
 */
void hatch_watch(struct hatch *d, const struct store_view *watch)
{
	void *view;

	(void)pthread_mutex_lock(&d->lock);
	d->watch = watch;
	d->answered = d->asked;
	d->found = false;
	view = d->finding.view;
	d->finding.view = NULL;
	if (watch && !d->ended)
		ask(d);
	(void)pthread_mutex_unlock(&d->lock);

	mem_deref(view);
}


/**
 * Let the thread look now, and wait until it has
 *
 * @param d Hatch
 */
void hatch_look(struct hatch *d)
{
	(void)pthread_mutex_lock(&d->lock);
	if (d->watch && !d->ended)
		ask(d);
	(void)pthread_mutex_unlock(&d->lock);
}


/**
 * Let the thread free a view
 *
 * @param d    Hatch
 * @param view View
 */
void hatch_discard(struct hatch *d, void *view)
{
	void *old;

	(void)pthread_mutex_lock(&d->lock);
	old = d->old;
	d->old = view;
	(void)pthread_cond_signal(&d->work);
	(void)pthread_mutex_unlock(&d->lock);

	mem_deref(old);
}


/**
 * Tell the thread to stop when all is done, and wait for it
 *
 * @param d  Hatch
 * @param ms How long
 *
 * @return true if it has ended
 */
bool hatch_stop(struct hatch *d, unsigned ms)
{
	const uint64_t until = clock_us() + (uint64_t)ms * 1000;
	const struct timespec at = thread_at(until);
	bool ended;
	int err = 0;

	(void)pthread_mutex_lock(&d->lock);
	d->stop = true;
	(void)pthread_cond_signal(&d->work);
	while (!d->ended && !err)
		err = pthread_cond_timedwait(&d->looked, &d->lock, &at);
	ended = d->ended;
	(void)pthread_mutex_unlock(&d->lock);

	return ended;
}
