/**
 * @file server_redirect.c  The parts of a server that ask, tell, and are, a
 * redirect server
 */
#include <string.h>
#include "proxy/redirect/announce.h"
#include "proxy/redirect/announce_round.h"
#include "proxy/server_change.h"

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


static int make_client(struct redirect_client **rcp, const struct server *srv,
		       const struct config *cfg)
{
	struct redirect_client_conf conf;

	if (!cfg->redirect.serverc)
		return 0;

	memset(&conf, 0, sizeof(conf));
	memcpy(conf.serverv, cfg->redirect.serverv, sizeof(conf.serverv));
	conf.serverc = cfg->redirect.serverc;
	conf.deadline_ms = REDIRECT_DEADLINE_MS;
	conf.cache_max_s = cfg->redirect.cache;
	conf.branch_key = srv->branch_key;

	return redirect_client_alloc(rcp, &conf, srv->tp, srv->txns,
				     srv->timers, srv->log, srv->metrics);
}


static int make_announce(struct announce **ap, const struct server *srv,
			 const struct config *cfg)
{
	if (!cfg->redirect.serverc || !cfg->redirect.announce)
		return 0;

	return announce_alloc(ap, cfg, &srv->branch_key, srv->tp, srv->txns,
			      srv->timers, srv->log, srv->metrics);
}


static int make_server(struct redirect_server **rsp, const struct server *srv,
		       const struct config *cfg)
{
	if (!cfg->redirect.serve)
		return 0;

	return redirect_server_alloc(rsp, cfg, &srv->nonce_key, srv->tp,
				     srv->txns, srv->timers, srv->log,
				     srv->metrics);
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
	int err = make_client(&srv->redirect, srv, srv->cfg);

	if (!err)
		err = make_announce(&srv->announce, srv, srv->cfg);
	if (!err)
		err = make_server(&srv->redirect_server, srv, srv->cfg);
	if (!err)
		err = location_listen(srv->loc, location_handler, srv);

	return err ? server_fail("redirect", err) : 0;
}


/**
 * Make ready who asks other redirect servers, and is one
 *
 * @param srv Server
 * @param ch  Change
 *
 * @return 0 if success, otherwise errorcode
 */
int server_prepare_redirect(struct server *srv, struct server_change *ch)
{
	int err;

	if (!server_differs(srv, ch, "redirect"))
		return 0;

	err = make_client(&ch->redirect, srv, ch->next);
	if (!err)
		err = make_announce(&ch->announce, srv, ch->next);
	if (!err && ch->announce)
		err = announce_round_alloc(&ch->round, ch->announce, srv->loc,
					   srv->timers);
	if (!err && !srv->redirect_server)
		err = make_server(&ch->redirect_server, srv, ch->next);

	return err;
}


/* servers that stay hear of the users again, the others that they are gone */
static void take_announce(struct server *srv, struct server_change *ch)
{
	mem_deref(srv->announce_round);
	mem_deref(srv->announce_former);
	announce_leave(srv->announce, ch->announce);
	srv->announce_former = srv->announce;
	srv->announce = ch->announce;
	srv->announce_round = ch->round;
	ch->announce = NULL;
	ch->round = NULL;
	announce_round_begin(srv->announce_round);
}


/**
 * Take them: a query under way is answered by whom it asked
 *
 * @param srv Server
 * @param ch  Change
 */
void server_take_redirect(struct server *srv, struct server_change *ch)
{
	if (config_same(ch->before, ch->next, "redirect"))
		return;

	mem_deref(srv->redirect);
	srv->redirect = srv->proxy->p.redirect = ch->redirect;
	ch->redirect = NULL;
	take_announce(srv, ch);

	/* what it was told stays as long as it is one */
	if (!ch->next->redirect.serve)
		srv->redirect_server = mem_deref(srv->redirect_server);
	else if (ch->redirect_server)
		srv->redirect_server = ch->redirect_server;
	ch->redirect_server = NULL;
	srv->proxy->p.redirect_server = srv->redirect_server;
}
