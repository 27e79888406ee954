/**
 * @file web_slow.c  The threads that may wait for a disk
 */
#include <errno.h>
#include <string.h>
#include "common/thread.h"
#include "proxy/admin/http/web_route.h"
#include "proxy/admin/http/web_state.h"


static const struct web_slow *find(const struct web *w, const char *name)
{
	for (size_t i = 0; i < w->slowc; i++) {
		if (!strcmp(w->slowv[i].name, name))
			return &w->slowv[i];
	}

	return NULL;
}


static void answer(const struct web *w, struct web_errand *e,
		   const char *command)
{
	const struct web_slow *s = find(w, command);

	e->answer = json_object();
	if (!s)
		e->err = EOPNOTSUPP;
	else if (!e->answer)
		e->err = ENOMEM;
	else if (s->fileh)
		e->err = s->fileh(&e->fd, e->answer, e->question, &e->given_up,
				  s->arg);
	else
		e->err = s->h(e->answer, e->question, s->arg);
}


static void *thread_main(void *arg)
{
	const struct web_worker *worker = arg;
	struct web *w = worker->web;
	struct web_errand *e;

	while ((e = web_desk_wait(&w->desk, worker->lane)) != NULL) {
		answer(w, e, e->route->command);
		web_desk_done(&w->desk, e);
	}

	return NULL;
}


/**
 * Answer what may take time, a thread for each lane
 *
 * @param w Server
 *
 * @return 0 if success, otherwise errorcode
 */
int web_slow_start(struct web *w)
{
	int err = 0;

	for (int i = 0; i < WEB_LANES && !err; i++) {
		struct web_worker *worker = &w->workerv[i];

		worker->web = w;
		worker->lane = (enum web_lane)i;
		err = thread_start(&worker->thread, "http-slow", thread_main,
				   worker);
		worker->works = !err;
	}

	return err;
}


/**
 * Wait for the end of those threads
 *
 * @param w Server whose desk says stop
 */
void web_slow_join(struct web *w)
{
	for (int i = 0; i < WEB_LANES; i++) {
		if (w->workerv[i].works)
			(void)pthread_join(w->workerv[i].thread, NULL);
		w->workerv[i].works = false;
	}
}
