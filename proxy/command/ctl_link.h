/**
 * @file ctl_link.h  The way from a command to the server that runs
 */
#ifndef PROXY_COMMAND_CTL_LINK_H
#define PROXY_COMMAND_CTL_LINK_H

#include "common/json.h"

enum { CTL_LINK_WAIT_S = 20 }; /* longer than any answer takes */

/* one answer, of the server that answers at that path; NULL: what is wrong
 * was said on stderr, unless quiet. The caller gives it up */
json_t *ctl_link_ask(const char *path, const json_t *question, bool quiet);

/* the same with all pages of a long table, whose member is rows; question is
 * changed */
json_t *ctl_link_ask_all(const char *path, json_t *question, const char *rows);

#endif
