/**
 * @file agent.h  The user agent in us: requests of our own to other servers
 */
#ifndef PROXY_SIP_AGENT_H
#define PROXY_SIP_AGENT_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/sip/build.h"
#include "proxy/sip/client_txn.h"
#include "proxy/sip/transport.h"

enum { AGENT_TAG_SIZE = 24, AGENT_URI_SIZE = 320 };

struct agent;

int agent_alloc(struct agent **ap, struct transport *tp, struct txns *txns,
		const struct hash_key *branch_key);

/* the flow to that server, and the address that we show there */
int agent_flow(struct flow **fp, struct sa *sentby, const struct agent *a,
	       const struct config_addr *server);

/*
 * Sends rq; via is filled in here. ctp NULL, h NULL: nobody waits for the
 * answer. Errors as of client_txn_alloc().
 */
int agent_send(struct client_txn **ctp, const struct agent *a,
	       struct flow *flow, const struct build_request *rq,
	       client_txn_h *h, void *arg);

/* what we say with the Call-ID own is for the sake of that call */
void agent_tie(const struct agent *a, const char *own, const struct pl *call);

/*
 * A 2xx to an INVITE of ours that wanted none, or a dialog-like session to be
 * given up (302 of a relay server): BYE with that response's Call-ID and tags.
 * A 2xx is acknowledged first (RFC 3261 section 13.2.2.4).
 */
int agent_bye(const struct agent *a, struct flow *flow,
	      const struct message *resp);

/* "sip:user@host" of an AOR, its user escaped; EBADMSG */
int agent_aor_uri(char *buf, size_t size, const struct pl *aor);

/* "a1b2...": prefix and 64 random bits */
void agent_tag(char buf[AGENT_TAG_SIZE], char prefix);

#endif
