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
};


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


static struct recorder_conf record_conf(const struct config *cfg)
{
	static const uint64_t mb = 1 << 20;

	return (struct recorder_conf){
		.dir = cfg->record.directory,
		.keep_days = cfg->record.keep,
		.bytes = cfg->record.size * mb,
		.calls = cfg->record.calls,
		.call_bytes = cfg->record.call_size * mb,
	};
}


/* where media is relayed by us; it makes no directory until it needs one */
static int start_recorder(struct server *srv)
{
	const struct recorder_conf rc = record_conf(srv->cfg);

	if (srv->cfg->relay.external)
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
	conf->recorder = cfg->record.calls ? srv->recorder : NULL;
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
		err = server_start_relay(srv);
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
	int err = server_prepare_relay(srv, ch);

	if (err || !ch->next->relay.external ||
	    !server_differs(srv, ch, "relay"))
		return err;

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
	const struct recorder_conf rc = record_conf(ch->next);
	struct calls_conf conf;

	server_take_relay(ch);
	if (ch->maker) {
		mem_deref(srv->maker);
		srv->maker = srv->proxy->p.maker = ch->maker;
		ch->maker = NULL;
	}
	/* a path that is too long the file's check has refused */
	if (!config_same(ch->before, ch->next, "record"))
		(void)recorder_reconfigure(srv->recorder, &rc);
	desk_reconfigure(srv->desk, ch->sounds);
	ch->sounds = NULL;
	calls_conf(&conf, srv);
	calls_reconfigure(srv->calls, &conf);
}
