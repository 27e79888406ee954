/**
 * @file server_names.c  The part of a server that finds servers by name
 */
#include <string.h>
#include "proxy/server_change.h"
#include "proxy/sip/resolve.h"

enum {
	CACHE_MAX = 10000,
	PENDING_MAX = 1000,
	TTL_MAX_S = 3600,
};


static void set_conf(struct resolver_conf *rc, const struct config *cfg)
{
	memset(rc, 0, sizeof(*rc));
	rc->serverc = cfg->dns.serverc;
	for (size_t i = 0; i < rc->serverc && i < ARRAY_SIZE(rc->serverv); i++)
		rc->serverv[i] = cfg->dns.serverv[i];
	rc->deadline_ms = cfg->dns.timeout;
	rc->negative_s = cfg->dns.negative;
	rc->stale_s = cfg->dns.stale;
	rc->rest_ms = cfg->dns.rest * 1000;
	rc->ttl_max_s = TTL_MAX_S;
	rc->cache_max = CACHE_MAX;
	rc->pending_max = PENDING_MAX;
	rc->hosts = "/etc/hosts";
}


/**
 * Start the resolver
 *
 * @param srv Server with its ground
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_names(struct server *srv)
{
	struct resolver_conf rc;
	int err;

	set_conf(&rc, srv->cfg);
	err = resolver_alloc(&srv->resolver, &rc, srv->timers, srv->log,
			     srv->metrics);

	return err ? server_fail("dns", err) : 0;
}


/**
 * Make other servers of names ready
 *
 * @param srv Server
 * @param ch  Change
 *
 * @return 0 if success, otherwise errorcode
 */
int server_prepare_names(struct server *srv, struct server_change *ch)
{
	struct resolver_conf rc;

	if (!server_differs(srv, ch, "dns"))
		return 0;

	set_conf(&rc, ch->next);

	return resolver_change_alloc(&ch->names, srv->resolver, &rc);
}


/**
 * Ask other servers of names
 *
 * @param srv Server
 * @param ch  Change
 */
void server_take_names(struct server *srv, struct server_change *ch)
{
	(void)srv;
	resolver_change_take(ch->names);
	ch->names = NULL;
}
