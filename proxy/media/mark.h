/**
 * @file mark.h  The signed mark by which two proxies in one path agree
 *
 * Value of the session-level SDP attribute a=x-viaduct. In an offer it says:
 * the address in this SDP is a relay that learns its peer from what arrives,
 * so that the next proxy need not put a second relay behind it. In an answer
 * it says: the phone behind me sends from this public address, so that the
 * first proxy's relay knows whom to listen to.
 *
 *   1;relay=203.0.113.1:16384;call=<16 hex>;mac=<32 hex>
 *   1;seen=198.51.100.7;call=<16 hex>;mac=<32 hex>
 *
 * The MAC covers the direction, the address and the Call-ID: a mark copied
 * into another call, or into an answer, is worth nothing. Its key is derived
 * from the secret that the two share; call_mark.c says what is used, and what
 * it is worth, between peers without one. Pure.
 */
#ifndef PROXY_MEDIA_MARK_H
#define PROXY_MEDIA_MARK_H

#include <stddef.h>
#include <re.h>
#include "common/hash.h"
#include "proxy/media/sdp.h"

/* buf of SDP_MARK_MAX + 1 is enough; EOVERFLOW, EINVAL (no address) */
int mark_offer(char *buf, size_t size, const struct hash_key *key,
	       const struct pl *callid, const struct sa *relay);
int mark_answer(char *buf, size_t size, const struct hash_key *key,
		const struct pl *callid, const struct sa *seen);

/* EBADMSG: malformed; EACCES: not by this peer, or not for this call */
int mark_offer_check(const struct hash_key *key, const struct pl *mark,
		     const struct pl *callid, struct sa *relay);
int mark_answer_check(const struct hash_key *key, const struct pl *mark,
		      const struct pl *callid, struct sa *seen);

#endif
