/**
 * @file server_media.c  The parts of a server that know media
 */
#include <string.h>
#include "proxy/media/relay_client.h"
#include "proxy/media/relay_local.h"
#include "proxy/server_change.h"
#include "proxy/voice/desk.h"
#include "relay/record/recorder.h"
#include "relay/relay.h"

enum {
	CALLS_MAX = 20000,
	CALL_ANSWERED_MS = 24 * 3600 * 1000,
	RELAY_DEADLINE_MS = 2000,
	RELAY_REST_MS = 10000,
	RELAY_MUTE_MS = 5000,
};


static void close_port(struct relay_conf *rc, uint16_t port)
{
	for (size_t i = 0; i < rc->closedc; i++) {
		if (rc->closedv[i] == port)
			return;
	}

	if (port && rc->closedc < RELAY_CLOSED_MAX)
		rc->closedv[rc->closedc++] = port;
}


/* where SIP is listened to by us and by those who trust our address */
static void close_ports(struct relay_conf *rc, const struct config *cfg)
{
	close_port(rc, 5060);
	close_port(rc, 5061);

	for (size_t i = 0; i < cfg->listenc; i++) {
		close_port(rc, sa_port(&cfg->listenv[i].sa));
		close_port(rc, sa_port(&cfg->listenv[i].advertise));
	}
	for (size_t i = 0; i < cfg->relay.serverc; i++)
		close_port(rc, sa_port(&cfg->relay.serverv[i].sa));
	for (size_t i = 0; i < cfg->redirect.serverc; i++)
		close_port(rc, sa_port(&cfg->redirect.serverv[i].sa));

	for (size_t i = 0; i < cfg->peerc; i++) {
		for (size_t k = 0; k < cfg->peerv[i].addrc; k++)
			close_port(rc, sa_port(&cfg->peerv[i].addrv[k]));
	}
}


static int start_relay(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	struct relay_conf rc;
	int err;

	memset(&rc, 0, sizeof(rc));
	rc.addrc = cfg->relay.addrc;
	for (size_t i = 0; i < rc.addrc && i < RELAY_ADDR_MAX; i++) {
		rc.addrv[i] = cfg->relay.addrv[i];
		rc.advertisev[i] = cfg->relay.advertisev[i];
		(void)str_ncpy(rc.zonev[i], cfg->relay.zonev[i],
			       sizeof(rc.zonev[i]));
	}
	for (; rc.netc < cfg->relay.netc; rc.netc++) {
		const struct config_net *net = &cfg->relay.netv[rc.netc];

		rc.netv[rc.netc].net = net->net;
		(void)str_ncpy(rc.netv[rc.netc].zone, net->zone,
			       sizeof(rc.netv[rc.netc].zone));
	}
	rc.port_min = cfg->relay.port_min;
	rc.port_max = cfg->relay.port_max;
	rc.quarantine_ms = cfg->relay.quarantine * 1000;
	rc.timeout_ms = cfg->relay.timeout * 1000;
	rc.hold_timeout_ms = cfg->relay.hold_timeout * 1000;
	rc.oneway_timeout_ms = cfg->relay.one_side_timeout * 1000;
	rc.mute_ms = RELAY_MUTE_MS;
	rc.latch_packets = cfg->relay.latch_packets;
	rc.workers = cfg->relay.workers;
	rc.dscp = (uint8_t)cfg->relay.dscp;
	rc.rung = (enum relay_rung)cfg->relay.rung;
	rc.attach = (enum relay_attach)cfg->relay.attach;
	rc.coalesce_us = cfg->relay.coalesce;
	rc.allow_local = cfg->relay.allow_local;
	rc.header_bytes = (size_t)cfg->trace.headers << 20;
	close_ports(&rc, cfg);

	err = relay_alloc(&srv->relay, &rc, srv->timers, srv->log,
			  srv->metrics);

	return err ? server_fail("relay", err) : 0;
}


