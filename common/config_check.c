/**
 * @file config_check.c  What must fit together
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "common/addr.h"
#include "common/config_draft.h"


static bool listens(const struct config *conf, enum config_proto proto,
		    const struct sa *sa)
{
	for (size_t i = 0; i < conf->listenc; i++) {
		if (conf->listenv[i].proto == proto &&
		    sa_cmp(&conf->listenv[i].sa, sa, SA_ALL))
			return true;
	}

	return false;
}


/* RFC 3261 section 18.2.1: what is too large for a datagram comes by TCP, to
 * the same port */
static void check_pairs_of_listeners(struct config_draft *d)
{
	const struct config *conf = d->conf;

	for (size_t i = 0; i < conf->listenc; i++) {
		const struct config_addr *la = &conf->listenv[i];
		char addr[64];

		if (la->proto != CONFIG_UDP ||
		    listens(conf, CONFIG_TCP, &la->sa))
			continue;

		(void)re_snprintf(addr, sizeof(addr), "%J", &la->sa);
		config_warn(d, config_key_line(d, "", "listen"),
			    "udp:%s without tcp:%s: messages that are too "
			    "large for a datagram cannot come",
			    addr, addr);
	}
}


static void check_registrar(struct config_draft *d)
{
	const struct config *conf = d->conf;

	if (conf->registrar.expires_min > conf->registrar.expires_max)
		config_fault(d, config_key_line(d, "registrar", "expires_min"),
			     "expires_min is %u, expected at most expires_max "
			     "(%u)",
			     conf->registrar.expires_min,
			     conf->registrar.expires_max);
	else if (conf->registrar.expires_default <
			 conf->registrar.expires_min ||
		 conf->registrar.expires_default > conf->registrar.expires_max)
		config_fault(d, config_key_line(d, "registrar", "expires"),
			     "expires is %u, expected expires_min (%u) to "
			     "expires_max (%u)",
			     conf->registrar.expires_default,
			     conf->registrar.expires_min,
			     conf->registrar.expires_max);
}


static void check_timer(struct config_draft *d)
{
	if (d->conf->timer.t2 < d->conf->timer.t1)
		config_fault(d, config_key_line(d, "timer", "t2"),
			     "t2 is %u, expected at least t1 (%u)",
			     d->conf->timer.t2, d->conf->timer.t1);
}


static void check_limit(struct config_draft *d)
{
	const struct config *conf = d->conf;

	if (conf->limit.ban > conf->limit.ban_max)
		config_fault(d, config_key_line(d, "limit", "ban"),
			     "ban is %u, expected at most ban_max (%u)",
			     conf->limit.ban, conf->limit.ban_max);
}


static void check_session(struct config_draft *d)
{
	const struct config *conf = d->conf;

	if (conf->session.expires && conf->session.min > conf->session.expires)
		config_fault(d, config_key_line(d, "session", "min"),
			     "min is %u, expected at most expires (%u)",
			     conf->session.min, conf->session.expires);
}


static bool is_relay_address(const struct config *conf, const struct sa *sa)
{
	for (size_t i = 0; i < conf->relay.addrc; i++) {
		if (addr_same_host(&conf->relay.addrv[i], sa))
			return true;
	}

	/* none: those of listen are taken */
	return !conf->relay.addrc;
}


/* a listener within would be bound first, or lose its port to a call */
static void check_relay_ports(struct config_draft *d)
{
	const struct config *conf = d->conf;

	for (size_t i = 0; i < conf->listenc; i++) {
		const struct config_addr *la = &conf->listenv[i];
		uint16_t port = sa_port(&la->sa);

		/* TCP has ports of its own */
		if (la->proto != CONFIG_UDP || port < conf->relay.port_min ||
		    port > conf->relay.port_max ||
		    !is_relay_address(conf, &la->sa))
			continue;

		config_fault(d, config_key_line(d, "relay", "ports"),
			     "ports %u-%u hold port %u of listen, expected a "
			     "range without it",
			     conf->relay.port_min, conf->relay.port_max, port);
		break;
	}
}


static void check_relay(struct config_draft *d)
{
	const struct config *conf = d->conf;

	if (conf->relay.external && !conf->relay.serverc)
		config_fault(d, config_key_line(d, "relay", "mode"),
			     "mode is external without servers, expected "
			     "servers = { \"sip:ADDRESS:PORT\", ... }");

	/* also where only others' calls are relayed */
	if (!conf->relay.external || conf->relay.serve)
		check_relay_ports(d);
}


static void check_redirect(struct config_draft *d)
{
	const struct config *conf = d->conf;

	/* without both the redirect server knows us by our address alone */
	if (conf->redirect.secret[0] && !conf->redirect.name[0])
		config_fault(d, config_key_line(d, "redirect", "secret"),
			     "secret without name, expected the name that "
			     "the redirect server has for this proxy");
	if (conf->redirect.name[0] && !conf->redirect.secret[0])
		config_fault(d, config_key_line(d, "redirect", "name"),
			     "name without secret, expected the secret that "
			     "the redirect server has for this proxy");
}


/* who records, and whose packets do not pass here */
static void check_record(struct config_draft *d)
{
	const struct config *conf = d->conf;

	for (size_t i = 0; i < conf->peerc; i++) {
		if (!conf->peerv[i].record ||
		    (!conf->relay.external && conf->record.calls))
			continue;

		config_warn(d, d->peer_linev[i],
			    "record = yes of peer \"%s\" records nothing: %s",
			    conf->peerv[i].name,
			    conf->relay.external ? "the relay is external"
						 : "record has calls = 0");
	}
}


static bool is_domain(const struct config *conf, const char *name)
{
	for (size_t i = 0; i < conf->domainc; i++) {
		if (!strcasecmp(conf->domainv[i], name))
			return true;
	}

	return false;
}


/* a domain has one registrar: us, or a peer */
static void check_homes(struct config_draft *d)
{
	for (size_t i = 0; i < d->conf->peerc; i++) {
		const struct config_peer *peer = &d->conf->peerv[i];

		for (size_t k = 0; k < peer->domainc; k++) {
			if (is_domain(d->conf, peer->domainv[k]))
				config_fault(d, d->peer_linev[i],
					     "domain \"%s\" of peer \"%s\" "
					     "is one of ours, expected "
					     "another one's",
					     peer->domainv[k], peer->name);
		}
	}
}


/**
 * Check what no single value shows; the faults go into the draft
 *
 * @param d Draft, read to its end
 */
void config_check(struct config_draft *d)
{
	check_pairs_of_listeners(d);
	config_check_tls(d);
	config_check_http(d);
	config_check_zones(d);
	check_timer(d);
	check_registrar(d);
	check_session(d);
	check_limit(d);
	check_relay(d);
	check_redirect(d);
	check_record(d);
	config_check_peers(d);
	check_homes(d);
	config_check_routes(d);
	config_check_sounds(d);
}
