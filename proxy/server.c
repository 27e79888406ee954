/**
 * @file server.c  All parts of a server: started in order, stopped in reverse
 *
 * What one part is to another stands here and nowhere else.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/store.h"
#include "proxy/core/proxy.h"
#include "proxy/media/relay_client.h"
#include "proxy/media/relay_local.h"
#include "proxy/redirect/announce.h"
#include "proxy/server.h"
#include "proxy/user/keepalive.h"
#include "relay/relay.h"

enum {
	LOG_BURST = 50, /* lines a second for each kind */
	TXNS_MAX = 100000,
	CALLS_MAX = 20000,
	CALL_ANSWERED_MS = 24 * 3600 * 1000,
	TCP_CONNECT_MS = 5000,
	REDIRECT_DEADLINE_MS = 2000,
	RELAY_DEADLINE_MS = 2000,
	RELAY_REST_MS = 10000,
};

/** Everything that runs, in the order of its start */
struct server {
	const struct config *cfg; /* not owned */
	struct timers *timers;
	struct log *log;
	struct metrics *metrics;
	struct store *store;
	struct transport *tp;
	struct txns *txns;
	struct relay *relay;
	struct resource_maker *maker;
	struct relay_server *relay_server;
	struct calls *calls;
	struct auth *auth;
	struct location *loc;
	struct registrar *registrar;
	struct keepalive *keepalive;
	struct redirect_client *redirect;
	struct redirect_server *redirect_server;
	struct announce *announce;
	struct proxy *proxy;
	struct hash_key branch_key, route_key, nonce_key;
	struct sa boundv[CONFIG_LISTEN_MAX];
};


static void recv_handler(struct message *msg, void *arg)
{
	struct server *srv = arg;

	txns_input(srv->txns, msg);
}


static void request_handler(struct message *req, void *arg)
{
	struct server *srv = arg;

	proxy_request(srv->proxy, req);
}


static void stray_handler(struct message *resp, void *arg)
{
	struct server *srv = arg;

	proxy_stray(srv->proxy, resp);
}


static int fail(const char *what, int err)
{
	(void)fprintf(stderr, "viaduct: %s: %s\n", what, strerror(err));

	return err;
}


static int start_ground(struct server *srv)
{
	enum log_level level = LEVEL_INFO;
	char why[256] = "";
	struct pl pl;
	int err;

	pl_set_str(&pl, srv->cfg->log_level);
	(void)log_level_decode(&level, &pl);

	err = timers_alloc(&srv->timers);
	err |= metrics_alloc(&srv->metrics);
	if (err)
		return fail("start", ENOMEM);

	err = log_alloc(&srv->log, STDERR_FILENO, level, LOG_BURST,
			srv->timers);
	if (err)
		return fail("log", err);

	log_take_libre(srv->log);
	err = store_open(&srv->store, srv->cfg->data, why, sizeof(why));
	if (err)
		(void)fprintf(stderr, "viaduct: %s: %s\n", srv->cfg->data,
			      why[0] ? why : strerror(err));

	return err;
}


static int start_keys(struct server *srv)
{
	uint8_t secret[HASH_SECRET_SIZE];
	int err;

	err = store_secret(srv->store, secret);
	if (err)
		return fail("secret", err);

	hash_key_derive(&srv->branch_key, secret, sizeof(secret), "branch");
	hash_key_derive(&srv->route_key, secret, sizeof(secret), "route");
	hash_key_derive(&srv->nonce_key, secret, sizeof(secret), "nonce");
	explicit_bzero(secret, sizeof(secret));

	return 0;
}


static int listen_all(struct server *srv)
{
	for (size_t i = 0; i < srv->cfg->listenc; i++) {
		const struct config_addr *a = &srv->cfg->listenv[i];
		const bool tcp = a->proto == CONFIG_TCP;
		struct sa *bound = &srv->boundv[i];
		char what[80];
		int err;

		err = transport_listen(srv->tp, tcp ? FLOW_TCP : FLOW_UDP,
				       &a->sa, bound);
		if (err) {
			(void)re_snprintf(what, sizeof(what), "listen %s:%J",
					  tcp ? "tcp" : "udp", &a->sa);
			return fail(what, err);
		}

		log_info(srv->log, "server.listen",
			 KV_STR("proto", tcp ? "tcp" : "udp"),
			 KV_SA("address", bound));
	}

	return 0;
}


