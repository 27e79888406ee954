/**
 * @file web.h  The administration over HTTP
 *
 * A thread of its own serves; what it asks the main loop crosses a desk, a
 * few questions a turn, so that nothing here delays a packet or a message.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_H
#define PROXY_ADMIN_HTTP_WEB_H

#include <stdatomic.h>
#include <stdbool.h>
#include "proxy/admin/control.h"
#include "common/json.h"
#include "proxy/admin/http/web_token.h"

struct metrics;
struct sa;
struct web;

enum {
	WEB_CONNECTIONS_MAX = 64,
	WEB_CONNECTIONS_SOURCE_MAX = 16,
	WEB_STREAMS_MAX = 16,
	WEB_COMMANDS_MAX = 16,
	WEB_ANSWER_MS = 5000, /* then it is a 503 */
	WEB_EXPORT_MS = 60000,
};

struct web_conf {
	struct sa addr;
	const char *token;       /* "": that of token_file */
	const char *token_file;  /* "": that of data */
	const char *certificate; /* ""; no TLS */
	const char *key;         /* "": in the same file */
	const char *data;        /* directory */
	/* are calls taken? Asked on the loop; NULL: yes */
	bool (*readyh)(char *why, size_t size, void *arg);
	void *ready_arg;
	struct control *control; /* NULL: nothing is answered but 503 */
	struct timers *timers;
	uint32_t head_ms; /* for a request's header, its body; 0: 10 s */
	struct log *log;
	struct metrics *metrics;
};

/* takes the port, does not serve yet. why: the part that failed */
int web_alloc(struct web **wp, const struct web_conf *conf, const char **why);

/* what a thread answers that may wait for a disk, instead of the loop: one
 * for each lane (web_route.h), so that those of one lane never meet */
int web_command(struct web *w, const char *name, control_h *h, void *arg);

/* the same, with a file that is sent; *fd is taken over. gone: nobody waits
 * for it any longer */
typedef int(web_file_h)(int *fd, json_t *answer, const json_t *question,
			const atomic_bool *gone, void *arg);
int web_file_command(struct web *w, const char *name, web_file_h *h,
		     void *arg);

int web_start(struct web *w);

/* from now on /ready asks; before, it says 503 */
void web_ready(struct web *w);

/* does anybody listen to events? Else they need not be made */
bool web_listened(const struct web *w);
/* type: static; data is taken over */
void web_event(struct web *w, const char *type, json_t *data);

const struct sa *web_bound(const struct web *w);
const char *web_token(const struct web *w);

/* the token of a conf, which may be another one now; and that it counts */
int web_find_token(char token[WEB_TOKEN_SIZE], const struct web_conf *conf);
void web_set_token(struct web *w, const char *token);

#endif
