/**
 * @file outgoing_lines.h  Which lines leave a request, and which join it
 */
#ifndef PROXY_CORE_OUTGOING_LINES_H
#define PROXY_CORE_OUTGOING_LINES_H

#include "proxy/core/attempt.h"
#include "proxy/sip/build.h"

/* *mbp (set also on error, may be NULL) holds what bf->extra points to */
int outgoing_lines(struct mbuf **mbp, struct build_forward *bf,
		   const struct attempt *at);

#endif
