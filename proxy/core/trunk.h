/**
 * @file trunk.h  Peers that calls go to: their state while we run
 *
 * Each configured peer has one: whether it answers, whether we are registered
 * there, how many calls it has, how its challenges are answered.
 */
#ifndef PROXY_CORE_TRUNK_H
#define PROXY_CORE_TRUNK_H

#include "common/config.h"
#include "common/hash.h"
#include "common/timer.h"
#include "proxy/core/login.h"
#include "proxy/sip/hop.h"
#include "proxy/sip/message.h"

struct agent;
struct counter;
struct log;
struct metrics;
struct resolver;
struct transport;
struct trunk_probe;
struct trunk_registration;
struct trunks;
struct txns;

enum { TRUNK_TOKEN_SIZE = 20, TRUNK_REST_MS = 30000, TRUNK_HOSTS_MAX = 8 };

/** What all of them work with; all not owned */
struct trunks_conf {
	const struct config *cfg;
	struct transport *tp;
	struct txns *txns;
	struct resolver *resolver; /* NULL: numeric addresses only */
	struct timers *timers;
	struct log *log;
	struct metrics *metrics;
	struct hash_key branch_key;
	struct hash_key token_key; /* of the Contacts we register */
};

/** The table has a reference as long as its peer is configured */
struct trunk {
	struct le le;                   /* once it has left the table */
	struct trunks *all;             /* not owned; NULL: that is gone */
	const struct config_peer *peer; /* held */
	struct login login;

	bool down;           /* it does not answer our OPTIONS */
	uint64_t rest_until; /* ms: it failed a moment ago; 0: never */
	struct trunk_probe *probe;
	struct trunk_registration *reg;

	struct sa hostv[TRUNK_HOSTS_MAX]; /* that its name led us to */
	uint32_t hostn;                   /* how many so far */

	uint32_t calls;  /* at the moment */
	uint64_t tokens; /* of a call, in 1/60000, for calls_per_minute */
	uint64_t filled; /* ms: when they were counted */
	struct counter *up, *active, *refused;
};

int trunks_alloc(struct trunks **tp, const struct trunks_conf *conf);

/* the peers of another configuration: nothing changes until it is taken */
struct trunk_change;
int trunk_change_alloc(struct trunk_change **cp, struct trunks *ts,
		       const struct config *next);
void trunk_change_take(struct trunk_change *c);

struct trunk *trunks_find(const struct trunks *ts, const char *name);
struct trunk *trunks_of(const struct trunks *ts,
			const struct config_peer *peer);
/* of a peer whose name has that hash (trunk_hash()); NULL: none */
struct trunk *trunks_by_hash(const struct trunks *ts, uint32_t hash);
uint32_t trunk_hash(const struct trunk *t); /* never 0 */
/* in the order of the configuration; NULL behind the last */
struct trunk *trunks_at(const struct trunks *ts, size_t i);
const struct trunks_conf *trunks_conf(const struct trunks *ts);
struct agent *trunks_agent(const struct trunks *ts);

/* it is one that can be sent to */
bool trunk_has_way(const struct trunk *t);
/* where it is, as a URI without user: of its name, or of its first address */
int trunk_uri(char buf[CONFIG_URI_MAX], const struct trunk *t);
/* the same with a number in front: a Request-URI */
int trunk_number_uri(char *buf, size_t size, const struct trunk *t,
		     const char *num);

/* we send to it there: nobody who forges its address may have it banned */
void trunk_goes_to(struct trunk *t, const struct sa *host);
/* does a name of theirs lead there? */
bool trunks_are_at(const struct trunks *ts, const struct sa *host);

/* its answer to a request of ours: 0 none (timeout), else the status. What
 * says that it cannot serve lets it rest */
void trunk_heard(struct trunk *t, uint16_t scode);
bool trunk_rests(const struct trunk *t);
/* does that failure say that another trunk may do better? */
bool trunk_fails_over(uint16_t scode);

/*
 * One more call, as long as *slotp lives; it may outlive the trunk. EBUSY:
 * too many at once; EAGAIN: too many a minute; always: no limit counts
 */
int trunk_admit(void **slotp, struct trunk *t, bool always);

/* the user part of the Contact that we register there */
void trunk_token(char buf[TRUNK_TOKEN_SIZE], const struct trunk *t);
/* whose registration brings this request? NULL: nobody's */
struct trunk *trunks_inbound(const struct trunks *ts,
			     const struct message *req);

#endif
