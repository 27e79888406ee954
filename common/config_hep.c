/**
 * @file config_hep.c  What the hep section may hold
 */
#include <errno.h>
#include <string.h>
#include "common/config_draft.h"

enum { HEP_PORT = 9060 };


/**
 * A capture server: "udp:ADDRESS:PORT"
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_hep_server(struct config_draft *d,
			    const struct config_key *key, const char *value)
{
	static const char udp[] = "udp:";
	struct sa sa;
	struct pl pl;
	(void)key;

	if (strncmp(value, udp, sizeof(udp) - 1))
		return EINVAL;

	pl_set_str(&pl, value + sizeof(udp) - 1);
	if (config_host_decode(d, &sa, &pl, HEP_PORT) ||
	    config_host_check(d, &sa))
		return EINVAL;

	d->conf->hep.server = sa;

	return 0;
}
