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
struct log;
struct timers;

enum {
	CONTROL_LINE_MAX = 16384, /* of a question */
	CONTROL_ANSWER_MAX = 4 << 20,
	CONTROL_CLIENTS_MAX = 16,
	CONTROL_COMMANDS_MAX = 64,
	CONTROL_IDLE_MS = 30000,
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

/* the answer to one line; NULL: out of memory. The caller frees it (free) */
char *control_answer(const struct control *c, const char *line, size_t len);

#endif
