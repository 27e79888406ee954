/**
 * @file web_desk.c  Where the HTTP thread lays questions down for others
 */
#include <errno.h>
#include <unistd.h>
#include "common/bell.h"
#include "common/thread.h"
#include "proxy/admin/http/web_desk.h"


static void errand_destructor(void *arg)
{
	struct web_errand *e = arg;

	json_decref(e->question);
	json_decref(e->answer);
	if (e->fd >= 0)
		(void)close(e->fd);
}


static void news_destructor(void *arg)
{
	struct web_news *n = arg;

	json_decref(n->data);
}


/**
 * Allocate an errand
 *
 * @param ep       Pointer to the errand
 * @param route    What is asked for
 * @param question Question, taken over on success
 *
 * @return 0 if success, otherwise errorcode
 */
int web_errand_alloc(struct web_errand **ep, const struct web_route *route,
		     json_t *question)
{
	struct web_errand *e = mem_zalloc(sizeof(*e), errand_destructor);

	if (!e)
		return ENOMEM;

	e->fd = -1;
	e->route = route;
	e->question = question;
	*ep = e;

	return 0;
}


/**
 * Initialise a desk
 *
 * @param d Desk, zeroed; to be closed with or without success
 *
 * @return 0 if success, otherwise errorcode
 */
int web_desk_init(struct web_desk *d)
{
	int err;

	d->loop_fd = bell_open();
	d->web_fd = bell_open();
	if (d->loop_fd < 0 || d->web_fd < 0)
		return EMFILE;

	err = pthread_mutex_init(&d->lock, NULL);
	for (int i = 0; i < WEB_LANES && !err; i++)
		err = thread_cond_init(&d->workv[i]);

	return err;
}


/**
 * Close a desk that no thread works at
 *
 * @param d Desk
 */
void web_desk_close(struct web_desk *d)
{
	list_flush(&d->loopl);
	for (int i = 0; i < WEB_LANES; i++)
		list_flush(&d->lanev[i]);
	list_flush(&d->donel);
	list_flush(&d->newsl);
	if (d->loop_fd >= 0)
		(void)close(d->loop_fd);
	if (d->web_fd >= 0)
		(void)close(d->web_fd);
	d->loop_fd = d->web_fd = -1;
	for (int i = 0; i < WEB_LANES; i++)
		(void)pthread_cond_destroy(&d->workv[i]);
	(void)pthread_mutex_destroy(&d->lock);
}


/* the lock is held */
static int put(struct web_desk *d, struct web_errand *e)
{
	const enum web_lane lane = e->route->lane;

	if (d->stop)
		return ECANCELED;
	if (d->errands >= WEB_ERRANDS_MAX)
		return ENOSPC;

	if (!web_route_is_slow(e->route)) {
		list_append(&d->loopl, &e->le, e);
		bell_ring(d->loop_fd);
	}
	else if (list_count(&d->lanev[lane]) >= WEB_QUEUE_MAX) {
		return ENOSPC;
	}
	else {
		list_append(&d->lanev[lane], &e->le, e);
		(void)pthread_cond_signal(&d->workv[lane]);
	}
	++d->errands;

	return 0;
}


/**
 * Lay a question down: for the loop, or in the lane of its route
 *
 * @param d Desk
 * @param e Errand; the desk's on success
 *
 * @return 0 if success; ENOSPC: too many are on their way
 */
int web_desk_put(struct web_desk *d, struct web_errand *e)
{
	int err;

	(void)pthread_mutex_lock(&d->lock);
	err = put(d, e);
	(void)pthread_mutex_unlock(&d->lock);

	return err;
}


/**
 * Nobody waits for that answer any more
 *
 * @param d Desk
 * @param e Errand; not to be touched from now on
 */
void web_desk_give_up(struct web_desk *d, struct web_errand *e)
{
	(void)pthread_mutex_lock(&d->lock);
	e->request = NULL;
	atomic_store(&e->given_up, true);
	(void)pthread_mutex_unlock(&d->lock);
}


