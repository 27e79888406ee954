/**
 * @file server.c  All parts of a server: started in order, stopped in reverse
 *
 * What one part is to another stands here and in server_*.c, nowhere else.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "common/log.h"
#include "common/privilege.h"
#include "proxy/admin/http/web.h"
#include "proxy/core/proxy.h"
#include "proxy/server.h"
#include "proxy/server_state.h"
#include "proxy/sip/gate.h"
#include "proxy/sip/tls_store.h"

enum { TXNS_MAX = 100000 };


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


/**
 * Say what failed at the start
 *
 * @param what Part or address
 * @param err  Errorcode
 *
 * @return The errorcode
 */
int server_fail(const char *what, int err)
{
	(void)fprintf(stderr, "viaduct: %s: %s\n", what, strerror(err));

	return err;
}


/**
 * The timers of RFC 3261
 *
 * @param xc  Result
 * @param cfg Configuration
 */
void server_timers(struct txn_conf *xc, const struct config *cfg)
{
	*xc = (struct txn_conf){
		.t1 = cfg->timer.t1,
		.t2 = cfg->timer.t2,
		.t4 = cfg->timer.t4,
		.timer_c = cfg->timer.c,
		.max = TXNS_MAX,
	};
}


static int start_sip(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	struct tls_conf tls;
	struct transport_conf tc;
	struct txn_conf xc;
	int err;

	server_limits(&tc, cfg);
	tc.gate = srv->gate;
	tc.tls = server_tls(&tls, cfg) ? &tls : NULL;
	err = transport_alloc(&srv->tp, srv->timers, srv->log, srv->metrics,
			      &tc, recv_handler, srv);
	if (err)
		return server_fail("transport", err);

	server_timers(&xc, cfg);
	err = txns_alloc(&srv->txns, srv->timers, srv->log, srv->metrics, &xc,
			 request_handler, stray_handler, srv);

	return err ? server_fail("transactions", err) : 0;
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
		.accounts = srv->accounts,
		.auth = srv->auth,
		.loc = srv->loc,
		.registrar = srv->registrar,
		.push = srv->push,
		.reg_event = srv->reg_event,
		.calls = srv->calls,
		.relay = srv->relay,
		.maker = srv->maker,
		.resolver = srv->resolver,
		.redirect = srv->redirect,
		.redirect_server = srv->redirect_server,
		.relay_server = srv->relay_server,
		.desk = srv->desk,
		.reporth = server_report,
		.forgeth = server_forget,
		.goneh = server_gone,
		.report_arg = srv,
		.branch_key = srv->branch_key,
		.route_key = srv->route_key,
		.flow_key = srv->flow_key,
		.nonce_key = srv->nonce_key,
		.trunk_key = srv->trunk_key,
	};
	int err = proxy_alloc(&srv->proxy, &parts);

	return err ? server_fail("proxy", err) : 0;
}


/* who is asked about the rest */
static void stop_admin(struct server *srv)
{
	srv->web = mem_deref(srv->web);
	mem_deref(srv->web_accounts);
	mem_deref(srv->past);
	mem_deref(srv->control);
	mem_deref(srv->registrations);
	mem_deref(srv->status);
	mem_deref(srv->ladder_desk);
	mem_deref(srv->trace_desk);
	mem_deref(srv->series);
	mem_deref(srv->vitals);
}


/* in reverse; transactions go before what they report to */
static void destructor(void *arg)
{
	struct server *srv = arg;

	server_stop_notify(srv);
	server_stop_signals(srv);
	mem_deref(srv->reload);
	calls_stop(srv->calls);
	server_stop_trace(srv);
	transport_close(srv->tp);
	gate_trust(srv->gate, NULL, NULL);
	server_watch_log(srv, false);
	stop_admin(srv);
	mem_deref(srv->proxy);
	mem_deref(srv->desk);
	mem_deref(srv->announce_round);
	mem_deref(srv->announce_former);
	mem_deref(srv->announce);
	mem_deref(srv->redirect_server);
	mem_deref(srv->redirect);
	mem_deref(srv->reg_event);
	mem_deref(srv->keepalive);
	mem_deref(srv->push);
	mem_deref(srv->registrar);
	mem_deref(srv->ledger);
	srv->journal = mem_deref(srv->journal);
	mem_deref(srv->calls);
	mem_deref(srv->flights);
	mem_deref(srv->records);
	mem_deref(srv->resolver);
	mem_deref(srv->relay_server);
	mem_deref(srv->maker);
	mem_deref(srv->relay);
	mem_deref(srv->recorder);
	mem_deref(srv->txns);
	mem_deref(srv->ladder);
	mem_deref(srv->ties);
	mem_deref(srv->hep);
	mem_deref(srv->traces);
	mem_deref(srv->trace_shelf);
	mem_deref(srv->flight_shelf);
	mem_deref(srv->loc);
	mem_deref(srv->auth);
	mem_deref(srv->eviction);
	mem_deref(srv->accounts);
	mem_deref(srv->tp);
	mem_deref(srv->gate);
	mem_deref(srv->store);
	mem_deref(srv->lock);
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

	for (size_t i = 0; i < srv->advice.n; i++)
		log_warn(srv->log, "server.advice",
			 KV_STR("say", advice_at(&srv->advice, i)));
}


/**
 * Start a server
 *
 * What fails is said on stderr.
 *
 * @param sp  Pointer to allocated server
 * @param cfg Configuration, must outlive it; a reload exchanges what it holds
 *
 * @return 0 if success, otherwise errorcode
 */
int server_alloc(struct server **sp, struct config *cfg)
{
	/* listening comes late: what is heard can be served. Who was
	 * registered is reached by the listeners */
	static int (*const stepv[])(struct server *) = {
		server_start_notify,   server_start_signals,
		server_start_ground,   server_start_records,
		server_resume_records, server_start_keys,
		server_start_gate,     start_sip,
		server_start_trace,    server_start_names,
		server_start_media,    server_resume_calls,
		server_start_users,    server_watch_gate,
		server_start_redirect, start_proxy,
		server_start_metrics,  server_start_overload,
		server_start_control,  server_start_reload,
		server_start_http,     server_listen,
		server_load_users,     server_reach_calls,
		server_settle_records,
	};
	struct server *srv;
	int err = 0;

	if (!sp || !cfg)
		return EINVAL;

	srv = mem_zalloc(sizeof(*srv), destructor);
	if (!srv)
		return ENOMEM;

	srv->cfg = cfg;
	srv->hup_fd = -1;
	for (size_t i = 0; !err && i < ARRAY_SIZE(stepv); i++) {
		server_notify_step(srv);
		err = stepv[i](srv);
	}

	if (err) {
		mem_deref(srv);
		return err;
	}

	log_start(srv);
	web_ready(srv->web);
	server_notify_beat(srv);
	*sp = srv;

	return 0;
}


/**
 * Drop the capabilities that only opening needed
 *
 * @param srv Server, started
 *
 * A filter of clsact is removed when the relay goes, which needs one of them
 * once more; what else is in the kernel goes with its descriptors.
 */
void server_drop_privileges(const struct server *srv)
{
	struct relay_plane plane = {.attached = ""};

	(void)relay_plane(srv->relay, &plane);
	privilege_drop(plane.attached && !strcmp(plane.attached, "clsact"));
}


/**
 * Count the accounts
 *
 * @param srv Server
 *
 * @return How many there are
 */
uint32_t server_accounts(const struct server *srv)
{
	return srv ? accounts_count(srv->accounts) : 0;
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
