/**
 * @file server_relay.c  The relay of a server, as its configuration has it
 */
#include <string.h>
#include "proxy/server_change.h"
#include "relay/relay.h"

enum { MUTE_MS = 5000, PACKETS_OF_A_CALL = 100 };


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


static void set_addresses(struct relay_conf *rc, const struct config *cfg)
{
	rc->addrc = cfg->relay.addrc;
	for (size_t i = 0; i < rc->addrc && i < RELAY_ADDR_MAX; i++) {
		rc->addrv[i] = cfg->relay.addrv[i];
		rc->advertisev[i] = cfg->relay.advertisev[i];
		(void)str_ncpy(rc->zonev[i], cfg->relay.zonev[i],
			       sizeof(rc->zonev[i]));
	}
	for (; rc->netc < cfg->relay.netc; rc->netc++) {
		const struct config_net *net = &cfg->relay.netv[rc->netc];

		rc->netv[rc->netc].net = net->net;
		(void)str_ncpy(rc->netv[rc->netc].zone, net->zone,
			       sizeof(rc->netv[rc->netc].zone));
	}
}


static void set_conf(struct relay_conf *rc, const struct config *cfg)
{
	memset(rc, 0, sizeof(*rc));
	set_addresses(rc, cfg);
	rc->port_min = cfg->relay.port_min;
	rc->port_max = cfg->relay.port_max;
	rc->quarantine_ms = cfg->relay.quarantine * 1000;
	rc->timeout_ms = cfg->relay.timeout * 1000;
	rc->hold_timeout_ms = cfg->relay.hold_timeout * 1000;
	rc->oneway_timeout_ms = cfg->relay.one_side_timeout * 1000;
	rc->mute_ms = MUTE_MS;
	rc->latch_packets = cfg->relay.latch_packets;
	rc->workers = cfg->relay.workers;
	rc->dscp = (uint8_t)cfg->relay.dscp;
	rc->rung = (enum relay_rung)cfg->relay.rung;
	rc->attach = (enum relay_attach)cfg->relay.attach;
	if (cfg->relay.packets)
		rc->sessions = 1 +
			       (cfg->relay.packets - 1) / PACKETS_OF_A_CALL;
	rc->coalesce_us = cfg->relay.coalesce;
	rc->allow_local = cfg->relay.allow_local;
	rc->header_bytes = (size_t)cfg->trace.headers << 20;
	close_ports(rc, cfg);
}


/**
 * Start the relay
 *
 * @param srv Server
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_relay(struct server *srv)
{
	struct relay_conf rc;
	int err;

	set_conf(&rc, srv->cfg);
	err = relay_alloc(&srv->relay, &rc, srv->timers, srv->log,
			  srv->metrics);

	return err ? server_fail("relay", err) : 0;
}


/**
 * Make other settings of the relay ready
 *
 * @param srv Server
 * @param ch  Change
 *
 * @return 0 if success, otherwise errorcode
 */
int server_prepare_relay(struct server *srv, struct server_change *ch)
{
	const char *why = NULL;
	struct relay_conf rc;
	int err;

	/* closed ports are those of listeners and peers */
	if (!srv->relay)
		return 0;

	set_conf(&rc, ch->next);
	err = relay_change_alloc(&ch->relay, srv->relay, &rc, &why);
	if (err && why)
		(void)mbuf_printf(ch->why, "relay ports %u-%u: %s",
				  rc.port_min, rc.port_max, why);

	return err;
}


/**
 * Take them: calls keep the ports that they have
 *
 * @param ch Change
 */
void server_take_relay(struct server_change *ch)
{
	relay_change_take(ch->relay);
	ch->relay = NULL;
}
