/**
 * @file waking.h  A request waits for phones that sleep (RFC 8599)
 */
#ifndef PROXY_CORE_WAKING_H
#define PROXY_CORE_WAKING_H

#include "proxy/core/forwarding.h"

/* is it asleep, and worth waking for this request? */
bool waking_wanted(const struct forwarding *fw, const struct binding *b);

/* wakes those of that user who sleep; how many the request waits for now.
 * Each that comes is a target then; the context hears of it */
size_t waking_begin(struct forwarding *fw, const struct pl *aor);

/* does it wait for somebody? */
bool waking_pending(const struct forwarding *fw);

/* nobody is waited for any more; the context does not hear of it */
void waking_stop(struct forwarding *fw);

#endif
