/**
 * @file diversion.h  Call forwarding: where else a user's calls go
 *
 * Hears from a forwarding that its callee is nowhere, busy or silent, and
 * gives it other targets. Bounded by what the request has gone through before
 * and here.
 */
#ifndef PROXY_CORE_DIVERSION_H
#define PROXY_CORE_DIVERSION_H

#include "proxy/core/forwarding.h"

struct diversion;

extern const struct forwarding_hooks diversion_hooks;

/* the Diversion lines that a request goes on with, "" for none */
const char *diversion_lines(const struct forwarding *fw);

#endif