static void move(struct list *to, struct list *from)
{
	struct le *le;

	while ((le = list_head(from)) != NULL) {
		list_unlink(le);
		list_append(to, le, le->data);
	}
}


/**
 * Take what was answered, and what is new
 *
 * @param d     Desk
 * @param donel Errands
 * @param newsl News
 *
 * @return false: to stop
 */
bool web_desk_take(struct web_desk *d, struct list *donel, struct list *newsl)
{
	bool stop;

	bell_hush(d->web_fd);

	(void)pthread_mutex_lock(&d->lock);
	d->errands -= list_count(&d->donel);
	move(donel, &d->donel);
	move(newsl, &d->newsl);
	d->news = 0;
	stop = d->stop;
	(void)pthread_mutex_unlock(&d->lock);

	return !stop;
}


/* the lock is held; what was given up goes back unanswered */
static struct web_errand *first(struct web_desk *d, struct list *l)
{
	struct le *le;

	while ((le = list_head(l)) != NULL) {
		struct web_errand *e = le->data;

		list_unlink(le);
		if (!atomic_load(&e->given_up))
			return e;
		list_append(&d->donel, &e->le, e);
		bell_ring(d->web_fd);
	}

	return NULL;
}


/**
 * Take a question, on the loop
 *
 * @param d    Desk
 * @param more There are others
 *
 * @return Errand, or NULL
 */
struct web_errand *web_desk_next(struct web_desk *d, bool *more)
{
	struct web_errand *e;

	(void)pthread_mutex_lock(&d->lock);
	e = first(d, &d->loopl);
	*more = d->loopl.head != NULL;
	(void)pthread_mutex_unlock(&d->lock);

	return e;
}


/**
 * Wait for a question that may take time
 *
 * @param d    Desk
 * @param lane Which ones
 *
 * @return Errand; NULL: to stop
 */
struct web_errand *web_desk_wait(struct web_desk *d, enum web_lane lane)
{
	struct web_errand *e = NULL;

	(void)pthread_mutex_lock(&d->lock);
	while (!d->stop && !(e = first(d, &d->lanev[lane])))
		(void)pthread_cond_wait(&d->workv[lane], &d->lock);
	(void)pthread_mutex_unlock(&d->lock);

	return e;
}


/**
 * Lay an answer down
 *
 * @param d Desk
 * @param e Errand
 */
void web_desk_done(struct web_desk *d, struct web_errand *e)
{
	(void)pthread_mutex_lock(&d->lock);
	list_append(&d->donel, &e->le, e);
	(void)pthread_mutex_unlock(&d->lock);
	bell_ring(d->web_fd);
}


/**
 * Lay down news
 *
 * @param d    Desk
 * @param type Name, static
 * @param data What is new, taken over
 */
void web_desk_tell(struct web_desk *d, const char *type, json_t *data)
{
	struct web_news *n = mem_zalloc(sizeof(*n), news_destructor);
	bool full;

	if (!n || !data) {
		json_decref(data);
		mem_deref(n);
		return;
	}

	n->type = type;
	n->data = data;
	(void)pthread_mutex_lock(&d->lock);
	full = d->news >= WEB_EVENTS_MAX || d->stop;
	if (!full) {
		list_append(&d->newsl, &n->le, n);
		++d->news;
	}
	(void)pthread_mutex_unlock(&d->lock);

	if (full)
		mem_deref(n);
	else
		bell_ring(d->web_fd);
}


/**
 * Let all threads end
 *
 * @param d Desk
 */
void web_desk_stop(struct web_desk *d)
{
	(void)pthread_mutex_lock(&d->lock);
	d->stop = true;
	for (int i = 0; i < WEB_LANES; i++)
		(void)pthread_cond_signal(&d->workv[i]);
	(void)pthread_mutex_unlock(&d->lock);
	bell_ring(d->web_fd);
}
