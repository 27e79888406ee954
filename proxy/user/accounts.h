/**
 * @file accounts.h  All accounts, in memory; the database behind them
 *
 * The loop never waits for the disk: what is asked here was read before, and
 * is read again when another process (viaduct user ...) has changed it.
 */
#ifndef PROXY_USER_ACCOUNTS_H
#define PROXY_USER_ACCOUNTS_H

#include "proxy/user/account.h"

struct accounts;
struct timers;
struct log;
struct metrics;

/* reads all; then looks once a second whether the database has changed */
int accounts_alloc(struct accounts **ap, struct store *store,
		   struct timers *timers, struct log *log,
		   struct metrics *metrics);

/* NULL: none. Valid until the loop turns; aor: canonical user@domain */
const struct account *accounts_find(const struct accounts *a,
				    const struct pl *aor);

/* by its address-of-record, or an alias or DID of it */
const struct account *accounts_find_alias(const struct accounts *a,
					  const struct pl *aor);
uint32_t accounts_count(const struct accounts *a);

/* EIO while the database could not be read at the last try: what is here may
 * be old, and who is not here may exist (500, not 404) */
int accounts_state(const struct accounts *a);

#endif
