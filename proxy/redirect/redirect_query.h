/**
 * @file redirect_query.h  Asks a redirect server where a callee is served
 *
 * INVITE that names the callee, 302 with the second proxy's Contact; the next
 * server of the list after 2 s; a short cache with the Contact's expiry.
 */
#ifndef PROXY_REDIRECT_REDIRECT_QUERY_H
#define PROXY_REDIRECT_REDIRECT_QUERY_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/sip/transport.h"
#include "proxy/sip/txn.h"

struct redirect_client;
struct redirect_query;

struct redirect_client_conf {
	struct config_addr serverv[CONFIG_SERVER_MAX];
	size_t serverc;
	uint32_t deadline_ms; /* 2000 */
	uint32_t cache_max_s; /* 60 */
	struct hash_key branch_key;
};
int redirect_client_alloc(struct redirect_client **rcp,
			  const struct redirect_client_conf *conf,
			  struct transport *tp, struct txns *txns,
			  struct timers *timers, struct log *log,
			  struct metrics *metrics);

/*
 * scode 302: contact is the URI of the second proxy. Otherwise the status to
 * pass on (404, 480, ...), or 0 with err ETIMEDOUT where no server answered.
 */
typedef void(redirect_query_h)(int err, uint16_t scode,
			       const struct pl *contact, void *arg);

/* aor: "user@host"; call: the Call-ID of whoever wants to know. The handler may be called before this returns (cache).
 * Gone by mem_deref: then no handler. */
int redirect_query(struct redirect_query **qp, struct redirect_client *rc,
		   const struct pl *aor, const struct pl *call,
		   redirect_query_h *h, void *arg);

/* the second proxy did not answer: ask again next time */
void redirect_forget(struct redirect_client *rc, const struct pl *aor);

#endif
