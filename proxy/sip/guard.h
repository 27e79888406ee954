/**
 * @file guard.h  One linear pass over the bytes of a SIP message
 *
 * Nothing else looks at bytes from the network before the guard did. It
 * bounds, counts and indexes: start line, header lines (folding included),
 * the blank line, Content-Length. No regular expression, no second pass.
 */
#ifndef PROXY_SIP_GUARD_H
#define PROXY_SIP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum {
	GUARD_LINES_MAX = 200,
	GUARD_LINE_MAX = 8192,
	GUARD_HEAD_MAX = 32768,
	GUARD_BODY_MAX = 65535,
};

/** Header names that we act on; compared whole, compact forms included */
enum hdr_id {
	HDR_OTHER = 0,
	HDR_AUTHORIZATION,
	HDR_CALL_ID,
	HDR_CONTACT,
	HDR_CONTENT_ENCODING,
	HDR_CONTENT_LENGTH,
	HDR_CONTENT_TYPE,
	HDR_CSEQ,
	HDR_DATE,
	HDR_DIVERSION,
	HDR_EVENT,
	HDR_EXPIRES,
	HDR_FROM,
	HDR_HISTORY_INFO,
	HDR_MAX_BREADTH,
	HDR_MAX_FORWARDS,
	HDR_MIN_EXPIRES,
	HDR_MIN_SE,
	HDR_P_ACCESS_NETWORK_INFO,
	HDR_P_ASSERTED_IDENTITY,
	HDR_P_ASSERTED_SERVICE,
	HDR_P_CHARGE_INFO,
	HDR_P_CHARGING_FUNCTION_ADDRESSES,
	HDR_P_CHARGING_VECTOR,
	HDR_P_PREFERRED_IDENTITY,
	HDR_P_PREFERRED_SERVICE,
	HDR_P_PRIVATE_NETWORK_INDICATION,
	HDR_P_PROFILE_KEY,
	HDR_P_SERVED_USER,
	HDR_P_USER_DATABASE,
	HDR_P_VISITED_NETWORK_ID,
	HDR_PATH,
	HDR_PRIVACY,
	HDR_PROXY_AUTHENTICATE,
	HDR_PROXY_AUTHORIZATION,
	HDR_PROXY_REQUIRE,
	HDR_RACK,
	HDR_REASON,
	HDR_RECORD_ROUTE,
	HDR_REFER_TO,
	HDR_REMOTE_PARTY_ID,
	HDR_REQUIRE,
	HDR_RETRY_AFTER,
	HDR_ROUTE,
	HDR_SERVER,
	HDR_SESSION_EXPIRES,
	HDR_SUPPORTED,
	HDR_TIMESTAMP,
	HDR_TO,
	HDR_UNSUPPORTED,
	HDR_USER_AGENT,
	HDR_VIA,
	HDR_WARNING,
	HDR_WWW_AUTHENTICATE,
	HDR_ID_MAX
};

/** One header line, slices into the guarded bytes */
struct hdr {
	enum hdr_id id;
	struct pl name; /* without blanks before the colon */
	struct pl val;  /* trimmed; a folded value keeps its line ends */
	struct pl line; /* whole, its line end(s) included */
};

/** What the pass found; err says what the sender is told */
struct guard {
	bool req;
	struct pl met, ruri; /* of a request */
	uint16_t scode;      /* of a response, 100-699 */
	struct pl reason;
	uint32_t cseq;
	struct pl cseq_met;
	struct hdr hdrv[GUARD_LINES_MAX];
	size_t hdrc;
	size_t head; /* octets up to the body */
	size_t clen; /* octets of the body */
	bool has_clen;
	uint16_t status; /* 0, or 400 505 413 513 */
	const char *why; /* for the reason phrase and the log */
};

/*
 * 0: usable. EBADMSG: refused; g->status is what a request is answered with,
 * 0 where it is dropped (garbage, malformed response, ACK); header lines seen so far are
 * in hdrv. stream: Content-Length is required and the body may follow later.
 */
int guard_check(struct guard *g, const uint8_t *p, size_t len, bool stream);

enum hdr_id guard_hdr_id(const struct pl *name);
const char *guard_hdr_name(enum hdr_id id);

#endif
