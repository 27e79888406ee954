/**
 * @file resolve_state.h  A resolver and its questions (resolve.c, resolver.c)
 */
#ifndef PROXY_SIP_RESOLVE_STATE_H
#define PROXY_SIP_RESOLVE_STATE_H

#include "common/timer.h"
#include "proxy/sip/resolve.h"
#include "proxy/sip/resolve_hosts.h"
#include "proxy/sip/resolve_lookup.h"
#include "proxy/sip/resolve_rest.h"

struct resolver {
	struct resolver_conf conf;
	struct timers *timers;   /* not owned */
	struct log *log;         /* not owned */
	struct metrics *metrics; /* not owned */
	struct resolve_hosts *hosts;
	struct resolve_cache *cache;
	struct resolve_lookups *lookups;
	struct resolve_rest *rest;
	struct list formerl; /* lookups of before, that answer what they were
			      * asked */
	struct list queryl;  /* struct resolve_query, under way */
	uint32_t queries;
	struct {
		struct counter *questions, *cached, *failed, *refused;
	} count;
};

struct resolve_query {
	struct le le;
	struct resolver *r; /* not owned; NULL: ended */
	struct resolve_target target;
	struct timer deadline;
	struct list waitl; /* struct resolve_wait */
	uint32_t seed;
	unsigned asked;
	bool walking; /* the rules are gone through */
	bool again;   /* something was learnt meanwhile */
	bool last;    /* the deadline: with what there is */
	bool full;    /* too many questions: with what there is */
	bool missed;  /* something was not in the cache */
	resolve_h *h;
	void *arg;
};

/* who asks the servers of conf, in the time that it has */
int resolver_lookups(struct resolve_lookups **lp, const struct resolver *r,
		     const struct resolver_conf *conf);

#endif
