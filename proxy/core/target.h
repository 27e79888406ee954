/**
 * @file target.h  One place that a request may go to (RFC 3261 section 16.5)
 */
#ifndef PROXY_CORE_TARGET_H
#define PROXY_CORE_TARGET_H

#include "proxy/media/nat.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/sipuri.h"

struct trunk;

enum target_kind {
	TARGET_PHONE = 0, /* attached to us, by its flow */
	TARGET_PROXY, /* a peer, a second proxy, a Route: by its flow, or by
		       * what next is resolved to */
	TARGET_QUERY, /* ask the redirect server about aor first */
};

/** Reference counted; its set or its attempt keeps it */
struct target {
	struct le le; /* in a list of its set */
	enum target_kind kind;
	uint16_t q;          /* 0-1000 */
	char *ruri;          /* Request-URI that it gets */
	char *path;          /* Route in front, or NULL */
	char *next;          /* URI of the next hop, where flow is NULL */
	bool peers_only;     /* next leads to a peer, or nowhere */
	bool by_callee;      /* a callee has named next: not this host */
	struct trunk *trunk; /* of the dial plan: next leads there; or NULL */
	bool emergency;      /* of the dial plan: no limit counts */
	struct flow *flow;   /* or NULL */
	struct nat_verdict verdict; /* of the callee's registration */
	char *instance;             /* RFC 5626, or NULL ... */
	uint32_t reg_id;            /* ... and which of its flows */
	char *aor; /* whose binding it is, or who is asked for */
};

/* ruri is copied; everything else is the caller's to fill in */
int target_alloc(struct target **tp, enum target_kind kind,
		 const struct pl *ruri);

/* the same phone by the same way (16.5: no target twice) */
bool target_equal(const struct target *a, const struct target *b);

/* two flows to one phone (RFC 5626) */
bool target_same_instance(const struct target *a, const struct target *b);

#endif