static int start_sip(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	const struct transport_conf tc = {
		.tcp_per_source = cfg->tcp.per_source,
		.tcp_total = cfg->tcp.total,
		.tcp_message_ms = cfg->tcp.message_timeout * 1000,
		.tcp_idle_ms = cfg->tcp.idle_timeout * 1000,
		.tcp_connect_ms = TCP_CONNECT_MS,
	};
	const struct txn_conf xc = {
		.t1 = cfg->timer.t1,
		.t2 = cfg->timer.t2,
		.t4 = cfg->timer.t4,
		.timer_c = cfg->timer.c,
		.max = TXNS_MAX,
	};
	int err;

	err = transport_alloc(&srv->tp, srv->timers, srv->log, srv->metrics,
			      &tc, recv_handler, srv);
	if (err)
		return fail("transport", err);

	err = txns_alloc(&srv->txns, srv->timers, srv->log, srv->metrics, &xc,
			 request_handler, stray_handler, srv);

	return err ? fail("transactions", err) : 0;
}


static int start_relay(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	struct relay_conf rc;
	int err;

	memset(&rc, 0, sizeof(rc));
	rc.addrc = cfg->relay.addrc;
	for (size_t i = 0; i < rc.addrc && i < RELAY_ADDR_MAX; i++)
		rc.addrv[i] = cfg->relay.addrv[i];
	rc.port_min = cfg->relay.port_min;
	rc.port_max = cfg->relay.port_max;
	rc.quarantine_ms = cfg->relay.quarantine * 1000;
	rc.timeout_ms = cfg->relay.timeout * 1000;
	rc.hold_timeout_ms = cfg->relay.hold_timeout * 1000;
	rc.latch_packets = cfg->relay.latch_packets;
	rc.allow_local = cfg->relay.allow_local;

	err = relay_alloc(&srv->relay, &rc, srv->timers, srv->log,
			  srv->metrics);

	return err ? fail("relay", err) : 0;
}


static int start_maker(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	struct relay_client_conf cc;

	if (!cfg->relay.external)
		return relay_local_alloc(&srv->maker, srv->relay);

	memset(&cc, 0, sizeof(cc));
	memcpy(cc.serverv, cfg->relay.serverv, sizeof(cc.serverv));
	cc.serverc = cfg->relay.serverc;
	cc.deadline_ms = RELAY_DEADLINE_MS;
	cc.rest_ms = RELAY_REST_MS;
	cc.lease_s = cfg->relay.lease;
	cc.branch_key = srv->branch_key;

	return relay_client_alloc(&srv->maker, &cc, srv->tp, srv->txns,
				  srv->timers, srv->log, srv->metrics);
}


static int start_media(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	struct calls_conf conf;
	int err = 0;

	if (!cfg->relay.external || cfg->relay.serve)
		err = start_relay(srv);
	if (!err)
		err = start_maker(srv);
	if (!err && cfg->relay.serve)
		err = relay_server_alloc(
			&srv->relay_server, srv->relay, srv->tp, srv->txns,
			srv->timers, srv->log, srv->metrics, cfg->relay.lease);
	if (err)
		return fail("relay", err);

	memset(&conf, 0, sizeof(conf));
	conf.maker = srv->maker;
	conf.ringing_ms = cfg->timer.c + 64 * cfg->timer.t1 + 10000;
	conf.answered_ms = CALL_ANSWERED_MS;
	conf.max = CALLS_MAX;

	err = calls_alloc(&srv->calls, &conf, srv->timers, srv->log,
			  srv->metrics);

	return err ? fail("calls", err) : 0;
}


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


