/**
 * @file server_users.c  The parts of a server that know users
 */
#include <string.h>
#include "proxy/server_change.h"
#include "proxy/user/account_eviction.h"
#include "proxy/user/keepalive.h"
#include "proxy/user/push.h"

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


static int make_push(struct push **pp, const struct server *srv)
{
	return push_alloc(pp, srv->cfg, srv->loc, srv->timers, srv->log,
			  srv->metrics);
}


static int make_eviction(struct account_eviction **ep,
			 const struct server *srv)
{
	return account_eviction_alloc(ep, srv->accounts, srv->loc, srv->timers,
				      srv->log, srv->metrics);
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
		err = make_push(&srv->push, srv);
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
		err = make_eviction(&srv->eviction, srv);

	return err ? server_fail("registrations", err) : 0;
}


/**
 * Make ready what other users' settings need
 *
 * @param srv Server
 * @param ch  Change
 *
 * @return 0 if success, otherwise errorcode
 */
int server_prepare_users(struct server *srv, struct server_change *ch)
{
	int err = 0;

	if (ch->next->push.url[0] && !srv->push)
		err = make_push(&ch->push, srv);
	if (!err && ch->next->auth && !srv->eviction)
		err = make_eviction(&ch->eviction, srv);

	return err;
}


/**
 * Take users' settings; phones that are registered stay so
 *
 * @param srv Server
 * @param ch  Change
 */
void server_take_users(struct server *srv, struct server_change *ch)
{
	location_limit(srv->loc, ch->next->registrar.contacts_max);

	/* who is being woken is waited for */
	if (ch->push)
		srv->push = srv->proxy->p.push = ch->push;
	ch->push = NULL;
	location_keep_sleepers(srv->loc, ch->next->push.url[0] != '\0');

	if (!ch->next->auth)
		srv->eviction = mem_deref(srv->eviction);
	else if (ch->eviction)
		srv->eviction = ch->eviction;
	ch->eviction = NULL;
}
