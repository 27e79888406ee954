/**
 * @file route.h  Route, Record-Route and the cookie in it
 *
 * RFC 3261 sections 16.4 and 16.6. A Record-Route of ours carries a token,
 * ;vd=..., under a MAC over Call-ID and the dialog's first From tag. It names
 * the call and the flows to its two ends, so that a request in the dialog is
 * recognised, authenticated and led through the NAT, also by a process that
 * has lost everything else. Pure.
 */
#ifndef PROXY_CORE_ROUTE_H
#define PROXY_CORE_ROUTE_H

#include "common/hash.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/message.h"

enum {
	ROUTE_TOKEN_MAX = 192, /* printed */
	ROUTE_VALUE_MAX = 288, /* a whole Record-Route value */
	ROUTE_LIFETIME_H = 7 * 24,
};

/** One end of a dialog, as the token remembers it */
struct route_end {
	bool phone; /* attached to us: reached by its flow alone */
	enum flow_proto proto;
	struct sa local, peer;
	uint32_t name; /* hash of the peer's, where it is one; 0: none */
};

struct route_token {
	uint64_t call;            /* 0: no call of ours */
	struct route_end endv[2]; /* 0: who sent the first request */
	uint8_t shift; /* end 1 knows end 0's CSeq numbers so much higher */
};

/** What the Route headers of a request say to us */
struct route_set {
	size_t skip;     /* values on top that are ours */
	bool drop_last;  /* strict-route repair: the last one is ... */
	struct pl ruri;  /* ... the Request-URI */
	struct pl token; /* of the first of ours; l == 0: none */
	struct pl flow;  /* user part of the first of ours, a flow token */
	struct pl next;  /* first value that is not ours; l == 0: none */
};

/* does this URI name us: an address of ours, or a domain? */
typedef bool(route_local_h)(const struct sipuri *uri, void *arg);

/* EBADMSG: a Route that is not one */
int route_process(struct route_set *rs, const struct message *req,
		  route_local_h *localh, void *arg);

/* now_h: hours since 1970. ENOSPC */
int route_token_encode(char *buf, size_t size, const struct hash_key *key,
		       const struct route_token *tok, uint32_t now_h,
		       const struct pl *callid, const struct pl *tag);

/*
 * EBADMSG: not a token; EACCES: not ours, not this dialog's; ETIMEDOUT.
 * *from: which end sent this request (0 or 1).
 */
int route_token_decode(struct route_token *tok, int *from,
		       const struct hash_key *key, const struct pl *val,
		       uint32_t now_h, const struct message *req);

/* <sip:203.0.113.1:5060;transport=tcp;lr;vd=...>; sips: of a request that
 * asks for TLS on each hop */
int route_record(char *buf, size_t size, const struct sa *sentby,
		 enum flow_proto proto, bool sips, const char *token);

#endif
