/**
 * @file sdp_line.h  What sdp*.c share: lines, tokens, addresses, plan
 */
#ifndef PROXY_MEDIA_SDP_LINE_H
#define PROXY_MEDIA_SDP_LINE_H

#include <strings.h>
#include "proxy/media/sdp.h"

struct sdp_line {
	struct pl all; /* with its end */
	struct pl val; /* behind "x=", without its end */
	char type;     /* 0: not of the form "x=" */
};

/** A c= line, or what applies where there is none */
struct sdp_conn {
	struct pl host;
	struct sa sa;   /* port 0; af unset: a name */
	unsigned count; /* lines seen; several: multicast layers */
};

/** What a section, or the session, says of ICE; slices of the text */
struct sdp_ice {
	struct pl ufrag, pwd;
	bool any;
	bool lite;
	bool mismatch;
};

/** What was read; the text is its own */
struct sdp {
	struct pl lines; /* without blank lines at the end */
	struct pl tail;  /* these */
	struct pl eol;
	struct sdp_conn conn; /* the session's */
	struct sdp_ice ice;   /* the session's */
	struct sdp_ice icev[SDP_STREAMS_MAX];
	struct sdp_stream streamv[SDP_STREAMS_MAX];
	bool ownv[SDP_STREAMS_MAX]; /* has a c= of its own */
	size_t streamc;
	char text[];
};

/** What an edit does to the whole */
struct sdp_plan {
	bool givenv[SDP_STREAMS_MAX];
	bool any;            /* some stream is given */
	bool all;            /* each stream that is on is given */
	bool swap;           /* the session's c= is replaced */
	bool ice;            /* the relay is the agent of some stream */
	const struct sa *sa; /* what o= and the session's c= then show */
};

/** The parts of an m= line */
struct sdp_media {
	struct pl media, port, count, proto;
};

bool sdp_line_next(struct sdp_line *line, struct pl *rest);
void sdp_line_end(struct pl *eol, const struct sdp_line *line);
void sdp_line_attr(const struct sdp_line *line, struct pl *name,
		   struct pl *val);
bool sdp_token(struct pl *tok, struct pl *rest);
int sdp_media_split(struct sdp_media *m, const struct pl *val);
int sdp_origin_split(struct pl *addr, const struct pl *val);
bool sdp_name_is_ice(const struct pl *name);
void sdp_ice_note(struct sdp_ice *ice, const struct pl *name,
		  const struct pl *val);
int sdp_text_split(struct sdp *sdp, const struct pl *text);
int sdp_address_decode(struct sa *sa, struct pl *host, const struct pl *val);
int sdp_conn_decode(struct sdp_conn *conn, const struct pl *val);
int sdp_plan(struct sdp_plan *plan, const struct sdp *sdp,
	     const struct sdp_edit *e);

/* inline: most of 20 000 lines are told apart by their length alone */
static inline bool sdp_name_is(const struct pl *name, const char *str,
			       size_t len)
{
	return name->l == len && !strncasecmp(name->p, str, len);
}

#define SDP_NAME_IS(name, lit) sdp_name_is(name, lit, sizeof(lit) - 1)

#endif
