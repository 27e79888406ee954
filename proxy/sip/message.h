/**
 * @file message.h  A guarded SIP message, ready to be read
 *
 * Owns a copy of its bytes; all slices point into it. Every accessor is
 * linear. Header values are taken by name, never by a hash of it.
 */
#ifndef PROXY_SIP_MESSAGE_H
#define PROXY_SIP_MESSAGE_H

#include "proxy/sip/guard.h"
#include "proxy/sip/sipuri.h"

struct flow;

/** One Via value */
struct via {
	struct pl val;       /* the whole value */
	struct pl transport; /* "UDP", any case */
	struct pl host;      /* IPv6 without brackets */
	bool ipv6;
	uint16_t port;      /* 0: none */
	struct pl params;   /* from the first ';' */
	struct pl branch;   /* l == 0: none (RFC 2543) */
	struct pl received; /* IPv6 with or without brackets, as written */
	bool has_rport;     /* ;rport, with or without a value */
	uint16_t rport;
};

/** name-addr or addr-spec with header parameters (From, To, Contact, Route) */
struct nameaddr {
	struct pl val; /* the whole value */
	struct pl display;
	struct pl addr; /* the URI's text, without <> */
	struct sipuri uri;
	struct pl params; /* header parameters, from the first ';' */
};

struct message {
	struct mbuf *mb; /* owned; never written again */
	bool req;
	struct pl met; /* of a response: CSeq's */
	struct pl ruri;
	struct sipuri uri; /* decoded ruri */
	int uri_err;       /* why it is not decoded (416 or 400) */
	uint16_t scode;
	struct pl reason;
	struct hdr *hdrv; /* in order, owned */
	size_t hdrc;
	struct via via; /* topmost; zero in a response without one */
	struct nameaddr from, to;
	struct pl from_tag, to_tag; /* l == 0: none */
	struct pl callid;
	uint32_t cseq;
	bool has_maxfwd;
	uint8_t maxfwd;  /* 0-255; higher ones count as 255 */
	struct pl ctype; /* Content-Type without parameters, "" if none */
	struct pl ctype_params;
	struct pl body;

	/* where it came from; filled by the transport */
	struct flow *flow; /* referenced */
	struct sa src;
};

/*
 * Copies, guards and decodes. EBADMSG: refused, g tells what to answer.
 * g is always filled (it is large: let the caller own one for all).
 */
int message_decode(struct message **mp, struct guard *g, const uint8_t *p,
		   size_t len);

bool message_is(const struct message *m, const char *met);
bool message_in_dialog(const struct message *m); /* has a To tag */

/* first header of that kind; NULL */
const struct hdr *message_hdr(const struct message *m, enum hdr_id id);
const struct hdr *message_hdr_next(const struct message *m,
				   const struct hdr *h);
/* by name, case-insensitive, for those without an id */
const struct hdr *message_hdr_named(const struct message *m, const char *nm);

/*
 * The n-th comma-separated value over all headers of that kind, from 0;
 * quotes (with escapes), <> and comments are respected. ENOENT behind the last.
 */
int message_value(const struct message *m, enum hdr_id id, size_t n,
		  struct pl *val);

/*
 * Walks a list header: *pos (start with l == 0, p == NULL) to the next value.
 * Linear over the whole message. false at the end.
 */
struct value_iter {
	const struct message *m;
	enum hdr_id id;
	size_t i;       /* index of the header line */
	struct pl rest; /* of that line's value */
};
void message_values(struct value_iter *it, const struct message *m,
		    enum hdr_id id);
bool message_values_next(struct value_iter *it, struct pl *val);

/* the token (option tag) is in one of the list values of that header */
bool message_has_token(const struct message *m, enum hdr_id id,
		       const char *token);

/* of a one-valued header with digits; ENOENT, EBADMSG (not digits, > max) */
int message_u32(const struct message *m, enum hdr_id id, uint32_t max,
		uint32_t *n);

int via_decode(struct via *v, const struct pl *val);
int nameaddr_decode(struct nameaddr *na, const struct pl *val);
/* ;name=value, ;name="value" (unquoted), ;name (l == 0) in ";a=b;c"; ENOENT */
int param_get(const struct pl *params, const char *name, struct pl *val);

#endif
