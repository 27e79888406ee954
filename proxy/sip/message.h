/**
 * @file message.h  A guarded SIP message, ready to be read
 *
 * Owns a copy of its bytes; all slices point into it. Every accessor is
 * linear. Header values are taken by name, never by a hash of it.
 */
#ifndef PROXY_SIP_MESSAGE_H
#define PROXY_SIP_MESSAGE_H

#include "proxy/sip/guard.h"
#include "proxy/sip/nameaddr.h"
#include "proxy/sip/param.h"
#include "proxy/sip/sipuri.h"
#include "proxy/sip/via.h"

struct flow;

struct message {
	struct mbuf *mb; /* owned; never written again */
	bool req;
	struct pl met; /* of a response: CSeq's */
	struct pl ruri;
	struct sipuri uri; /* decoded ruri */
	int uri_err;       /* EPROTONOSUPPORT: not sip or sips (416) */
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
	size_t beyond; /* octets of its datagram behind that: not read */

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
/* by name, case-insensitive, also for those without an id */
const struct hdr *message_hdr_named(const struct message *m, const char *nm);

/*
 * The n-th comma-separated value over all headers of that kind, from 0;
 * quotes (with escapes), <> and comments are respected. ENOENT behind the last.
 */
int message_value(const struct message *m, enum hdr_id id, size_t n,
		  struct pl *val);

/*
 * Walks a list header value by value, over all its lines; linear over the
 * whole message. Empty values (",,") are passed over. false at the end.
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

/* the same over the text of one header: takes a value off the front */
bool message_value_cut(struct pl *rest, struct pl *val);

/* the token (option tag) is in one of the list values of that header */
bool message_has_token(const struct message *m, enum hdr_id id,
		       const char *token);

/* of a one-valued header with digits; ENOENT, EBADMSG (not digits, > max) */
int message_u32(const struct message *m, enum hdr_id id, uint32_t max,
		uint32_t *n);

#endif
