/**
 * @file config_relay.c  The relay's zones: addresses for one part of the net
 */
#include <errno.h>
#include <string.h>
#include "common/config_draft.h"


/**
 * Make the zone of this name the one that keys belong to; add it if new
 *
 * @param d    Draft
 * @param name Title of the section
 * @param line Line, of the zone's first key or of its end
 *
 * @return 0 if success, otherwise errorcode
 */
int config_zone_begin(struct config_draft *d, const char *name, uint32_t line)
{
	/* sections come one after the other, each title once */
	if (d->zonec &&
	    !strncmp(d->zonev[d->zonec - 1].name, name, CONFIG_ZONE_SIZE - 1))
		return 0;

	if (d->zonec >= CONFIG_ADDR_MAX) {
		config_fault(d, line, "too many zones, expected at most %d",
			     CONFIG_ADDR_MAX);
		return ENOSPC;
	}

	if (!config_name_isvalid(name) || strlen(name) >= CONFIG_ZONE_SIZE)
		config_fault(d, line,
			     "zone \"%.100s\": bad name, expected at most %d "
			     "letters, digits, \"-\", \"_\" and \".\"",
			     name, CONFIG_ZONE_SIZE - 1);

	d->zonev[d->zonec].line = line;
	(void)str_ncpy(d->zonev[d->zonec++].name, name, CONFIG_ZONE_SIZE);
	config_key_forget(d, "zone");

	return 0;
}


/**
 * A network whose hosts are in the zone
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_network(struct config_draft *d, const struct config_key *key,
			 const char *value)
{
	struct config *conf = d->conf;
	struct config_net *net = &conf->relay.netv[conf->relay.netc];
	struct network n;
	struct pl pl;
	(void)key;

	pl_set_str(&pl, value);
	if (network_decode(&n, &pl))
		return EINVAL;

	for (size_t i = 0; i < conf->relay.netc; i++) {
		if (network_same(&conf->relay.netv[i].net, &n))
			return EEXIST;
	}

	if (conf->relay.netc >= CONFIG_NET_MAX)
		return ENOSPC;

	net->net = n;
	(void)str_ncpy(net->zone, d->zonev[d->zonec - 1].name,
		       sizeof(net->zone));
	++conf->relay.netc;

	return 0;
}


/**
 * The zone in which a peer is
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_zone(struct config_draft *d, const struct config_key *key,
		      const char *value)
{
	(void)key;

	if (!config_name_isvalid(value))
		return EINVAL;
	if (strlen(value) >= CONFIG_ZONE_SIZE)
		return ERANGE;

	(void)str_ncpy(d->peer->zone, value, sizeof(d->peer->zone));

	return 0;
}


static bool has_address(const struct config *conf, const char *zone)
{
	for (size_t i = 0; i < conf->relay.addrc; i++) {
		if (!strcmp(conf->relay.zonev[i], zone))
			return true;
	}

	return false;
}


static bool is_zone(const struct config_draft *d, const char *name)
{
	for (size_t i = 0; i < d->zonec; i++) {
		if (!strcmp(d->zonev[i].name, name))
			return true;
	}

	return false;
}


/**
 * Check the zones: each has an address, and peers are in one that there is
 *
 * @param d Draft, read to its end
 */
void config_check_zones(struct config_draft *d)
{
	const struct config *conf = d->conf;

	for (size_t i = 0; i < d->zonec; i++) {
		if (!has_address(conf, d->zonev[i].name))
			config_fault(d, d->zonev[i].line,
				     "zone \"%s\" without address, expected "
				     "address = { \"ADDRESS\", ... }",
				     d->zonev[i].name);
	}

	for (size_t i = 0; i < conf->peerc; i++) {
		const struct config_peer *peer = &conf->peerv[i];

		if (peer->zone[0] && !is_zone(d, peer->zone))
			config_fault(d, d->peer_linev[i],
				     "zone \"%s\" of peer \"%s\" does not "
				     "exist, expected one of relay { }",
				     peer->zone, peer->name);
	}
}
