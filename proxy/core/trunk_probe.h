/**
 * @file trunk_probe.h  Does that trunk answer? OPTIONS, now and then
 */
#ifndef PROXY_CORE_TRUNK_PROBE_H
#define PROXY_CORE_TRUNK_PROBE_H

#include "proxy/core/trunk.h"

enum { TRUNK_PROBE_MISSES = 2 }; /* in a row: it is down */

/* begins a moment later; sets t->down */
int trunk_probe_alloc(struct trunk_probe **pp, struct trunk *t);

#endif
