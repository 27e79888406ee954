/**
 * @file relay_client.h  Relay resources from a relay server, by INVITE and 302
 */
#ifndef PROXY_MEDIA_RELAY_CLIENT_H
#define PROXY_MEDIA_RELAY_CLIENT_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/media/resource.h"
#include "proxy/sip/transport.h"
#include "proxy/sip/txn.h"

struct relay_client_conf {
	struct config_addr serverv[CONFIG_SERVER_MAX];
	size_t serverc;
	uint32_t deadline_ms; /* 2000: then the next server */
	uint32_t rest_ms;     /* 10000: a failed server is left alone */
	uint32_t lease_s;     /* 120 */
	struct hash_key branch_key;
};
int relay_client_alloc(struct resource_maker **mp,
		       const struct relay_client_conf *conf,
		       struct transport *tp, struct txns *txns,
		       struct timers *timers, struct log *log,
		       struct metrics *metrics);

/* its servers, in order, and for how many ms each is left alone; NULL behind
 * the last, or where the maker is another one */
const struct config_addr *relay_client_server(uint64_t *rests_ms,
					      const struct resource_maker *m,
					      size_t i);

#endif
