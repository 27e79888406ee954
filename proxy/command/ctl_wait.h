/**
 * @file ctl_wait.h  Waits for the calls of a server that takes no new ones
 */
#ifndef PROXY_COMMAND_CTL_WAIT_H
#define PROXY_COMMAND_CTL_WAIT_H

#include "common/json.h"

/* says what has changed, a line of text or JSON each. stopping: it was told to
 * end. 0: no call is up any
 * more, or the server that was to end has; 1: calls are taken again, or it
 * has gone unasked */
int ctl_wait(const char *path, bool stopping, bool json);

/** What an answer means to who waits */
enum ctl_wait_sign { CTL_WAIT_ON, CTL_WAIT_DONE, CTL_WAIT_FAILED };

/* pure: of the next answer (NULL: none came) after one that said whether the
 * server was to end */
enum ctl_wait_sign ctl_wait_read(const json_t *answer, bool *stopping);

#endif
