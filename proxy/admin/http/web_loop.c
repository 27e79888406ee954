/**
 * @file web_loop.c  The main loop's side: a few questions a turn
 */
#include <errno.h>
#include "common/bell.h"
#include "common/clock.h"
#include "proxy/admin/http/web_route.h"
#include "proxy/admin/http/web_state.h"

enum {
	TURN_QUESTIONS = 8,
	TURN_US = 1000, /* no question is begun after that */
	STATS_MS = 2000,
	WHY_SIZE = 128,
};

/** A question that the control works at */
struct web_asked {
	struct le le;
	struct web_errand *errand;   /* owned */
	struct control_request *req; /* NULL: it is answered */
	struct web *web;             /* not owned */
};


static void asked_destructor(void *arg)
{
	struct web_asked *a = arg;

	list_unlink(&a->le);
	mem_deref(a->req);
	mem_deref(a->errand);
}


/* the answer is the desk's from now on, with the errand */
static void done(struct web *w, struct web_errand *e, int err, json_t *answer)
{
	e->err = err;
	e->answer = answer;
	web_desk_done(&w->desk, e);
}


static void answer_handler(int err, json_t *answer, void *arg)
{
	struct web_asked *a = arg;

	done(a->web, a->errand, err, answer);
	a->errand = NULL;
	if (a->req)
		mem_deref(a);
}


static void ask(struct web *w, struct web_errand *e)
{
	struct web_asked *a = mem_zalloc(sizeof(*a), asked_destructor);
	struct control_request *req = NULL;
	int err;

	if (!a || !w->control) {
		done(w, e, a ? EAGAIN : ENOMEM, NULL);
		mem_deref(a);
		return;
	}

	a->web = w;
	a->errand = e;
	list_append(&w->askedl, &a->le, a);
	err = control_ask(&req, w->control, e->question, answer_handler, a);
	if (err && a->errand)
		answer_handler(err, NULL, a);
	if (a->errand)
		a->req = req;
	else
		mem_deref(a);
}


static void answer_ready(struct web *w, struct web_errand *e)
{
	char why[WHY_SIZE] = "";

	if (!w->readyh || w->readyh(why, sizeof(why), w->ready_arg)) {
		done(w, e, 0, NULL);
		return;
	}

	done(w, e, EAGAIN, json_pack("{s:s}", "error", why));
}


static void bell_handler(int flags, void *arg)
{
	const uint64_t until = clock_us() + TURN_US;
	struct web *w = arg;
	bool more = true;
	(void)flags;

	bell_hush(w->desk.loop_fd);
	for (int i = 0; more && i < TURN_QUESTIONS; i++) {
		struct web_errand *e = web_desk_next(&w->desk, &more);

		if (e && e->route->place == WEB_READY)
			answer_ready(w, e);
		else if (e)
			ask(w, e);
		if (clock_us() >= until)
			break;
	}

	/* the others had their turn before it is ours again */
	if (more)
		bell_ring(w->desk.loop_fd);
}


static void stats_answer(int err, json_t *answer, void *arg)
{
	struct web *w = arg;

	w->stats = mem_deref(w->stats);
	if (err)
		json_decref(answer);
	else
		web_event(w, "stats", answer);
}


static void stats_handler(void *arg)
{
	struct web *w = arg;
	json_t *question;

	timer_start(w->timers, &w->tmr, STATS_MS, stats_handler, w);
	if (!web_listened(w) || w->stats || !w->control)
		return;

	question = json_pack("{s:s}", "command", "status");
	(void)control_ask(&w->stats, w->control, question, stats_answer, w);
	json_decref(question);
}


/**
 * Answer what the threads ask
 *
 * @param w Server
 *
 * @return 0 if success, otherwise errorcode
 */
int web_loop_start(struct web *w)
{
	timer_start(w->timers, &w->tmr, STATS_MS, stats_handler, w);

	return fd_listen(w->desk.loop_fd, FD_READ, bell_handler, w);
}


/**
 * Answer no more; what is asked is given up
 *
 * @param w Server
 */
void web_loop_stop(struct web *w)
{
	timer_cancel(&w->tmr);
	if (w->desk.loop_fd >= 0)
		fd_close(w->desk.loop_fd);
	w->stats = mem_deref(w->stats);
	list_flush(&w->askedl);
}
