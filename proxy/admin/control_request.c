/**
 * @file control_request.c  A question to the control, answered now or later
 *
 * A request belongs to who has asked. What works on the answer belongs to the
 * request: whoever goes first, asker, deadline or control, the work ends.
 */
#include <errno.h>
#include <string.h>
#include "common/timer.h"
#include "proxy/admin/control_state.h"

struct control_request {
	struct le le;
	struct timer tmr;
	json_t *answer;
	void *work; /* owned; NULL: none */
	control_answer_h *h;
	void *arg;
};


static void destructor(void *arg)
{
	struct control_request *rq = arg;

	list_unlink(&rq->le);
	timer_cancel(&rq->tmr);
	mem_deref(rq->work);
	json_decref(rq->answer);
}


static int add(struct control *c, const char *name, control_h *h,
	       control_later_h *laterh, void *arg)
{
	for (size_t i = 0; i < c->commandc; i++) {
		if (!strcmp(c->commandv[i].name, name))
			return EEXIST;
	}
	if (c->commandc >= CONTROL_COMMANDS_MAX)
		return ENOSPC;

	c->commandv[c->commandc].name = name;
	c->commandv[c->commandc].h = h;
	c->commandv[c->commandc].laterh = laterh;
	c->commandv[c->commandc++].arg = arg;

	return 0;
}


/**
 * Take part in what the control can answer
 *
 * @param c    Control
 * @param name Name of the command, static
 * @param h    Handler
 * @param arg  Its argument
 *
 * @return 0 if success, EEXIST, ENOSPC
 */
int control_command(struct control *c, const char *name, control_h *h,
		    void *arg)
{
	return c && name && h ? add(c, name, h, NULL, arg) : EINVAL;
}


/**
 * Take part with an answer that may take time
 *
 * @param c    Control
 * @param name Name of the command, static
 * @param h    Handler
 * @param arg  Its argument
 *
 * @return 0 if success, EEXIST, ENOSPC
 */
int control_command_later(struct control *c, const char *name,
			  control_later_h *h, void *arg)
{
	return c && name && h ? add(c, name, NULL, h, arg) : EINVAL;
}


static void set_error(json_t *answer, const char *why)
{
	(void)json_object_set_new(answer, "ok", json_false());
	if (!json_object_get(answer, "error"))
		(void)json_object_set_new(answer, "error", json_string(why));
}


static int dispatch(const struct control *c, struct control_request *rq,
		    const json_t *question)
{
	const char *name = json_string_value(
		json_object_get(question, "command"));

	for (size_t i = 0; name && i < c->commandc; i++) {
		if (strcmp(c->commandv[i].name, name))
			continue;

		return c->commandv[i].laterh
			       ? c->commandv[i].laterh(rq, rq->answer,
						       question,
						       c->commandv[i].arg)
			       : c->commandv[i].h(rq->answer, question,
						  c->commandv[i].arg);
	}

	set_error(rq->answer, name ? "unknown command" : "no command");

	return name ? EOPNOTSUPP : EINVAL;
}


static void timeout_handler(void *arg)
{
	control_request_done(arg, ETIMEDOUT);
}


/**
 * Ask
 *
 * @param rp       Pointer to a question under way, NULL where it is answered
 *                 already; mem_deref() gives it up
 * @param c        Control
 * @param question Question
 * @param h        Hears the answer, once, maybe before this returns
 * @param arg      Its argument
 *
 * @return 0 if it is or will be answered, EBUSY: too many wait, ENOMEM
 */
int control_ask(struct control_request **rp, struct control *c,
		const json_t *question, control_answer_h *h, void *arg)
{
	struct control_request *rq;
	int err;

	if (!rp || !c || !h)
		return EINVAL;
	if (list_count(&c->requestl) >= CONTROL_REQUESTS_MAX)
		return EBUSY;

	rq = mem_zalloc(sizeof(*rq), destructor);
	if (!rq)
		return ENOMEM;

	*rp = NULL;
	rq->h = h;
	rq->arg = arg;
	rq->answer = json_object();
	if (json_is_object(question)) {
		err = dispatch(c, rq, question);
	}
	else {
		set_error(rq->answer, "not a JSON object");
		err = EINVAL;
	}

	if (err == EINPROGRESS) {
		list_append(&c->requestl, &rq->le, rq);
		timer_start(c->timers, &rq->tmr, CONTROL_LATER_MS,
			    timeout_handler, rq);
		*rp = rq;
		return 0;
	}

	control_request_done(rq, err);
	mem_deref(rq);

	return 0;
}


/**
 * Ask what stands in a line
 *
 * @param rp   Pointer to a question under way, as of control_ask()
 * @param c    Control
 * @param line Question, need not be valid
 * @param len  Its length
 * @param h    Hears the answer
 * @param arg  Its argument
 *
 * @return 0 if it is or will be answered, otherwise errorcode
 */
int control_ask_line(struct control_request **rp, struct control *c,
		     const char *line, size_t len, control_answer_h *h,
		     void *arg)
{
	json_t *question = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	const int err = control_ask(rp, c, question, h, arg);

	json_decref(question);

	return err;
}


static void text_handler(int err, json_t *answer, void *arg)
{
	char **text = arg;
	(void)err;

	*text = json_dumps(answer, JSON_COMPACT | JSON_DIGITS);
	json_decref(answer);
}


/**
 * Answer one line at once
 *
 * @param c    Control
 * @param line Question, need not be valid
 * @param len  Its length
 *
 * @return Answer without line end, the caller frees it with free(); NULL: out
 *         of memory, or the answer takes time
 */
char *control_answer(struct control *c, const char *line, size_t len)
{
	struct control_request *rq = NULL;
	char *text = NULL;

	if (!c || !line ||
	    control_ask_line(&rq, c, line, len, text_handler, &text))
		return NULL;

	mem_deref(rq);

	return text;
}


/**
 * What a request is answered with
 *
 * @param rq Request
 *
 * @return Object to fill in
 */
json_t *control_request_answer(const struct control_request *rq)
{
	return rq ? rq->answer : NULL;
}


/**
 * Give a request what works on it
 *
 * @param rq   Request
 * @param work Object of libre's mem, whose reference is taken over
 */
void control_request_work(struct control_request *rq, void *work)
{
	mem_deref(rq->work);
	rq->work = work;
}


/**
 * A request is answered: its work, which may hold parts of the answer, is gone
 * before that is handed over
 *
 * @param rq  Request
 * @param err 0, or why it has failed
 */
void control_request_done(struct control_request *rq, int err)
{
	control_answer_h *h = rq ? rq->h : NULL;
	json_t *answer;

	if (!h)
		return;

	mem_ref(rq);
	rq->h = NULL;
	list_unlink(&rq->le);
	timer_cancel(&rq->tmr);
	if (err)
		set_error(rq->answer, strerror(err));
	else
		(void)json_object_set_new(rq->answer, "ok", json_true());
	rq->work = mem_deref(rq->work);
	answer = rq->answer;
	rq->answer = NULL;
	h(err, answer, rq->arg);
	mem_deref(rq);
}


/**
 * Whoever still waits hears that nothing comes
 *
 * @param c Control
 */
void control_request_flush(struct control *c)
{
	struct le *le;

	while ((le = list_head(&c->requestl)) != NULL)
		control_request_done(le->data, ECANCELED);
}
