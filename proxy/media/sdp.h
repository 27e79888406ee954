/**
 * @file sdp.h  The SDP editor: reads what it must, changes only what it must
 *
 * Works on lines (RFC 8866). A rewritten body keeps every other byte, the
 * line ends and the order. Pure.
 */
#ifndef PROXY_MEDIA_SDP_H
#define PROXY_MEDIA_SDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum { SDP_STREAMS_MAX = 32, SDP_BODY_MAX = 65535, SDP_MARK_MAX = 160 };

struct relay_login;
struct sdp;

/** One m= line with what applies to it */
struct sdp_stream {
	struct pl media, proto; /* "audio", "RTP/AVP" */
	uint16_t port;          /* 0: refused or off; stays so */
	struct pl host;         /* of its c=, or the session's */
	struct sa rtp;          /* host and port; af unset: a name */
	struct sa rtcp;         /* a=rtcp, or port + 1 */
	bool rtcp_mux;
	bool rtcp_mux_only; /* RFC 8858 */
	bool hold;          /* c=0.0.0.0 (or ::) */
	bool relayable;     /* RTP or UDPTL over UDP, port not 0 */
	bool udptl;         /* T.38: no RTP on it */
	bool sendonly, recvonly, inactive;
	struct pl section; /* its lines, from m= on */
};

/* EBADMSG: not SDP, no usable c= for a stream, bad port, too many streams */
int sdp_parse(struct sdp **sp, const struct pl *body);
size_t sdp_streams(const struct sdp *sdp);
const struct sdp_stream *sdp_stream(const struct sdp *sdp, size_t n);

/* value of a session-level attribute; ENOENT */
int sdp_attr(const struct sdp *sdp, const char *name, struct pl *val);

/* true: enough; val is empty without a colon */
typedef bool(sdp_each_h)(const struct pl *name, const struct pl *val,
			 void *arg);

/* each attribute of stream n, in order; SDP_SESSION: of the session */
enum { SDP_SESSION = -1 };
bool sdp_attrs(const struct sdp *sdp, int n, sdp_each_h *h, void *arg);

/* the formats of its m= line: "0 8 101" */
int sdp_formats(const struct sdp *sdp, size_t n, struct pl *formats);

/** New addresses for each stream; af unset: leave that stream as it is */
struct sdp_edit {
	struct {
		struct sa rtp, rtcp;
		const struct relay_login *ice; /* NULL: it has no ICE */
		bool ice_rtcp;                 /* with a candidate for RTCP */
		bool mux; /* it says so, whatever it said */
	} streamv[SDP_STREAMS_MAX];
	const char *mark; /* a=x-viaduct:<mark> added, or NULL */
	bool strip_mark;  /* an a=x-viaduct of others goes */
};

/*
 * Where a stream is given: m= port, its c= address (one is put in where only
 * the session's stood and others keep that), a=rtcp where RTCP is not on port
 * + 1 or where the line stood, other addresses (altc, ccap, source-filter)
 * removed. As soon as one stream is given all ICE lines go; in a given one
 * ours take their place, where there is a login for it. The session's c= is
 * replaced where all streams that use it are. A stream that is not relayable
 * is left alone, port 0 stays 0 and c=0.0.0.0 (hold) stays 0.0.0.0, or
 * becomes :: where the address given is of IPv6. No address of a replaced
 * stream stays behind, and where all streams that are on are given none at
 * all: o= (but not its version) and the c= of streams that are off then show
 * the first one's address. ENOSPC: grown beyond SDP_BODY_MAX.
 */
int sdp_rewrite(struct mbuf **mbp, const struct sdp *sdp,
		const struct sdp_edit *e);

#endif
