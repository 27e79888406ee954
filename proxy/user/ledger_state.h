/**
 * @file ledger_state.h  What the ledger is made of (ledger*.c, turn.c)
 */
#ifndef PROXY_USER_LEDGER_STATE_H
#define PROXY_USER_LEDGER_STATE_H

#include "common/hash.h"
#include "common/store.h"
#include "proxy/user/ledger.h"

struct counter;

struct ledger {
	struct store *store; /* NULL: nothing is kept */
	struct location *loc;
	struct timers *timers;
	struct log *log;
	struct counter *written, *failed, *loaded;
	struct hash *desks;
	struct hash_key key;
	struct list dirtyl; /* desks, the longest dirty one first */
	struct timer tmr;   /* runs while some are dirty */
	uint32_t waiting;   /* turns */
	bool failing;       /* the last write did not work */
	bool closed;
};

/** Where the changes of one address-of-record take turns; gone when idle */
struct desk {
	struct le he;
	struct le dirty_le;
	struct ledger *ld; /* not owned */
	char *aor;
	struct list turnl;            /* the first one's turn it is */
	struct turn *writer;          /* not owned; NULL: it has gone */
	struct location_batch *batch; /* on its way to the disk */
	bool committing;              /* it becomes true in memory */
	struct store_write *write;
	struct store_write *cleaning;
};

struct turn {
	struct le le;
	struct desk *desk; /* NULL: its ledger is gone */
	turn_h *h;
	turn_written_h *writtenh;
	void *arg;
};

int ledger_desk_make(struct desk **dp, struct ledger *ld, const char *aor);

/* its last user is gone? then so is it */
void ledger_desk_settle(struct desk *d);

/* what was written, or why not */
void ledger_note(struct ledger *ld, const char *aor, int err);

/** The items of one address-of-record, being put together */
struct ledger_items {
	struct store_item *itemv;
	size_t n, max;
	int err;
};
int ledger_items_alloc(struct ledger_items *li, size_t max);
location_batch_h ledger_items_add; /* arg: struct ledger_items */
void ledger_items_reset(struct ledger_items *li);

#endif
