/**
 * @file build.h  Messages out: forwarded ones, replies, requests of our own
 *
 * Lines that need not change leave as they came, byte for byte. Every
 * function returns a new mbuf with pos 0, or ENOMEM / EINVAL.
 */
#ifndef PROXY_SIP_BUILD_H
#define PROXY_SIP_BUILD_H

#include "proxy/sip/message.h"

enum { BUILD_ROUTE_MAX = 16, BUILD_STRIP_MAX = 32 };

/* is that line left out? */
typedef bool(build_skip_h)(const struct hdr *h, const void *arg);

/** How a request changes on its way (RFC 3261 section 16.6) */
struct build_forward {
	struct pl ruri;   /* new Request-URI; l == 0: as it came */
	struct pl via;    /* value for a Via on top */
	struct pl rrv[2]; /* Record-Route values on top, first above */
	size_t rrc;
	size_t route_skip;    /* Route values taken off the front */
	bool route_drop_last; /* strict-route repair took the last */
	struct pl routev[BUILD_ROUTE_MAX]; /* Route values put in front */
	size_t routec;
	struct pl route_last; /* a URI, put at the end (strict router next) */
	uint8_t maxfwd;
	enum hdr_id stripv[BUILD_STRIP_MAX]; /* header kinds left out */
	size_t stripc;
	const struct hdr *skipv[BUILD_STRIP_MAX]; /* single lines left out */
	size_t skipc;
	build_skip_h *skiph; /* asked for those without an id, or NULL */
	const void *skip_arg;
	const char *extra; /* whole lines with CRLF, or NULL */
	bool fix_via;      /* write received/rport into the top Via */
	struct pl body;    /* when new_body */
	bool new_body;
};
int build_forward(struct mbuf **mbp, const struct message *m,
		  const struct build_forward *f);

/*
 * Response on its way back: its first Via value off; body replaced if not
 * NULL. strip/extra as above.
 */
int build_response_forward(struct mbuf **mbp, const struct message *m,
			   const struct pl *body, const enum hdr_id *stripv,
			   size_t stripc, const char *extra);

/** A reply of our own (RFC 3261 section 8.2.6), Via with received and rport */
struct build_reply {
	uint16_t scode;
	const char *reason;
	struct pl to_tag;  /* added where To has none; l==0: none */
	const char *extra; /* whole lines with CRLF, or NULL */
	const char *ctype; /* with body */
	struct pl body;
	bool record_route; /* copy Record-Route (2xx to a dialog) */
};
int build_reply(struct mbuf **mbp, const struct message *req,
		const struct build_reply *r);

/* what the guard refused: Via, From, To, Call-ID, CSeq as far as they were
 * seen and are sane; ENOENT where there is nothing to answer with */
int build_error(struct mbuf **mbp, const struct guard *g,
		const struct sa *src);

/** An answer to a request that only the guard has read */
struct build_refusal {
	uint16_t scode;
	const char *reason;
	struct pl to_tag;  /* added where To has none */
	const char *extra; /* whole lines, or NULL */
};
int build_refusal(struct mbuf **mbp, const struct guard *g,
		  const struct sa *src, const struct build_refusal *r);

/** A request of our own, outside any dialog of others */
struct build_request {
	const char *met;
	struct pl ruri;
	struct pl via;  /* value */
	struct pl from; /* value, with tag */
	struct pl to;   /* value */
	struct pl callid;
	uint32_t cseq;
	const char *extra;
	const char *ctype;
	struct pl body;
};
int build_request(struct mbuf **mbp, const struct build_request *r);

/* ACK to a non-2xx, and CANCEL, of a request that we sent (17.1.1.3, 9.1) */
int build_ack(struct mbuf **mbp, const struct message *invite,
	      const struct message *resp);
int build_cancel(struct mbuf **mbp, const struct message *invite,
		 const char *extra);

/* the standard phrase, "" for an unknown code */
const char *build_reason(uint16_t scode);

#endif
