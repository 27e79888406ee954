/**
 * @file config_listen.c  What each key may hold: addresses of this host
 *
 * Behind a 1:1 NAT a host has another address than the world sees:
 * "ADDRESS advertise ADDRESS".
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "common/addr.h"
#include "common/config_draft.h"

/** A transport as it is written */
struct proto {
	const char *prefix;
	uint16_t port;
};

static const struct proto protov[CONFIG_PROTO_MAX] = {
	[CONFIG_UDP] = {"udp:", 5060}, [CONFIG_TCP] = {"tcp:", 5060},
	[CONFIG_TLS] = {"tls:", 5061}, [CONFIG_WS] = {"ws:", 80},
	[CONFIG_WSS] = {"wss:", 443},
};


/* an address of this host that peers can send to, named one by one */
static int check_local(struct config_draft *d, const struct sa *sa)
{
	if (addr_classify(sa) != ADDR_UNSPECIFIED)
		return config_host_check(d, sa);

	d->why = "wildcard address: answers must leave from the address that "
		 "was asked, so name each one";

	return EINVAL;
}


static void trim(struct pl *pl)
{
	while (pl->l && isblank((unsigned char)*pl->p)) {
		++pl->p;
		--pl->l;
	}
	while (pl->l && isblank((unsigned char)pl->p[pl->l - 1]))
		--pl->l;
}


/* "ADDRESS", or "ADDRESS advertise ADDRESS"; l == 0: not there */
static void split(const char *value, struct pl *own, struct pl *advertised)
{
	static const char word[] = "advertise";
	const char *p = value;

	pl_set_str(own, value);
	advertised->p = NULL;
	advertised->l = 0;

	while ((p = strstr(p, word))) {
		const char *end = p + sizeof(word) - 1;

		if (p != value && isblank((unsigned char)p[-1]) &&
		    (!*end || isblank((unsigned char)*end))) {
			own->l = (size_t)(p - value);
			pl_set_str(advertised, end);
			break;
		}
		p = end;
	}
	trim(own);
	if (advertised->p)
		trim(advertised);
}


/* port 0 where none is given */
static int decode_advertised(struct config_draft *d, struct sa *sa,
			     const struct pl *pl, const struct sa *own)
{
	if (!pl->p)
		return 0;

	if (config_host_decode(d, sa, pl, 0) || config_host_check(d, sa))
		return EINVAL;

	if (sa_af(sa) != sa_af(own)) {
		d->why = "advertised address of another family";
		return EINVAL;
	}

	return 0;
}


static int decode_proto(struct config_addr *la, const char **value)
{
	for (int i = 0; i < CONFIG_PROTO_MAX; i++) {
		const char *prefix = protov[i].prefix;

		if (strncasecmp(*value, prefix, strlen(prefix)))
			continue;

		la->proto = (enum config_proto)i;
		*value += strlen(prefix);

		return 0;
	}

	return EINVAL;
}


/**
 * An address to listen on, with its transport
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_listen(struct config_draft *d, const struct config_key *key,
			const char *value)
{
	struct config_addr la = {.proto = CONFIG_UDP};
	struct config *conf = d->conf;
	struct pl own, advertised;
	(void)key;

	if (decode_proto(&la, &value))
		return EINVAL;

	split(value, &own, &advertised);
	if (config_host_decode(d, &la.sa, &own, protov[la.proto].port) ||
	    check_local(d, &la.sa) ||
	    decode_advertised(d, &la.advertise, &advertised, &la.sa))
		return EINVAL;
	if (advertised.p && !sa_port(&la.advertise))
		sa_set_port(&la.advertise, sa_port(&la.sa));

	for (size_t i = 0; i < conf->listenc; i++) {
		if (conf->listenv[i].proto == la.proto &&
		    sa_cmp(&conf->listenv[i].sa, &la.sa, SA_ALL))
			return EEXIST;
	}

	if (conf->listenc >= CONFIG_LISTEN_MAX)
		return ENOSPC;

	conf->listenv[conf->listenc++] = la;

	return 0;
}


static int decode_bare(struct config_draft *d, struct sa *sa,
		       const struct pl *pl)
{
	if (addr_decode(sa, pl, 0)) {
		d->why = "no address (names are not looked up)";
		return EINVAL;
	}

	addr_unmap(sa);

	return 0;
}


/**
 * An address that the relay takes ports of
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_relay_address(struct config_draft *d,
			       const struct config_key *key, const char *value)
{
	struct config *conf = d->conf;
	struct pl own, advertised;
	struct sa sa, adv;

	memset(&adv, 0, sizeof(adv));
	split(value, &own, &advertised);
	if (decode_bare(d, &sa, &own) || check_local(d, &sa) ||
	    (advertised.p && decode_bare(d, &adv, &advertised)) ||
	    decode_advertised(d, &adv, &advertised, &sa))
		return EINVAL;

	for (size_t i = 0; i < conf->relay.addrc; i++) {
		if (addr_same_host(&conf->relay.addrv[i], &sa))
			return EEXIST;
	}

	if (conf->relay.addrc >= CONFIG_ADDR_MAX)
		return ENOSPC;

	if (!strcmp(key->section, "zone"))
		(void)str_ncpy(conf->relay.zonev[conf->relay.addrc],
			       d->zonev[d->zonec - 1].name, CONFIG_ZONE_SIZE);
	conf->relay.advertisev[conf->relay.addrc] = adv;
	conf->relay.addrv[conf->relay.addrc++] = sa;

	return 0;
}
