/**
 * @file limits.h  How many calls an account may make
 *
 * At once and a minute: its own settings, or those of limit { } for all.
 */
#ifndef PROXY_CORE_LIMITS_H
#define PROXY_CORE_LIMITS_H

#include "common/config.h"
#include "proxy/user/account.h"

struct limits;
struct timers;
struct log;
struct metrics;

int limits_alloc(struct limits **lp, const struct config *cfg,
		 struct timers *timers, struct log *log,
		 struct metrics *metrics);

/*
 * One more call, as long as *slotp lives; it may outlive the limits. EBUSY:
 * too many at once; EAGAIN: too many a minute; always: no limit refuses it
 */
int limits_admit(void **slotp, struct limits *l, const struct account *acc,
		 bool always);

/* would one more be refused? As above; nothing is counted */
int limits_room(const struct limits *l, const struct account *acc);

/* calls at the moment, and how many they may be (0: any) */
uint32_t limits_max(const struct limits *l, const struct account *acc);
uint32_t limits_calls(const struct limits *l, const char *aor);

#endif
