/**
 * @file target.h  Where a request goes (RFC 3261 sections 16.5 and 16.6)
 */
#ifndef PROXY_CORE_TARGET_H
#define PROXY_CORE_TARGET_H

#include "proxy/core/served.h"
#include "proxy/core/route.h"
#include "proxy/core/validate.h"

enum target_kind {
	TARGET_NONE = 0,
	TARGET_PHONE, /* attached to us, by its flow */
	TARGET_PROXY, /* a peer, a second proxy, a Route */
	TARGET_QUERY, /* ask the redirect server about aor first */
	TARGET_SELF,  /* the request is for us (OPTIONS) */
};

/** Zeroed, then filled; target_reset() gives up what it holds */
struct target {
	enum target_kind kind;
	struct flow *flow;              /* referenced */
	char *ruri;                     /* owned; NULL: as it came */
	char *path;                     /* owned; Route in front, or NULL */
	const struct config_peer *peer; /* NULL: none */
	struct nat_verdict verdict;     /* of the callee's registration */
	char aor[SIPURI_AOR_MAX];       /* TARGET_QUERY */
};

void target_reset(struct target *t);

/* of a request outside a dialog, from somebody who may; EPROTO: *r */
int target_find(struct target *t, struct proxy *px, const struct message *req,
		const struct route_set *rs, struct refusal *r);

/* the redirect server's Contact: the second proxy */
int target_contact(struct target *t, struct proxy *px,
		   const struct message *req, const struct pl *contact,
		   struct refusal *r);

/* of a request in a dialog: the end that did not send it */
int target_dialog(struct target *t, struct proxy *px,
		  const struct message *req, const struct route_set *rs,
		  const struct route_token *tok, int to, struct refusal *r);

#endif
