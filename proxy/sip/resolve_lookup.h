/**
 * @file resolve_lookup.h  One name and type asked of the DNS, for all askers
 */
#ifndef PROXY_SIP_RESOLVE_LOOKUP_H
#define PROXY_SIP_RESOLVE_LOOKUP_H

#include "proxy/sip/resolve_cache.h"
#include "proxy/sip/resolve_channel.h"

struct resolve_lookups;
struct metrics;

/* the channel is taken over, also on failure; max may be under way */
int resolve_lookups_alloc(struct resolve_lookups **lp,
			  struct resolve_channel *channel, uint32_t max,
			  struct timers *timers, struct log *log,
			  struct metrics *metrics);

/* asks for an entry that is not pending; its waiters are woken, perhaps
 * before this returns; ENOSPC, ENOMEM */
int resolve_lookup(struct resolve_lookups *l, struct resolve_entry *e);

#endif
