/**
 * @file thread.c  Threads beside the main loop
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <re.h>
#include "common/privilege.h"
#include "common/thread.h"

/** What a thread begins with */
struct beginning {
	void *(*mainh)(void *);
	void *arg;
};


/* whoever starts it opened what needs privilege; it is not handed on */
static void *begin(void *arg)
{
	struct beginning *b = arg;
	const struct beginning own = *b;

	mem_deref(b);
	privilege_drop(false);

	return own.mainh(own.arg);
}


/**
 * Start a thread
 *
 * @param tp    Thread, to be joined
 * @param name  Its name for ps and top, at most 15 characters
 * @param mainh What it does
 * @param arg   Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int thread_start(pthread_t *tp, const char *name, void *(*mainh)(void *),
		 void *arg)
{
	struct beginning *b;
	sigset_t all, before;
	int err;

	if (!tp || !name || !mainh)
		return EINVAL;

	b = mem_zalloc(sizeof(*b), NULL);
	if (!b)
		return ENOMEM;

	b->mainh = mainh;
	b->arg = arg;
	(void)sigfillset(&all);
	err = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (err)
		goto out;

	err = pthread_create(tp, NULL, begin, b);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		goto out;

	(void)pthread_setname_np(*tp, name);

	return 0;

out:
	mem_deref(b);

	return err;
}


/**
 * Initialise a condition that no change of the date disturbs
 *
 * @param cond Condition
 *
 * @return 0 if success, otherwise errorcode
 */
int thread_cond_init(pthread_cond_t *cond)
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


/**
 * A moment for pthread_cond_timedwait() with such a condition
 *
 * @param us Microseconds of clock_us()
 *
 * @return The moment
 */
struct timespec thread_at(uint64_t us)
{
	struct timespec ts;

	ts.tv_sec = (time_t)(us / 1000000);
	ts.tv_nsec = (long)(us % 1000000) * 1000;

	return ts;
}
