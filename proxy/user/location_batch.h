/**
 * @file location_batch.h  Changes that are ready: nothing can fail any more
 *
 * Between preparing and committing stands the disk (ledger.h): what a phone is
 * told to be kept is kept, and what could not be kept was never there.
 */
#ifndef PROXY_USER_LOCATION_BATCH_H
#define PROXY_USER_LOCATION_BATCH_H

#include "proxy/user/location.h"

struct location_batch;

/*
 * Copies all; ENOSPC: too many bindings. Place is reserved until the batch is
 * committed or given up by mem_deref(). One batch of an AOR at a time: its
 * bindings may go meanwhile, but must not change.
 */
int location_prepare(struct location_batch **bp, struct location *l,
		     const struct pl *aor, const struct location_change *chgv,
		     size_t chgc);

const char *location_batch_aor(const struct location_batch *lb);

/* expires_s 0: it goes; b tells its Contact then */
typedef void(location_batch_h)(const struct binding *b, uint32_t expires_s,
			       void *arg);
/* its changes; all bindings that there will be, oldest first, with the whole
 * seconds that each has left */
void location_batch_changes(const struct location_batch *lb,
			    location_batch_h *h, void *arg);
void location_batch_result(const struct location_batch *lb,
			   location_batch_h *h, void *arg);

/* once */
void location_commit(struct location_batch *lb);

#endif
