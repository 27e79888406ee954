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
#include "proxy/server_state.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/resolve.h"
#include "proxy/sip/tls_store.h"
#include "proxy/sip/transport.h"

/* longer than Timer C may be by default: all that rings has ended */
enum { LEAVE_MS = 200 * 1000 };

/** What was made ready */
struct plan {
	struct tls_store *store; /* NULL: it need not change */
	struct peers *peers;
	struct trunk_change *trunks;
	struct sa boundv[CONFIG_LISTEN_MAX];
	bool openedv[CONFIG_LISTEN_MAX]; /* by us */
};


static enum flow_proto proto_of(const struct config_addr *a)
{
	return (enum flow_proto)a->proto;
}


/* the same listener in another configuration; its count: there is none */
static size_t find(const struct config *cfg, const struct config_addr *la)
{
	size_t i;

	for (i = 0; i < cfg->listenc; i++) {
		if (cfg->listenv[i].proto == la->proto &&
		    sa_cmp(&cfg->listenv[i].sa, &la->sa, SA_ALL))
			break;
	}

	return i;
}


static int open_listener(struct server *srv, const struct config_addr *la,
			 struct plan *p, size_t i, struct mbuf *why)
{
	int err;

	err = transport_listen(srv->tp, proto_of(la), &la->sa, &p->boundv[i]);
	if (err)
		(void)mbuf_printf(why, "listen %s:%J: %m",
				  flow_proto_param(proto_of(la)), &la->sa,
				  err);
	else
		p->openedv[i] = true;

	return err;
}


static int open_listeners(struct server *srv, const struct config *next,
			  struct plan *p, struct mbuf *why)
{
	int err = 0;

	for (size_t i = 0; !err && i < next->listenc; i++) {
		const struct config_addr *la = &next->listenv[i];
		const size_t old = find(srv->cfg, la);

		if (old < srv->cfg->listenc)
			p->boundv[i] = srv->boundv[old];
		else
			err = open_listener(srv, la, p, i, why);
	}

	return err;
}


/* nobody has been heard there yet */
static void close_listeners(struct server *srv, const struct config *next,
			    const struct plan *p)
{
	for (size_t i = 0; i < next->listenc; i++) {
		if (p->openedv[i])
			(void)transport_unlisten(srv->tp,
						 proto_of(&next->listenv[i]),
						 &p->boundv[i], 0);
	}
}


static int prepare(struct server *srv, const struct config *next,
		   struct plan *p, struct mbuf *why)
{
	struct tls_conf tls;
	int err = 0;

	if (server_tls(&tls, next)) {
		err = transport_tls_prepare(&p->store, srv->tp, &tls);
		if (err) {
			(void)mbuf_printf(why, "certificates: %m", err);
			return err;
		}
	}

	err = peers_alloc(&p->peers, next);
	if (!err)
		err = trunk_change_alloc(&p->trunks, srv->proxy->trunks, next);
	if (err) {
		(void)mbuf_printf(why, "peers: %m", err);
		return err;
	}

	return open_listeners(srv, next, p, why);
}


static void leave_listeners(struct server *srv, const struct config *next)
{
	const struct config *cfg = srv->cfg;

	for (size_t i = 0; i < cfg->listenc; i++) {
		const struct config_addr *la = &cfg->listenv[i];

		if (find(next, la) < next->listenc)
			continue;

		(void)transport_unlisten(srv->tp, proto_of(la),
					 &srv->boundv[i], LEAVE_MS);
		log_info(srv->log, "server.unlisten",
			 KV_STR("proto", flow_proto_param(proto_of(la))),
			 KV_SA("address", &srv->boundv[i]),
			 KV_UINT("closed_after_ms", LEAVE_MS));
	}
}


static void show_listeners(struct server *srv, const struct plan *p)
{
	const struct config *cfg = srv->cfg;

	memcpy(srv->boundv, p->boundv, sizeof(srv->boundv));
	for (size_t i = 0; i < cfg->listenc; i++) {
		const struct config_addr *la = &cfg->listenv[i];
		const struct sa *bound = &srv->boundv[i];

		(void)transport_advertise(srv->tp, proto_of(la), bound,
					  sa_isset(&la->advertise, SA_ADDR)
						  ? &la->advertise
						  : bound);
		resolver_can_send(srv->resolver, proto_of(la), sa_af(bound));
		if (p->openedv[i])
			server_log_listener(srv, la, bound);
	}
}


static void use_peers(struct server *srv, struct plan *p)
{
	peers_swap(srv->proxy->peers, p->peers);
	peer_login_refresh(srv->proxy->peer_login);
	trunk_change_take(p->trunks);
	p->trunks = NULL;
}


static void use_tls(struct server *srv, struct plan *p)
{
	struct tls_conf tls;

	if (server_tls(&tls, srv->cfg))
		transport_tls_take(srv->tp, &tls, p->store);
	else
		mem_deref(p->store);
	p->store = NULL;
}


static void use_limits(struct server *srv)
{
	struct transport_conf tc;

	server_limits(&tc, srv->cfg);
	transport_limit(srv->tp, &tc);
	server_use_gate(srv);
}


/* what an operator has set by hand stays until the file says otherwise */
static void use_level(struct server *srv, const struct config *old)
{
	enum log_level level;
	struct pl pl;

	pl_set_str(&pl, srv->cfg->log_level);
	if (strcmp(old->log_level, srv->cfg->log_level) != 0 &&
	    !log_level_decode(&level, &pl))
		log_set_level(srv->log, level);
}


static void commit(struct server *srv, struct config *next, struct plan *p)
{
	leave_listeners(srv, next);
	config_swap(srv->cfg, next);
	show_listeners(srv, p);
	use_peers(srv, p);
	use_tls(srv, p);
	use_limits(srv);
	(void)web_accounts_reload(srv->web_accounts, srv->cfg);
	use_level(srv, next);
}


/**
 * Bring another configuration into force; calls go on
 *
 * @param srv  Server
 * @param next Configuration, of config_merge(); afterwards it holds what was
 *             in force before
 * @param why  Buffer for a sentence
 *
 * @return 0 if success, otherwise errorcode: all is as it was
 */
int server_apply(struct server *srv, struct config *next, struct mbuf *why)
{
	struct plan p;
	int err;

	memset(&p, 0, sizeof(p));
	err = prepare(srv, next, &p, why);
	if (err)
		close_listeners(srv, next, &p);
	else
		commit(srv, next, &p);

	mem_deref(p.store);
	mem_deref(p.trunks);
	mem_deref(p.peers);

	return err;
}
