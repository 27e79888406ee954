/**
 * @file line.h  Header lines on their way out
 *
 * What comes from a message leaves byte for byte, except that a bare LF
 * becomes CRLF: whoever is next may have other ideas about it than we have.
 */
#ifndef PROXY_SIP_LINE_H
#define PROXY_SIP_LINE_H

#include "proxy/sip/message.h"

/* the whole line */
int line_copy(struct mbuf *mb, const struct hdr *h);

/* its name as written, and that part of its value */
int line_part(struct mbuf *mb, const struct hdr *h, const struct pl *part);

/* the value is (in) the value of that line */
bool line_holds(const struct hdr *h, const struct pl *val);

/* the line that holds this Via, with the true received and rport in it
 * (RFC 3261 section 18.2.1, RFC 3581); src without address: as it came */
int line_via(struct mbuf *mb, const struct hdr *h, const struct via *via,
	     const struct sa *src);

/* To, with a tag where it has none and tag is not empty */
int line_to(struct mbuf *mb, const struct hdr *h, const struct pl *tag);

/* name and value of our own; nothing where the value is empty */
int line_write(struct mbuf *mb, const char *name, const struct pl *val);

int line_number(struct mbuf *mb, const char *name, uint64_t n);

/* what a message begins with */
int line_request(struct mbuf *mb, const struct pl *met, const struct pl *ruri);
int line_status(struct mbuf *mb, uint16_t scode, const struct pl *reason);

/* Content-Length, the blank line, the body */
int line_body(struct mbuf *mb, const struct pl *body);

/* hands a whole message out, or drops it; returns err */
int line_finish(struct mbuf **mbp, struct mbuf *mb, int err);

#endif
