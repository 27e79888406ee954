/**
 * @file reports.c  What a worker tells the main thread
 */
#include <errno.h>
#include <unistd.h>
#include "common/bell.h"
#include "relay/engine/path.h"
#include "relay/engine/reports.h"


/**
 * Close the reports: those that wait are forgotten
 *
 * @param r Reports, initialised with or without success
 */
void reports_close(struct reports *r)
{
	if (r->fd < 0)
		return;

	fd_close(r->fd);
	(void)close(r->fd);
	r->fd = -1;
	list_clear(&r->removedl);
	(void)pthread_mutex_destroy(&r->lock);
}


static void move_paths(struct list *to, struct list *from)
{
	struct le *le;

	while ((le = list_head(from))) {
		struct path *path = le->data;

		list_unlink(le);
		list_append(to, le, path);
	}
}


/* events first: they may be about a path that was let go */
static void deliver(const struct report_handlers *h,
		    const struct report *eventv, size_t eventc,
		    struct list *removedl)
{
	struct le *le;

	for (size_t i = 0; i < eventc; i++)
		h->eventh(eventv[i].path, eventv[i].ev, &eventv[i].info,
			  h->arg);

	while ((le = list_head(removedl))) {
		struct path *path = le->data;

		list_unlink(le);
		h->removeh(path, h->arg);
	}
}


static void ring_handler(int flags, void *arg)
{
	struct report eventv[REPORTS_MAX];
	struct list removedl = LIST_INIT;
	struct reports *r = arg;
	void *guard;
	size_t eventc;
	(void)flags;

	bell_hush(r->fd);

	(void)pthread_mutex_lock(&r->lock);
	eventc = r->eventc;
	for (size_t i = 0; i < eventc; i++)
		eventv[i] = r->eventv[i];
	r->eventc = 0;
	move_paths(&removedl, &r->removedl);
	(void)pthread_mutex_unlock(&r->lock);

	guard = mem_ref(r->h.arg);
	deliver(&r->h, eventv, eventc, &removedl);
	mem_deref(guard);
}


/**
 * Initialise the reports of a worker
 *
 * @param r Reports, zeroed
 * @param h Handlers
 *
 * @return 0 if success, otherwise errorcode
 */
int reports_init(struct reports *r, const struct report_handlers *h)
{
	int err;

	r->h = *h;
	r->fd = bell_open();
	if (r->fd < 0)
		return errno;

	err = pthread_mutex_init(&r->lock, NULL);
	if (err) {
		(void)close(r->fd);
		r->fd = -1;
		return err;
	}

	err = fd_listen(r->fd, FD_READ, ring_handler, r);
	if (err)
		reports_close(r);

	return err;
}


/**
 * Report an event, from the worker's thread
 *
 * @param r   Reports
 * @param ev  Event
 * @param leg Leg that it came from
 * @param src Source that it is about
 *
 * @return 0 if success, EOVERFLOW if there is no room for it
 */
int reports_event(struct reports *r, enum relay_event ev,
		  const struct leg *leg, const struct sa *src)
{
	int err = 0;

	(void)pthread_mutex_lock(&r->lock);
	if (r->eventc < REPORTS_MAX)
		r->eventv[r->eventc++] = (struct report){
			.path = leg->path,
			.ev = ev,
			.info = {.stream = leg->path->stream,
				 .side = leg->side,
				 .comp = leg->comp,
				 .src = *src},
		};
	else
		err = EOVERFLOW;
	(void)pthread_mutex_unlock(&r->lock);

	bell_ring(r->fd);

	return err;
}


/**
 * Report paths that the worker has let go, from its thread
 *
 * @param r     Reports
 * @param pathl Paths by their orders, emptied
 */
void reports_removed(struct reports *r, struct list *pathl)
{
	(void)pthread_mutex_lock(&r->lock);
	move_paths(&r->removedl, pathl);
	(void)pthread_mutex_unlock(&r->lock);

	bell_ring(r->fd);
}
