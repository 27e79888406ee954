/**
 * @file web_slow.c  The thread that may wait for a disk
 */
#include <errno.h>
#include <string.h>
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
		e->err = s->fileh(&e->fd, e->answer, e->question, s->arg);
	else
		e->err = s->h(e->answer, e->question, s->arg);
}


/**
 * Answer what may take time, until the desk says stop
 *
 * @param arg Server
 *
 * @return NULL
 */
void *web_slow_main(void *arg)
{
	struct web *w = arg;
	struct web_errand *e;

	while ((e = web_desk_wait(&w->desk)) != NULL) {
		answer(w, e, e->route->command);
		web_desk_done(&w->desk, e);
	}

	return NULL;
}
