/**
 * @file traces.h  Whose messages are written down, and where
 *
 * An operator names a user or an address; from then on its messages go to a
 * packet file or to the log, for a day at most.
 */
#ifndef PROXY_ADMIN_TRACE_TRACES_H
#define PROXY_ADMIN_TRACE_TRACES_H

#include "proxy/admin/trace/sighting.h"

struct log;
struct shelf;
struct timers;
struct traces;

enum {
	TRACES_MAX = 16,
	TRACE_WHAT_MAX = 128,
	TRACE_NAME_MAX = 128,
	TRACE_LIFE_MS = 24 * 3600 * 1000,
	TRACE_FILE_MAX = 16 << 20, /* then another one is begun */
};

/** What is known of a trace */
struct trace_state {
	const char *what;
	bool to_log;
	const char *file; /* "": none yet */
	uint64_t messages, lost;
	uint64_t left_s; /* then it ends */
};

/* shelf: where the files are; NULL: there are none. It outlives it */
int traces_alloc(struct traces **tp, struct shelf *shelf,
		 struct timers *timers, struct log *log);

/* "alice@example.net", "192.0.2.1". EINVAL: neither; EEXIST; ENOSPC: too
 * many; ENOTSUP: there are no files */
int traces_begin(struct traces *t, const char *what, bool to_log);
int traces_end(struct traces *t, const char *what); /* ENOENT */
bool traces_any(const struct traces *t);

void traces_note(struct traces *t, const struct sighting *s);

/* all files anew */
void traces_rotate(struct traces *t);

typedef void(trace_h)(const struct trace_state *st, void *arg);
void traces_apply(const struct traces *t, trace_h *h, void *arg);

#endif
