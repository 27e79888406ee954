/**
 * @file resolve_hosts.h  The hosts file (hosts(5)), read once
 *
 * A name that stands there is not asked of the DNS at all.
 */
#ifndef PROXY_SIP_RESOLVE_HOSTS_H
#define PROXY_SIP_RESOLVE_HOSTS_H

#include "proxy/sip/resolve_rules.h"

struct resolve_hosts;

/* the errno of opening it */
int resolve_hosts_read(struct resolve_hosts **hp, const char *path);

bool resolve_hosts_has(const struct resolve_hosts *h, const char *name);

/* type A or AAAA; NULL if there is none */
const struct resolve_set *resolve_hosts_get(const struct resolve_hosts *h,
					    enum resolve_type type,
					    const char *name);

#endif