static int make_maker(struct resource_maker **mp, const struct server *srv,
		      const struct config *cfg)
{
	struct relay_client_conf cc;

	if (!cfg->relay.external)
		return relay_local_alloc(mp, srv->relay);

	memset(&cc, 0, sizeof(cc));
	memcpy(cc.serverv, cfg->relay.serverv, sizeof(cc.serverv));
	cc.serverc = cfg->relay.serverc;
	cc.deadline_ms = RELAY_DEADLINE_MS;
	cc.rest_ms = RELAY_REST_MS;
	cc.lease_s = cfg->relay.lease;
	cc.branch_key = srv->branch_key;

	return relay_client_alloc(mp, &cc, srv->tp, srv->txns, srv->timers,
				  srv->log, srv->metrics);
}


/* where media is relayed by us; it makes no directory until it needs one */
static int start_recorder(struct server *srv)
{
	static const uint64_t mb = 1 << 20;
	const struct config *cfg = srv->cfg;
	const struct recorder_conf rc = {
		.dir = cfg->record.directory,
		.keep_days = cfg->record.keep,
		.bytes = cfg->record.size * mb,
		.calls = cfg->record.calls,
		.call_bytes = cfg->record.call_size * mb,
	};

	if (cfg->relay.external || !cfg->record.calls)
		return 0;

	return recorder_alloc(&srv->recorder, &rc, srv->log, srv->metrics);
}


/* without ports of our own nobody can speak with us */
static int start_desk(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	const struct desk_parts parts = {
		.cfg = cfg,
		.timers = srv->timers,
		.log = srv->log,
		.metrics = srv->metrics,
		.tp = srv->tp,
		.txns = srv->txns,
		.relay = srv->relay,
		.branch_key = srv->branch_key,
	};

	if (!srv->relay)
		return 0;

	return desk_alloc(&srv->desk, &parts);
}


static void calls_conf(struct calls_conf *conf, struct server *srv)
{
	const struct config *cfg = srv->cfg;

	memset(conf, 0, sizeof(*conf));
	conf->maker = srv->maker;
	conf->recorder = srv->recorder;
	conf->ringing_ms = cfg->timer.c + 64 * cfg->timer.t1 + 10000;
	conf->answered_ms = CALL_ANSWERED_MS;
	if (cfg->limit.call_length)
		conf->answered_ms = cfg->limit.call_length * 1000;
	server_call_handlers(&conf->handlers, srv);
	conf->max = CALLS_MAX;
	conf->ice = !cfg->relay.external && cfg->relay.ice == CONFIG_ICE_LITE;
}


/**
 * Start relay, relay server, desk and calls, as far as they are configured
 *
 * @param srv Server with its transactions
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_media(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	struct calls_conf conf;
	int err = 0;

	if (!cfg->relay.external || cfg->relay.serve)
		err = start_relay(srv);
	if (!err)
		err = make_maker(&srv->maker, srv, cfg);
	if (!err && cfg->relay.serve)
		err = relay_server_alloc(
			&srv->relay_server, srv->relay, srv->tp, srv->txns,
			srv->timers, srv->log, srv->metrics, cfg->relay.lease);
	if (err)
		return server_fail("relay", err);

	err = start_recorder(srv);
	if (err)
		return server_fail("recorder", err);

	err = start_desk(srv);
	if (err)
		return server_fail("sounds", err);

	calls_conf(&conf, srv);
	err = calls_alloc(&srv->calls, &conf, srv->timers, srv->log,
			  srv->metrics);

	return err ? server_fail("calls", err) : 0;
}


/**
 * Make ready what other media settings need
 *
 * @param srv Server
 * @param ch  Change
 *
 * @return 0 if success, otherwise errorcode
 */
int server_prepare_media(struct server *srv, struct server_change *ch)
{
	if (!ch->next->relay.external || !server_differs(srv, ch, "relay"))
		return 0;

	return make_maker(&ch->maker, srv, ch->next);
}


/**
 * Take media settings: calls that have begun go on with theirs
 *
 * @param srv Server
 * @param ch  Change
 */
void server_take_media(struct server *srv, struct server_change *ch)
{
	struct calls_conf conf;

	if (ch->maker) {
		mem_deref(srv->maker);
		srv->maker = srv->proxy->p.maker = ch->maker;
		ch->maker = NULL;
	}
	calls_conf(&conf, srv);
	calls_reconfigure(srv->calls, &conf);
}
