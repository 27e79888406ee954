/**
 * @file replay.h  Which nonce-counts were used: a bounded memory
 *
 * Only requests that authenticated leave a trace here.
 */
#ifndef PROXY_USER_REPLAY_H
#define PROXY_USER_REPLAY_H

#include <re.h>

struct replay;

enum { REPLAY_MAX = 8192, REPLAY_WINDOW = 64 };

int replay_alloc(struct replay **rp, uint32_t max);

/* EALREADY: this count was used with this nonce, or is older than the window;
 * otherwise it is used now */
int replay_use(struct replay *r, const struct pl *nonce, uint32_t nc);

#endif
