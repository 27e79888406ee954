/**
 * @file ledger.h  What the disk knows of the location
 *
 * Changes of one address-of-record take turns: who has the turn plans on what
 * is there, has it written, and only once it is committed memory changes and
 * the phone hears so. What expires or loses its connection is taken off the
 * disk later, many with one commit.
 */
#ifndef PROXY_USER_LEDGER_H
#define PROXY_USER_LEDGER_H

#include "proxy/sip/transport.h"
#include "proxy/user/location_batch.h"

struct ledger;
struct turn;
struct store;

enum {
	LEDGER_TURNS_MAX = 8,     /* for one address-of-record */
	LEDGER_WAITING_MAX = 8192 /* in all */
};

/* store NULL: nothing is kept, a write is done before it returns */
int ledger_alloc(struct ledger **lp, struct store *store, struct location *loc,
		 struct timers *timers, struct log *log,
		 struct metrics *metrics);

/*
 * Fills the empty location, at the start. UDP flows are made again, the same
 * listener to the same peer; what came by a connection has no flow until the
 * phone comes back.
 */
int ledger_load(struct ledger *ld, struct transport *tp);

/* who has a turn hears nothing any more */
void ledger_close(struct ledger *ld);

/* it is this one's turn now; what was written (0, or nothing has changed) */
typedef void(turn_h)(void *arg);
typedef void(turn_written_h)(int err, void *arg);

/* ENOSPC: too many wait. mem_deref() ends it: the next one is called */
int turn_alloc(struct turn **tp, struct ledger *ld, const char *aor, turn_h *h,
	       void *arg);

/* false: h will be called */
bool turn_is_now(const struct turn *t);

/* once, when it is its turn; writes, then commits the batch, then calls h */
int turn_write(struct turn *t, struct location_batch *lb, turn_written_h *h);

#endif
