/**
 * @file resolve_cache.h  What is known of names, and who waits to know
 *
 * A table of a bounded number of entries (name and type) under a seeded hash;
 * the ones longest unused give way. An entry says what there is, that there is
 * nothing, or that nobody could say; an expired one is kept for the time that
 * the DNS is silent (RFC 8767). Many may wait for one entry.
 */
#ifndef PROXY_SIP_RESOLVE_CACHE_H
#define PROXY_SIP_RESOLVE_CACHE_H

#include "proxy/sip/resolve_rules.h"

struct resolve_cache;

struct resolve_cache_conf {
	uint32_t max;        /* entries; some dozens at least */
	uint32_t ttl_max_s;  /* a record is believed at most */
	uint32_t negative_s; /* that there is nothing is believed at most */
	uint32_t stale_s;
};

struct resolve_entry {
	struct le he, lru;
	struct resolve_cache *cache; /* not owned; NULL: out of the table */
	struct resolve_set *set;     /* what there was at last, or NULL */
	int err;                     /* what is believed: 0, ENOENT, ... */
	uint64_t until;              /* ms; 0: never known */
	uint64_t stale_until;
	bool pending;      /* somebody asks */
	struct list waitl; /* struct resolve_wait */
	enum resolve_type type;
	char name[];
};

typedef void(resolve_wake_h)(void *arg);

/** Embed or allocate it; it leaves both lists with mem_deref */
struct resolve_wait {
	struct le le;  /* of the entry */
	struct le own; /* of the one who waits */
	resolve_wake_h *h;
	void *arg;
	struct resolve_entry *entry;
};

int resolve_cache_alloc(struct resolve_cache **cp,
			const struct resolve_cache_conf *conf);

/* other bounds for what is learnt from now on; max stays */
void resolve_cache_limit(struct resolve_cache *c,
			 const struct resolve_cache_conf *conf);
/* who waits is woken nonetheless, and asks again */
void resolve_cache_flush(struct resolve_cache *c);

/* finds or makes; ENOSPC: all that there is room for is being asked for */
int resolve_cache_entry(struct resolve_entry **ep, struct resolve_cache *c,
			enum resolve_type type, const char *name);

/* 0 and *setp, ENOENT, why nobody could say, EINPROGRESS: not known (any
 * more); stale: what was known serves too */
int resolve_entry_known(const struct resolve_set **setp,
			const struct resolve_entry *e, uint64_t now,
			bool stale);

/* err 0 or ENOENT: a says it; otherwise nobody could. ENOMEM. *stale: what was
 * known goes on serving */
int resolve_entry_learn(struct resolve_entry *e, int err,
			const struct resolve_answer *a, uint64_t now,
			bool *stale);

/* waits already: harmless */
int resolve_entry_wait(struct resolve_entry *e, struct list *own,
		       resolve_wake_h *h, void *arg);

/* calls each one, who waits no longer then */
void resolve_entry_wake(struct resolve_entry *e);

#endif
