/**
 * @file sdp_writer.h  The lines of a new SDP, most of them as they were
 *
 * Pure. What fails is kept in err, and told at the end.
 */
#ifndef PROXY_MEDIA_SDP_WRITER_H
#define PROXY_MEDIA_SDP_WRITER_H

#include "proxy/media/sdp_line.h"

struct sdp_writer {
	struct mbuf *mb;
	const struct sdp *sdp;
	const struct sdp_edit *e;
	struct sdp_plan plan;
	struct pl run;  /* lines kept, not yet written: they go in one piece */
	size_t n;       /* stream being written; streamc: session */
	bool want_c;    /* its c= is still to be put in */
	bool want_rtcp; /* so is its a=rtcp, unless it stands */
	bool rtcp_done;
	bool want_mux; /* a=rtcp-mux is still to be put in */
	int err;
};

void sdp_writer_text(struct sdp_writer *w, const struct pl *pl);
void sdp_writer_flush(struct sdp_writer *w);
void sdp_writer_line(struct sdp_writer *w);
void sdp_writer_keep(struct sdp_writer *w, const struct sdp_line *line);
void sdp_writer_address(struct sdp_writer *w, const struct sa *sa);
void sdp_writer_conn(struct sdp_writer *w, const struct sa *sa,
		     const struct pl *eol);

#endif
