/**
 * @file config_dns.c  What the dns section may hold
 */
#include <errno.h>
#include "common/config_draft.h"


/**
 * A DNS server; loopback is where a caching one often is
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_dns_server(struct config_draft *d,
			    const struct config_key *key, const char *value)
{
	struct config *conf = d->conf;
	struct sa sa;
	struct pl pl;
	(void)key;

	pl_set_str(&pl, value);
	if (config_host_decode(d, &sa, &pl, DNS_PORT) ||
	    config_host_check(d, &sa))
		return EINVAL;

	for (size_t i = 0; i < conf->dns.serverc; i++) {
		if (sa_cmp(&conf->dns.serverv[i], &sa, SA_ALL))
			return EEXIST;
	}

	if (conf->dns.serverc >= CONFIG_DNS_MAX)
		return ENOSPC;

	conf->dns.serverv[conf->dns.serverc++] = sa;

	return 0;
}
