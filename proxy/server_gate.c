/**
 * @file server_gate.c  Who is heard: what the other parts know of sources
 */
#include <string.h>
#include "common/addr.h"
#include "proxy/core/trunk.h"
#include "proxy/server_state.h"
#include "proxy/sip/gate.h"

/* a phone whose registration has run out is not a stranger at once */
enum { KNOWN_S = 7200 };


static bool is_server(const struct config_addr *v, size_t n,
		      const struct sa *sa)
{
	for (size_t i = 0; i < n; i++) {
		if (addr_same_host(&v[i].sa, sa))
			return true;
	}

	return false;
}


/* peers, and the servers that we ask */
static bool trust_handler(const struct sa *sa, void *arg)
{
	const struct server *srv = arg;
	const struct config *cfg = srv->cfg;

	return is_server(cfg->relay.serverv, cfg->relay.serverc, sa) ||
	       is_server(cfg->redirect.serverv, cfg->redirect.serverc, sa) ||
	       (srv->proxy && (peers_find(srv->proxy->peers, sa) ||
			       trunks_are_at(srv->proxy->trunks, sa)));
}


static void location_handler(enum location_event ev, struct binding *b,
			     void *arg)
{
	struct server *srv = arg;

	if (ev == LOCATION_ADDED || ev == LOCATION_REFRESHED)
		gate_know(srv->gate, &b->source, b->expires_at);
}


static void set_conf(struct gate_conf *gc, const struct config *cfg)
{
	const uint32_t longest = cfg->registrar.expires_max;

	memset(gc, 0, sizeof(*gc));
	gc->requests = cfg->limit.requests;
	gc->strangers = cfg->limit.strangers;
	gc->failures = cfg->limit.failures;
	gc->ban_s = cfg->limit.ban;
	gc->ban_max_s = cfg->limit.ban_max;
	gc->known_s = longest > KNOWN_S ? longest : (uint32_t)KNOWN_S;
	for (; gc->scannerc < cfg->limit.scannerc; gc->scannerc++)
		(void)str_ncpy(gc->scannerv[gc->scannerc],
			       cfg->limit.scannerv[gc->scannerc],
			       sizeof(gc->scannerv[0]));
}


/**
 * Start the gate, before anything can be heard
 *
 * @param srv Server with its timers
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_gate(struct server *srv)
{
	struct gate_conf gc;
	int err;

	set_conf(&gc, srv->cfg);
	err = gate_alloc(&srv->gate, srv->timers, srv->log, srv->metrics, &gc);
	if (err)
		return server_fail("gate", err);

	gate_trust(srv->gate, trust_handler, srv);

	return 0;
}


/**
 * Set the limits of the configuration in force
 *
 * @param srv Server with its gate
 */
void server_use_gate(struct server *srv)
{
	struct gate_conf gc;

	set_conf(&gc, srv->cfg);
	gate_reconfigure(srv->gate, &gc);
}


/**
 * Let the gate hear where phones are registered
 *
 * @param srv Server with its location
 *
 * @return 0 if success, otherwise errorcode
 */
int server_watch_gate(struct server *srv)
{
	int err = location_listen(srv->loc, location_handler, srv);

	return err ? server_fail("gate", err) : 0;
}
