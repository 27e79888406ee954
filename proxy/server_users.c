/**
 * @file server_users.c  The parts of a server that know users
 */
#include <string.h>
#include "proxy/redirect/announce.h"
#include "proxy/server_state.h"
#include "proxy/user/account_eviction.h"
#include "proxy/user/keepalive.h"
#include "proxy/user/push.h"

enum { REDIRECT_DEADLINE_MS = 2000 };


/* the redirect servers learn whom we serve */
static void location_handler(enum location_event ev, struct binding *b,
			     void *arg)
{
	struct server *srv = arg;
	struct pl aor;

	pl_set_str(&aor, b->aor);
	if (ev == LOCATION_FIRST)
		announce_user(srv->announce, &aor, true);
	else if (ev == LOCATION_LAST)
		announce_user(srv->announce, &aor, false);
}


/* a phone that comes from somewhere else now takes its calls along */
static void move_handler(enum location_event ev, struct binding *b, void *arg)
{
	const struct server *srv = arg;

	if ((ev == LOCATION_ADDED || ev == LOCATION_REFRESHED) &&
	    sa_isset(&b->before, SA_ALL) && b->flow)
		calls_moved(srv->calls, &b->before, b->flow);
}


static int start_registrar(struct server *srv)
{
	const struct registrar_parts parts = {
		.cfg = srv->cfg,
		.auth = srv->auth,
		.accounts = srv->accounts,
		.loc = srv->loc,
		.ledger = srv->ledger,
		.tp = srv->tp,
		.txns = srv->txns,
		.timers = srv->timers,
		.log = srv->log,
		.metrics = srv->metrics,
	};

	return registrar_alloc(&srv->registrar, &parts);
}


static int start_reg_event(struct server *srv)
{
	const struct reg_event_parts parts = {
		.cfg = srv->cfg,
		.auth = srv->auth,
		.loc = srv->loc,
		.tp = srv->tp,
		.txns = srv->txns,
		.timers = srv->timers,
		.log = srv->log,
		.metrics = srv->metrics,
		.branch_key = srv->branch_key,
	};

	return reg_event_alloc(&srv->reg_event, &parts);
}


/**
 * Start authentication, location, registrar and keepalive
 *
 * @param srv Server with its transactions
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_users(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	int err;

	err = accounts_alloc(&srv->accounts, srv->store, srv->log,
			     srv->metrics);
	if (err)
		return server_fail("accounts", err);

	err = auth_alloc(&srv->auth, srv->accounts, &srv->nonce_key,
			 srv->timers, srv->log, srv->metrics);
	if (!err)
		err = location_alloc(&srv->loc, srv->timers,
				     cfg->registrar.contacts_max);
	if (!err)
		err = ledger_alloc(&srv->ledger, srv->store, srv->loc,
				   srv->timers, srv->log, srv->metrics);
	if (!err)
		err = location_listen(srv->loc, move_handler, srv);
	if (!err)
		err = location_listen(srv->loc, server_registration, srv);
	if (!err)
		err = start_registrar(srv);
	if (!err && cfg->push.url[0])
		err = push_alloc(&srv->push, cfg, srv->loc, srv->timers,
				 srv->log, srv->metrics);
	if (!err)
		err = keepalive_alloc(&srv->keepalive, cfg, &srv->branch_key,
				      srv->loc, srv->tp, srv->txns,
				      srv->timers, srv->log, srv->metrics);
	if (!err)
		err = start_reg_event(srv);

	return err ? server_fail("registrar", err) : 0;
}


/**
 * Fill the location with what was there before; the listeners are open
 *
 * @param srv Server with its listeners
 *
 * @return 0 if success, otherwise errorcode
 */
int server_load_users(struct server *srv)
{
	int err = ledger_load(srv->ledger, srv->tp);

	/* without authentication whoever registers is a user */
	if (!err && srv->cfg->auth)
		err = account_eviction_alloc(&srv->eviction, srv->accounts,
					     srv->loc, srv->timers, srv->log,
					     srv->metrics);

	return err ? server_fail("registrations", err) : 0;
}


static int start_redirect_client(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	struct redirect_client_conf conf;
	int err;

	memset(&conf, 0, sizeof(conf));
	memcpy(conf.serverv, cfg->redirect.serverv, sizeof(conf.serverv));
	conf.serverc = cfg->redirect.serverc;
	conf.deadline_ms = REDIRECT_DEADLINE_MS;
	conf.cache_max_s = cfg->redirect.cache;
	conf.branch_key = srv->branch_key;

	err = redirect_client_alloc(&srv->redirect, &conf, srv->tp, srv->txns,
				    srv->timers, srv->log, srv->metrics);
	if (err || !cfg->redirect.announce)
		return err;

	err = announce_alloc(&srv->announce, cfg, &srv->branch_key, srv->tp,
			     srv->txns, srv->timers, srv->log, srv->metrics);
	if (!err)
		location_listen(srv->loc, location_handler, srv);

	return err;
}


/**
 * Start redirect client, announcer and redirect server, as far as they are
 * configured
 *
 * @param srv Server with its users
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_redirect(struct server *srv)
{
	int err = 0;

	if (srv->cfg->redirect.serverc)
		err = start_redirect_client(srv);
	if (!err && srv->cfg->redirect.serve)
		err = redirect_server_alloc(&srv->redirect_server, srv->cfg,
					    &srv->nonce_key, srv->tp,
					    srv->txns, srv->timers, srv->log,
					    srv->metrics);

	return err ? server_fail("redirect", err) : 0;
}
