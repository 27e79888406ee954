/**
 * @file proxy.h  The proxy: what becomes of each request
 */
#ifndef PROXY_CORE_PROXY_H
#define PROXY_CORE_PROXY_H

#include "proxy/core/served.h"

int proxy_alloc(struct proxy **pp, const struct proxy_parts *parts);

/* what the transaction layer hands up */
void proxy_request(struct proxy *px, struct message *req);
void proxy_stray(struct proxy *px, struct message *resp);

#endif
