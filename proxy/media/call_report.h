/**
 * @file call_report.h  All that is known of a call, at one moment
 *
 * Taken while the call is up, or as it ends: plain data that keeps nothing of
 * the call alive but its origin's texts.
 */
#ifndef PROXY_MEDIA_CALL_REPORT_H
#define PROXY_MEDIA_CALL_REPORT_H

#include "proxy/media/call_note.h"
#include "proxy/media/call_watch.h"

struct sheaf;

enum { CALL_WHY_SIZE = 32, CALL_REASON_SIZE = 256 };

enum call_phase { CALL_RINGS = 0, CALL_TALKS, CALL_HOLDS, CALL_OVER };

/** A side, and who is behind it */
struct call_report_side {
	char *account, *peer; /* "": not one of these */
	char *agent;          /* what its phone calls itself, or NULL */
	bool phone;           /* attached to us */
	struct sa signalling;
	const char *proto; /* "udp", static */
	struct call_oneway oneway;
};

/** A side of a stream; all of it as relay.h says it, 0 where it is not ours */
struct call_report_media {
	struct sa sdp, ours; /* what it named; what stands for it */
	bool counted;        /* not where the relay is elsewhere */
	struct relay_stats stats;
};

struct call_report_stream {
	unsigned number; /* of its m= line */
	char kind[CALL_KIND_SIZE];
	struct call_report_media sidev[2];
};

struct call_report {
	uint64_t id;
	char *callid;
	struct call_origin *origin; /* referenced; NULL: a call revived */
	char *uri;                  /* where it went, or "" */
	struct call_report_side sidev[2];

	/* since 1970; 0: not yet, or never */
	uint64_t started_ms, answered_ms, ended_ms;
	uint64_t talked_ms;
	enum call_phase phase;
	const char *mode;              /* "relay", static */
	const char *verdict;           /* "source-differs", static */
	char reason[CALL_REASON_SIZE]; /* the same in words */
	struct call_report_stream *streamv;
	size_t streamc;
	char *file; /* its recording, or "" */

	/* at its end */
	char why[CALL_WHY_SIZE];
	enum call_ender by;
	uint16_t scode;      /* that its caller got; 0: none */
	char *phrase;        /* that it came with, or NULL: ours */
	char *cause;         /* Reason (RFC 3326) of who ended it, or "" */
	struct sheaf *sheaf; /* referenced: headers of its media's packets,
				some moments later; or NULL */
};

/* NULL as why: it is up. ENOMEM */
int call_report(struct call_report **rp, const struct call *call,
		const char *why);

/* is it the call that its INVITE's record is of? */
bool call_is_record(const struct call *call);

/* of an INVITE that has just come: its call begins */
int call_report_begun(struct call_report **rp,
		      const struct call_origin *origin);

/* of an INVITE that was never a call's: what came of it */
int call_report_failed(struct call_report **rp,
		       const struct call_origin *origin, uint64_t now_ms);

const char *call_phase_name(enum call_phase phase);
const char *call_ender_name(enum call_ender by);

#endif
