/**
 * @file lag.c  How late the main loop is
 *
 * Twenty ticks a second see each stall of more than a twentieth of a second,
 * and of shorter ones a share. Ticks that were missed meanwhile are one.
 */
#include <errno.h>
#include <time.h>
#include <unistd.h>
#include <sys/timerfd.h>
#include <re.h>
#include "common/clock.h"
#include "common/lag.h"
#include "common/metrics.h"

enum { TICK_US = LAG_TICK_MS * 1000 };

struct lag {
	struct histogram *late; /* not owned */
	uint64_t due_us;
	int fd;
	lag_h *h; /* or NULL */
	void *arg;
};


static void destructor(void *arg)
{
	struct lag *l = arg;

	if (l->fd < 0)
		return;

	fd_close(l->fd);
	(void)close(l->fd);
}


/**
 * How late a tick is heard
 *
 * @param due_us When it was due; then when the next one is
 * @param now_us Now
 *
 * @return Microseconds
 */
uint64_t lag_late(uint64_t *due_us, uint64_t now_us)
{
	const uint64_t late = now_us > *due_us ? now_us - *due_us : 0;

	*due_us += (late / TICK_US + 1) * TICK_US;

	return late;
}


static void tick_handler(int flags, void *arg)
{
	struct lag *l = arg;
	uint64_t n, late_us;
	(void)flags;

	if (read(l->fd, &n, sizeof(n)) != sizeof(n))
		return;

	late_us = lag_late(&l->due_us, clock_us());
	histogram_observe(l->late, late_us);
	if (l->h)
		l->h(late_us, l->arg);
}


static int start(struct lag *l)
{
	struct itimerspec its = {.it_interval.tv_nsec = TICK_US * 1000};

	l->due_us = clock_us() + TICK_US;
	its.it_value.tv_sec = (time_t)(l->due_us / 1000000);
	its.it_value.tv_nsec = (long)(l->due_us % 1000000) * 1000;
	if (timerfd_settime(l->fd, TFD_TIMER_ABSTIME, &its, NULL))
		return errno;

	return fd_listen(l->fd, FD_READ, tick_handler, l);
}


/**
 * Begin to measure
 *
 * @param lp      Pointer to allocated measurement
 * @param metrics Registry
 *
 * @return 0 if success, otherwise errorcode
 */
int lag_alloc(struct lag **lp, struct metrics *metrics)
{
	struct lag *l;
	int err;

	if (!lp)
		return EINVAL;

	l = mem_zalloc(sizeof(*l), destructor);
	if (!l)
		return ENOMEM;

	l->late = metrics_histogram(metrics, "main_loop_late_seconds");
	l->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	err = l->fd < 0 ? errno : start(l);
	if (err)
		mem_deref(l);
	else
		*lp = l;

	return err;
}


/**
 * Tell of each tick
 *
 * @param l   Measurement
 * @param h   Handler, or NULL
 * @param arg Its argument
 */
void lag_watch(struct lag *l, lag_h *h, void *arg)
{
	if (!l)
		return;

	l->h = h;
	l->arg = arg;
}
