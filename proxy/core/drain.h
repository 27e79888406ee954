/**
 * @file drain.h  No new calls, while those that are up go on
 */
#ifndef PROXY_CORE_DRAIN_H
#define PROXY_CORE_DRAIN_H

#include "proxy/core/proxy.h"

void drain_set(struct proxy *px, bool on);
bool drain_is_on(const struct proxy *px);

/* would that begin something, or ask whether it can? Then 503 is the answer.
 * Emergency calls are taken as ever */
bool drain_refuses(const struct proxy *px, const struct message *req);

#endif
