/**
 * @file context.h  What is made of several attempts (RFC 3261 section 16.7)
 */
#ifndef PROXY_CORE_CONTEXT_H
#define PROXY_CORE_CONTEXT_H

#include "proxy/core/attempt.h"

/* tries what is to be tried now, and answers where nothing is left */
void context_step(struct forwarding *fw);

/* an attempt has failed, see its scode */
void context_failed(struct attempt *at);

/* an attempt was accepted: the others are not needed any more */
void context_accepted(struct attempt *at);

/* all that ring now, and those that wait, may ring for so long together, then
 * those that a hook of forwarding.h knows are tried. In ms */
void context_ring_limit(struct forwarding *fw, uint32_t ms);

/* nothing more is tried, what is under way is called back */
void context_cancel(struct forwarding *fw, const char *extra);

#endif
