/**
 * @file ctl_link.h  The way from a command to the server that runs
 */
#ifndef PROXY_COMMAND_CTL_LINK_H
#define PROXY_COMMAND_CTL_LINK_H

#include "common/json.h"

enum {
	CTL_LINK_WAIT_S = 20, /* longer than any answer takes */
	CTL_LINK_WHY_SIZE = 256,
};

struct ctl_link {
	const char *path;            /* of the control socket */
	int stop;                    /* is read when it is to stop; -1: no */
	int wait_ms;                 /* for an answer; 0: CTL_LINK_WAIT_S */
	char why[CTL_LINK_WHY_SIZE]; /* a sentence, on failure */
};

/* one answer, which the caller gives up; EINTR: it is to stop */
int ctl_link_try(struct ctl_link *l, json_t **answerp, const json_t *question);

/* the same with all pages of a long table, whose member is rows; question is
 * changed */
int ctl_link_try_all(struct ctl_link *l, json_t **answerp, json_t *question,
		     const char *rows);

/* the same; NULL: what is wrong was said on stderr, unless quiet */
json_t *ctl_link_ask(const char *path, const json_t *question, bool quiet);

json_t *ctl_link_ask_all(const char *path, json_t *question, const char *rows);

#endif
