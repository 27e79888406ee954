/**
 * @file ladder.h  How packets can move here, and why not better
 *
 * Three rungs, each of which needs more of the system than the one below:
 * sockets, a few of them for all ports (switchboard.h), the kernel by itself.
 * It is tried at start; what is not possible is no error, but has a reason
 * that the operator is told.
 */
#ifndef RELAY_ENGINE_LADDER_H
#define RELAY_ENGINE_LADDER_H

#include <stdint.h>
#include "relay/engine/claim.h"
#include "relay/relay.h"

struct counter;
struct flows;
struct log;
struct metrics;
struct switchboard;

/** A zeroed one has only the lowest rung */
struct ladder {
	enum relay_rung wanted;
	struct claim claim;
	struct switchboard *board;         /* NULL: sockets */
	struct flows *flows;               /* NULL: not in the kernel */
	const char *no_kernel, *no_lookup; /* static; NULL: it is in use */
	struct counter *rungv[RELAY_KERNEL + 1], *flowing; /* not owned */
};

void ladder_open(struct ladder *l, const struct relay_conf *conf,
		 struct log *log, struct metrics *metrics);

/* no worker has anything of it any more, and no path */
void ladder_close(struct ladder *l);

/* one of them does not work after all: nobody has it any more */
void ladder_drop_board(struct ladder *l, int err);
void ladder_drop_kernel(struct ladder *l);

/* once, when all is up: a line of log, and the gauges */
void ladder_show(const struct ladder *l, struct log *log);
void ladder_plane(const struct ladder *l, struct relay_plane *plane);
void ladder_gauge(const struct ladder *l);
const char *ladder_name(enum relay_rung rung);

#endif
