/**
 * @file server_names.c  The part of a server that finds servers by name
 */
#include <string.h>
#include "proxy/server_state.h"
#include "proxy/sip/resolve.h"

enum {
	CACHE_MAX = 10000,
	PENDING_MAX = 1000,
	TTL_MAX_S = 3600,
};


/**
 * Start the resolver
 *
 * @param srv Server with its ground
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_names(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	struct resolver_conf rc;
	int err;

	memset(&rc, 0, sizeof(rc));
	rc.serverc = cfg->dns.serverc;
	for (size_t i = 0; i < rc.serverc && i < ARRAY_SIZE(rc.serverv); i++)
		rc.serverv[i] = cfg->dns.serverv[i];
	rc.deadline_ms = cfg->dns.timeout;
	rc.negative_s = cfg->dns.negative;
	rc.stale_s = cfg->dns.stale;
	rc.rest_ms = cfg->dns.rest * 1000;
	rc.ttl_max_s = TTL_MAX_S;
	rc.cache_max = CACHE_MAX;
	rc.pending_max = PENDING_MAX;
	rc.hosts = "/etc/hosts";

	err = resolver_alloc(&srv->resolver, &rc, srv->timers, srv->log,
			     srv->metrics);

	return err ? server_fail("dns", err) : 0;
}