static int start_users(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	int err;

	err = auth_alloc(&srv->auth, srv->store, &srv->nonce_key, srv->timers,
			 srv->log, srv->metrics);
	if (!err)
		err = location_alloc(&srv->loc, srv->timers,
				     cfg->registrar.contacts_max);
	if (!err)
		err = registrar_alloc(&srv->registrar, cfg, srv->auth,
				      srv->loc, srv->tp, srv->txns,
				      srv->timers, srv->log, srv->metrics);
	if (!err)
		err = keepalive_alloc(&srv->keepalive, cfg, &srv->branch_key,
				      srv->loc, srv->tp, srv->txns,
				      srv->timers, srv->log, srv->metrics);

	return err ? fail("registrar", err) : 0;
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


static int start_redirect(struct server *srv)
{
	int err = 0;

	if (srv->cfg->redirect.serverc)
		err = start_redirect_client(srv);
	if (!err && srv->cfg->redirect.serve)
		err = redirect_server_alloc(&srv->redirect_server, srv->cfg,
					    &srv->nonce_key, srv->tp,
					    srv->txns, srv->timers, srv->log,
					    srv->metrics);

	return err ? fail("redirect", err) : 0;
}


static int start_proxy(struct server *srv)
{
	struct proxy_parts parts = {
		.cfg = srv->cfg,
		.timers = srv->timers,
		.log = srv->log,
		.metrics = srv->metrics,
		.tp = srv->tp,
		.txns = srv->txns,
		.store = srv->store,
		.auth = srv->auth,
		.loc = srv->loc,
		.registrar = srv->registrar,
		.calls = srv->calls,
		.redirect = srv->redirect,
		.redirect_server = srv->redirect_server,
		.relay_server = srv->relay_server,
		.branch_key = srv->branch_key,
		.route_key = srv->route_key,
	};
	int err = proxy_alloc(&srv->proxy, &parts);

	return err ? fail("proxy", err) : 0;
}


/* in reverse; transactions go before what they report to */
static void destructor(void *arg)
{
	struct server *srv = arg;

	transport_close(srv->tp);
	mem_deref(srv->proxy);
	mem_deref(srv->announce);
	mem_deref(srv->redirect_server);
	mem_deref(srv->redirect);
	mem_deref(srv->keepalive);
	mem_deref(srv->registrar);
	mem_deref(srv->calls);
	mem_deref(srv->relay_server);
	mem_deref(srv->maker);
	mem_deref(srv->relay);
	mem_deref(srv->txns);
	mem_deref(srv->loc);
	mem_deref(srv->auth);
	mem_deref(srv->tp);
	mem_deref(srv->store);
	log_take_libre(NULL);
	mem_deref(srv->log);
	mem_deref(srv->metrics);
	mem_deref(srv->timers);
}


static void log_start(const struct server *srv)
{
	const struct config *cfg = srv->cfg;

	log_info(
		srv->log, "server.start", KV_STR("version", VIADUCT_VERSION),
		KV_STR("domain", cfg->domainc ? cfg->domainv[0] : "-"),
		KV_STR("data", cfg->data),
		KV_STR("relay", cfg->relay.external ? "external" : "internal"),
		KV_UINT("port_min", cfg->relay.port_min),
		KV_UINT("port_max", cfg->relay.port_max));

	if (!cfg->auth)
		log_warn(srv->log, "server.open",
			 KV_STR("why", "auth = no: whoever reaches this "
				       "server may register and call"));
}


/**
 * Start a server
 *
 * What fails is said on stderr.
 *
 * @param sp  Pointer to allocated server
 * @param cfg Configuration, must outlive it
 *
 * @return 0 if success, otherwise errorcode
 */
int server_alloc(struct server **sp, const struct config *cfg)
{
	/* listening comes last: what is heard can be served */
	static int (*const stepv[])(struct server *) = {
		start_ground, start_keys,     start_sip,   start_media,
		start_users,  start_redirect, start_proxy, listen_all,
	};
	struct server *srv;
	int err = 0;

	if (!sp || !cfg)
		return EINVAL;

	srv = mem_zalloc(sizeof(*srv), destructor);
	if (!srv)
		return ENOMEM;

	srv->cfg = cfg;
	for (size_t i = 0; !err && i < ARRAY_SIZE(stepv); i++)
		err = stepv[i](srv);

	if (err) {
		mem_deref(srv);
		return err;
	}

	log_start(srv);
	*sp = srv;

	return 0;
}


static void log_counter(const char *name, uint64_t value, void *arg)
{
	if (value)
		log_info(arg, "server.counter", KV_STR("name", name),
			 KV_UINT("value", value));
}


/**
 * Write all counters to the log
 *
 * @param srv Server
 */
void server_log_counters(const struct server *srv)
{
	if (srv)
		metrics_apply(srv->metrics, log_counter, srv->log);
}


/**
 * The address that a listener is bound to
 *
 * @param srv   Server
 * @param n     Number of the listener, in the order of the configuration
 * @param bound Its address
 *
 * @return 0 if success, ENOENT behind the last one
 */
int server_bound(const struct server *srv, size_t n, struct sa *bound)
{
	if (!srv || !bound)
		return EINVAL;

	if (n >= srv->cfg->listenc)
		return ENOENT;

	sa_cpy(bound, &srv->boundv[n]);

	return 0;
}
