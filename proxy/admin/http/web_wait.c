/**
 * @file web_wait.c  Requests that wait for their answers
 */
#include "common/clock.h"
#include "proxy/admin/http/web_connection.h"
#include "proxy/admin/http/web_refusal.h"
#include "proxy/admin/http/web_route.h"
#include "proxy/admin/http/web_state.h"
#include "proxy/admin/http/web_wait.h"


/**
 * Suspend a request until its answer is there, or its time is over
 *
 * @param rq       Request
 * @param question What is asked, taken over
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_wait_begin(struct web_request *rq, json_t *question)
{
	const unsigned ms = rq->route->lane == WEB_EXPORT ? WEB_EXPORT_MS
							  : WEB_ANSWER_MS;
	struct web_errand *e = NULL;
	int err;

	err = web_errand_alloc(&e, rq->route, question);
	if (err) {
		json_decref(question);
		return web_refuse(rq, 503, NULL);
	}

	e->request = rq;
	err = web_desk_put(&rq->web->desk, e);
	if (err) {
		mem_deref(e);
		return web_refuse(rq, 503, "too many requests wait");
	}

	rq->errand = e;
	rq->until = clock_us() / 1000 + ms;
	list_append(&rq->web->waitl, &rq->le, rq);
	web_connection_allow(rq->mc, 0);
	MHD_suspend_connection(rq->mc);

	return MHD_YES;
}


static void resume(struct web_request *rq)
{
	list_unlink(&rq->le);
	MHD_resume_connection(rq->mc);
}


/**
 * An answer has come
 *
 * @param e Errand, taken over
 */
void web_wait_answered(struct web_errand *e)
{
	struct web_request *rq = e->request;

	if (!rq) {
		mem_deref(e);
		return;
	}

	rq->answered = true;
	resume(rq);
}


static void give_up(struct web_request *rq)
{
	web_desk_give_up(&rq->web->desk, rq->errand);
	rq->errand = NULL;
	rq->late = true;
	resume(rq);
}


/**
 * End the waiting of those whose time is over
 *
 * @param w Server
 *
 * @return Milliseconds until the library is to run for them, -1: none waits
 */
int web_wait_check(struct web *w)
{
	const uint64_t now = clock_us() / 1000;
	struct le *le = w->waitl.head;
	uint64_t ms = UINT64_MAX;

	while (le) {
		struct web_request *rq = le->data;
		const uint64_t left = rq->until > now ? rq->until - now : 0;

		le = le->next;
		ms = left < ms ? left : ms;
		if (!left)
			give_up(rq);
	}

	return ms == UINT64_MAX ? -1 : (int)ms;
}


/**
 * Let nobody wait any longer
 *
 * @param w Server
 */
void web_wait_flush(struct web *w)
{
	struct le *le;

	while ((le = list_head(&w->waitl)) != NULL)
		give_up(le->data);
}
