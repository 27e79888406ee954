/**
 * @file control.h  The control socket: questions to a running server
 *
 * A UNIX stream socket for its own user and root. One JSON object a line each
 * way: {"command":"route","number":"110"}, answered by {"ok":true,...} or
 * {"ok":false,"error":"..."}. Several at once, all of them bounded.
 */
#ifndef PROXY_ADMIN_CONTROL_H
#define PROXY_ADMIN_CONTROL_H

#include "common/json.h"

struct control;
struct control_request;
struct log;
struct timers;

enum {
	CONTROL_LINE_MAX = 16384, /* of a question */
	CONTROL_ANSWER_MAX = 4 << 20,
	CONTROL_CLIENTS_MAX = 16,
	CONTROL_COMMANDS_MAX = 64,
	CONTROL_IDLE_MS = 30000,
	CONTROL_REQUESTS_MAX = 64, /* that wait for their answers */
	CONTROL_LATER_MS = 15000,  /* no answer takes longer */
};

/* puts what is to be said into answer (an object). EINVAL: the question is
 * wrong; ENOENT and others: it failed; "error" in answer may say more */
typedef int(control_h)(json_t *answer, const json_t *question, void *arg);

/* EADDRINUSE: a server answers there already; EEXIST: it is no socket */
int control_alloc(struct control **cp, const char *path, struct timers *timers,
		  struct log *log);

/* name is not copied; ENOSPC */
int control_command(struct control *c, const char *name, control_h *h,
		    void *arg);

/* the same, where the answer may take time: EINPROGRESS says so, then
 * control_request_done() ends it; not before the handler has returned */
typedef int(control_later_h)(struct control_request *rq, json_t *answer,
			     const json_t *question, void *arg);
int control_command_later(struct control *c, const char *name,
			  control_later_h *h, void *arg);

json_t *control_request_answer(const struct control_request *rq);

/* what works on it, a reference taken over; it is gone with the request */
void control_request_work(struct control_request *rq, void *work);
void control_request_done(struct control_request *rq, int err);

/* asks. The handler hears the answer ("ok", "error" in it) once, maybe before
 * this returns: then *rp is NULL. mem_deref(*rp) gives a question up. EBUSY:
 * too many wait. The answer is handed over: nobody else has a reference to it
 * or to a part of it, so that it may go to another thread */
typedef void(control_answer_h)(int err, json_t *answer, void *arg);
int control_ask(struct control_request **rp, struct control *c,
		const json_t *question, control_answer_h *h, void *arg);

/* the answer to one line; NULL: out of memory, or it takes time. The caller
 * frees it (free) */
char *control_answer(struct control *c, const char *line, size_t len);

#endif
