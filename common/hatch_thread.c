/**
 * @file hatch_thread.c  The thread's side of the hatch
 */
#include <string.h>
#include <re.h>
#include "common/bell.h"
#include "common/clock.h"
#include "common/hatch.h"
#include "common/job.h"
#include "common/thread.h"


/* with the lock held */
static bool is_idle(const struct hatch *d)
{
	return !d->waitl.head && !d->stop && !d->old &&
	       d->asked == d->answered;
}


static void wait_work(struct hatch *d, uint64_t look_us)
{
	struct timespec at;

	while (is_idle(d) && !d->watch)
		(void)pthread_cond_wait(&d->work, &d->lock);

	at = thread_at(look_us);
	while (is_idle(d) && d->watch && clock_us() < look_us)
		(void)pthread_cond_timedwait(&d->work, &d->lock, &at);
}


/**
 * Wait for something to do, in the thread
 *
 * @param d       Hatch
 * @param task    What is to be done
 * @param look_us When to look for changes
 *
 * @return true if there is something; false: to stop, and nothing is left
 */
bool hatch_take(struct hatch *d, struct task *task, uint64_t look_us)
{
	bool more;

	memset(task, 0, sizeof(*task));

	(void)pthread_mutex_lock(&d->lock);
	wait_work(d, look_us);
	job_move(&task->jobl, &d->waitl, HATCH_BATCH);
	more = task->jobl.head || !d->stop;
	if (d->asked != d->answered || clock_us() >= look_us)
		task->watch = d->watch;
	task->asked = d->asked;
	task->old = d->old;
	d->old = NULL;
	(void)pthread_mutex_unlock(&d->lock);

	return more;
}


/**
 * Take all that waits
 *
 * @param d    Hatch
 * @param jobl Where it is appended
 */
void hatch_take_more(struct hatch *d, struct list *jobl)
{
	(void)pthread_mutex_lock(&d->lock);
	job_move(jobl, &d->waitl, SIZE_MAX);
	(void)pthread_mutex_unlock(&d->lock);
}


/**
 * Lay down jobs that are done, in the thread
 *
 * @param d    Hatch
 * @param jobl Jobs, emptied
 */
void hatch_done(struct hatch *d, struct list *jobl)
{
	(void)pthread_mutex_lock(&d->lock);
	job_move(&d->donel, jobl, SIZE_MAX);
	(void)pthread_mutex_unlock(&d->lock);
	bell_ring(d->fd);
}


/**
 * Say what a look has found, in the thread
 *
 * @param d    Hatch
 * @param task Task that it belongs to
 * @param f    Finding, NULL for nothing new; the hatch's then
 */
void hatch_found(struct hatch *d, const struct task *task,
		 const struct finding *f)
{
	void *view = NULL;

	(void)pthread_mutex_lock(&d->lock);
	if (f && d->watch == task->watch) {
		if (f->view) {
			view = d->finding.view;
			d->finding.view = f->view;
		}
		d->finding.err = f->err;
		d->found = true;
	}
	else if (f) {
		view = f->view;
	}
	if (task->asked > d->answered)
		d->answered = task->asked;
	(void)pthread_cond_broadcast(&d->looked);
	(void)pthread_mutex_unlock(&d->lock);

	mem_deref(view);
	if (f)
		bell_ring(d->fd);
}


/**
 * Say why something failed, in the thread, before it is laid down
 *
 * @param d   Hatch
 * @param why A sentence
 */
void hatch_say(struct hatch *d, const char *why)
{
	(void)pthread_mutex_lock(&d->lock);
	(void)str_ncpy(d->why, why, sizeof(d->why));
	(void)pthread_mutex_unlock(&d->lock);
}


/**
 * Say that the thread ends
 *
 * @param d Hatch
 */
void hatch_end(struct hatch *d)
{
	(void)pthread_mutex_lock(&d->lock);
	d->ended = true;
	d->answered = d->asked;
	(void)pthread_cond_broadcast(&d->looked);
	(void)pthread_mutex_unlock(&d->lock);
}
