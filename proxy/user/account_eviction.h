/**
 * @file account_eviction.h  Registrations go with their accounts
 */
#ifndef PROXY_USER_ACCOUNT_EVICTION_H
#define PROXY_USER_ACCOUNT_EVICTION_H

#include "common/timer.h"
#include "proxy/user/accounts.h"
#include "proxy/user/location.h"

struct account_eviction;

/* begins at once, for those who went while we were not there; hears of the
 * accounts' changes from then on */
int account_eviction_alloc(struct account_eviction **ep,
			   struct accounts *accounts, struct location *loc,
			   struct timers *timers, struct log *log,
			   struct metrics *metrics);

#endif
