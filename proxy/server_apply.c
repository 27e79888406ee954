/**
 * @file server_apply.c  Another configuration comes into force
 *
 * First all that can fail, which changes nothing that anybody sees; then what
 * cannot. All parts point to one configuration, which stays where it is:
 * what it holds is exchanged. Between two turns of the loop, so that no
 * message sees half of it.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/admin/http/web_account.h"
#include "proxy/core/peer.h"
#include "proxy/core/peer_login.h"
#include "proxy/core/trunk.h"
#include "proxy/server_change.h"
#include "proxy/sip/tls_store.h"
#include "proxy/sip/transport.h"


static int prepare_tls(struct server *srv, struct server_change *ch)
{
	struct tls_conf tls;

	return server_tls(&tls, ch->next)
		       ? transport_tls_prepare(&ch->store, srv->tp, &tls)
		       : 0;
}


static void take_tls(struct server *srv, struct server_change *ch)
{
	struct tls_conf tls;

	if (server_tls(&tls, ch->next))
		transport_tls_take(srv->tp, &tls, ch->store);
	else
		mem_deref(ch->store);
	ch->store = NULL;
}


static int prepare_peers(struct server *srv, struct server_change *ch)
{
	int err = peers_alloc(&ch->peers, ch->next);

	return err ? err
		   : trunk_change_alloc(&ch->trunks, srv->proxy->trunks,
					ch->next);
}


static void take_peers(struct server *srv, struct server_change *ch)
{
	peers_swap(srv->proxy->peers, ch->peers);
	peer_login_refresh(srv->proxy->peer_login);
	trunk_change_take(ch->trunks);
	ch->trunks = NULL;
}


static void take_timers(struct server *srv, struct server_change *ch)
{
	struct txn_conf xc;

	server_timers(&xc, ch->next);
	txns_reconfigure(srv->txns, &xc);
}


static void take_limits(struct server *srv, struct server_change *ch)
{
	struct transport_conf tc;

	server_limits(&tc, ch->next);
	transport_limit(srv->tp, &tc);
	server_use_gate(srv);
	server_use_overload(srv);
}


static void take_accounts(struct server *srv, struct server_change *ch)
{
	(void)web_accounts_reload(srv->web_accounts, ch->next);
}


/* what an operator has set by hand stays until the file says otherwise */
static void take_level(struct server *srv, struct server_change *ch)
{
	enum log_level level;
	struct pl pl;

	pl_set_str(&pl, ch->next->log_level);
	if (strcmp(ch->before->log_level, ch->next->log_level) != 0 &&
	    !log_level_decode(&level, &pl))
		log_set_level(srv->log, level);
}


/* in their order; each may have one function only */
static const struct {
	const char *name; /* stands in front of an error */
	int (*prepare)(struct server *srv, struct server_change *ch);
	void (*take)(struct server *srv, struct server_change *ch);
} partv[] = {
	{"certificates", prepare_tls, take_tls},
	{"peers", prepare_peers, take_peers},
	{"timer", NULL, take_timers},
	{"dns", server_prepare_names, server_take_names},
	{"hep", server_prepare_trace, server_take_trace},
	{"push", server_prepare_users, server_take_users},
	{"redirect", server_prepare_redirect, server_take_redirect},
	{"relay", server_prepare_media, server_take_media},
	{"cdr", NULL, server_take_records},
	{"http", server_prepare_http, server_take_http},
	{"limit", NULL, take_limits},
	{"accounts", NULL, take_accounts},
	{"log", NULL, take_level},
	/* last: a listener that was opened has been seen */
	{"listen", server_prepare_listeners, server_take_listeners},
};


/**
 * Does a section say something else than what is in force?
 *
 * @param srv     Server
 * @param ch      Change that is being prepared
 * @param section Name of a section without title
 *
 * @return True if so
 */
bool server_differs(const struct server *srv, const struct server_change *ch,
		    const char *section)
{
	return !config_same(srv->cfg, ch->next, section);
}


static int prepare(struct server *srv, struct server_change *ch)
{
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(partv) && !err; i++) {
		const size_t end = ch->why->end;

		if (partv[i].prepare)
			err = partv[i].prepare(srv, ch);
		if (err && ch->why->end == end)
			(void)mbuf_printf(ch->why, "%s: %m", partv[i].name,
					  err);
	}

	return err;
}


static void commit(struct server *srv, struct config *next,
		   struct server_change *ch)
{
	config_swap(srv->cfg, next);
	ch->next = srv->cfg;
	ch->before = next;
	for (size_t i = 0; i < ARRAY_SIZE(partv); i++) {
		if (partv[i].take)
			partv[i].take(srv, ch);
	}
}


/* what nobody has taken */
static void drop(struct server_change *ch)
{
	void *const v[] = {
		ch->store, ch->trunks,   ch->peers,           ch->names,
		ch->hep,   ch->push,     ch->eviction,        ch->redirect,
		ch->round, ch->announce, ch->redirect_server, ch->maker,
		ch->relay, ch->sounds,
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		mem_deref(v[i]);
}


/**
 * Bring another configuration into force; calls go on
 *
 * @param srv    Server
 * @param next   Configuration, of config_merge(); afterwards it holds what was
 *               in force before
 * @param sounds Its announcements' sounds, given away; NULL: nobody speaks
 * @param why    Buffer for a sentence
 *
 * @return 0 if success, otherwise errorcode: all is as it was
 */
int server_apply(struct server *srv, struct config *next,
		 struct repertoire *sounds, struct mbuf *why)
{
	struct server_change ch;
	int err;

	memset(&ch, 0, sizeof(ch));
	ch.next = next;
	ch.sounds = sounds;
	ch.why = why;
	err = prepare(srv, &ch);
	if (!err)
		commit(srv, next, &ch);
	drop(&ch);
	explicit_bzero(ch.token, sizeof(ch.token));

	return err;
}
