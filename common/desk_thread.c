/**
 * @file desk_thread.c  The thread's side of the desk
 */
#include <string.h>
#include <unistd.h>
#include <re.h>
#include "common/desk.h"
#include "common/job.h"


/* with the lock held */
static bool is_idle(const struct desk *d)
{
	return !d->waitl.head && !d->stop && !d->old &&
	       d->asked == d->answered;
}


static void wait_work(struct desk *d, uint64_t look_us)
{
	struct timespec at;

	while (is_idle(d) && !d->watch)
		(void)pthread_cond_wait(&d->work, &d->lock);

	at = desk_time(look_us);
	while (is_idle(d) && d->watch && desk_now_us() < look_us)
		(void)pthread_cond_timedwait(&d->work, &d->lock, &at);
}


/**
 * Wait for something to do, in the thread
 *
 * @param d       Desk
 * @param task    What is to be done
 * @param look_us When to look for changes
 *
 * @return true if there is something; false: to stop, and nothing is left
 */
bool desk_take(struct desk *d, struct task *task, uint64_t look_us)
{
	bool more;

	memset(task, 0, sizeof(*task));

	(void)pthread_mutex_lock(&d->lock);
	wait_work(d, look_us);
	job_move(&task->jobl, &d->waitl, DESK_BATCH);
	more = task->jobl.head || !d->stop;
	if (d->asked != d->answered || desk_now_us() >= look_us)
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
 * @param d    Desk
 * @param jobl Where it is appended
 */
void desk_take_more(struct desk *d, struct list *jobl)
{
	(void)pthread_mutex_lock(&d->lock);
	job_move(jobl, &d->waitl, SIZE_MAX);
	(void)pthread_mutex_unlock(&d->lock);
}


static void ring(const struct desk *d)
{
	const uint64_t one = 1;

	/* full means that it rings already */
	(void)!write(d->fd, &one, sizeof(one));
}


/**
 * Lay down jobs that are done, in the thread
 *
 * @param d    Desk
 * @param jobl Jobs, emptied
 */
void desk_done(struct desk *d, struct list *jobl)
{
	(void)pthread_mutex_lock(&d->lock);
	job_move(&d->donel, jobl, SIZE_MAX);
	(void)pthread_mutex_unlock(&d->lock);
	ring(d);
}


/**
 * Say what a look has found, in the thread
 *
 * @param d    Desk
 * @param task Task that it belongs to
 * @param f    Finding, NULL for nothing new; the desk's then
 */
void desk_found(struct desk *d, const struct task *task,
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
		ring(d);
}


/**
 * Say that the thread ends
 *
 * @param d Desk
 */
void desk_end(struct desk *d)
{
	(void)pthread_mutex_lock(&d->lock);
	d->ended = true;
	d->answered = d->asked;
	(void)pthread_cond_broadcast(&d->looked);
	(void)pthread_mutex_unlock(&d->lock);
}
