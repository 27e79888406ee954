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
struct log;
struct metrics;

/* reads all; then the store's thread looks once a second whether the database
 * has changed */
int accounts_alloc(struct accounts **ap, struct store *store, struct log *log,
		   struct metrics *metrics);

/* NULL: none. Valid until the loop turns, or ACCOUNTS_AT_HAND others were
 * looked up; aor: canonical user@domain */
enum { ACCOUNTS_AT_HAND = 64 };
const struct account *accounts_find(const struct accounts *a,
				    const struct pl *aor);

/* by its address-of-record, or an alias or DID of it: visual separators and a
 * missing or additional plus in front do not matter */
const struct account *accounts_find_alias(const struct accounts *a,
					  const struct pl *aor);

/* there is one, and it is not disabled; quick */
bool accounts_serves(const struct accounts *a, const struct pl *aor);
uint32_t accounts_count(const struct accounts *a);

/* EIO while the database could not be read at the last try: what is here may
 * be old, and who is not here may exist (500, not 404) */
int accounts_state(const struct accounts *a);

/* reads now what others have changed, and waits for it: for tests and reload */
void accounts_refresh(struct accounts *a);

/* called when the accounts have changed, for instance to let go the bindings
 * of one that is gone; NULL: nobody */
typedef void(accounts_changed_h)(void *arg);
void accounts_listen(struct accounts *a, accounts_changed_h *h, void *arg);

#endif
