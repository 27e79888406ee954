/**
 * @file call_note.h  What is noted of a call besides its media
 *
 * Who asked for it and for whom, what its ends have said of their streams,
 * and how it ended: for its report (call_report.h), not for its life.
 */
#ifndef PROXY_MEDIA_CALL_NOTE_H
#define PROXY_MEDIA_CALL_NOTE_H

#include "proxy/media/call.h"

struct call_report;

enum {
	CALL_TEXT_MAX = 512, /* of each text; what is longer is cut */
	CALL_NOTES_MAX = 32, /* streams */
	CALL_KIND_SIZE = 12,
};

/** Who has ended it, or would not take it */
enum call_ender { CALL_BY_US = 0, CALL_BY_A, CALL_BY_B };

/**
 * An INVITE that begins a call, as its caller sent it: the calls of all its
 * attempts share it. Texts are never NULL.
 */
struct call_origin {
	uint64_t id; /* random: its record's number where no call was made */
	char *callid, *from, *to; /* as they stand in it, without tags */
	char *uri;                /* whom it asks for */
	char *agent;              /* what its phone calls itself, or "" */
	char *account, *peer;     /* who has sent it; "": not one of these */
	struct sa source;
	const char *proto; /* "udp", "tcp", static */
	char *diverted;    /* header lines: who had it forwarded */
	uint64_t wall_ms;  /* since 1970: when it came ... */
	uint64_t began_ms; /* ... by the timers' clock */

	bool named;               /* a call has got its id */
	uint64_t winner;          /* the call that was answered first, or 0 */
	struct call_report *last; /* of a call that was not, or NULL */
	bool told;                /* its record is written */
	bool rang;                /* its caller hears that it rings */
};

/** What an end has said of a stream */
struct call_stream {
	char kind[CALL_KIND_SIZE]; /* "audio" */
	struct sa rtpv[2];         /* by side; af unset: nothing yet */
};

/** Owned by its call */
struct call_note {
	struct call_origin *origin; /* referenced; NULL: a call revived */
	char *callee;               /* the account that it goes to, or NULL */
	char *uri;                  /* the Request-URI that it goes with */
	char *agent;                /* what B's phone calls itself, or NULL */
	enum call_ender by;
	uint16_t scode;
	uint64_t left_ms; /* then the BYE came that did; 0: none */
	char *reason;     /* Reason (RFC 3326) of who has ended it, or NULL */
	char *file;       /* its recording, or NULL */
	struct call_stream *streamv;
	size_t streamc;
};

/* empty ones, to be filled */
int call_origin_new(struct call_origin **op);
int call_note_new(struct call_note **np);

/* the texts are copied, without what is no text; id: until it is a call's;
 * began_ms: timers_now() */
int call_origin_alloc(struct call_origin **op, const struct message *invite,
		      uint64_t id, uint64_t began_ms);

/* it begins with that INVITE, and goes to that account (NULL: none) there */
void call_note_origin(struct call *call, struct call_origin *origin,
		      const char *callee, const char *uri);

/* what it began with; NULL: nothing is noted. And the same one for it as for
 * another call of that INVITE */
struct call_origin *call_note_source(const struct call *call);
void call_note_share(struct call *call, struct call_origin *origin);

/* who ends it now, with what status (0: none), and the message that does */
void call_note_end(struct call *call, enum call_ender by, uint16_t scode,
		   const struct message *msg);

/* somebody has hung up then, by the timers' clock: they talked no longer,
 * whenever that was answered */
void call_note_left(struct call *call, uint64_t at_ms);

/* what the phone that answers calls itself */
void call_note_agent(struct call *call, const struct message *msg);

/* of a request or an answer; NULL: nothing, or no memory */
char *call_agent(const struct message *msg);

/* where it is recorded; NULL: nowhere */
void call_note_file(struct call *call, const char *path);

/* what an end's SDP says */
void call_note_sdp(struct call *call, enum call_side from,
		   const struct sdp *sdp);

/* a copy of a text from the network that is fit to be shown; NULL: no memory */
char *call_text(const struct pl *pl);

#endif
