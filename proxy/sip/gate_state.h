/**
 * @file gate_state.h  What the gate remembers
 *
 * Inside the room: gate.c knows sources, gate_admit.c hears them, gate_reply.c
 * answers them, gate_judge.c says what they deserve, gate_ban.c does it.
 */
#ifndef PROXY_SIP_GATE_STATE_H
#define PROXY_SIP_GATE_STATE_H

#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/gate.h"

enum { GATE_ALLOWANCE = 2048 }; /* octets */

/** A source */
struct gate_source {
	uint64_t known_until; /* 0: a stranger */
	uint64_t asked;       /* whether it is trusted; 0: never */
	uint64_t limited;     /* when a line said so; 0: never */
	throttle_bucket requests, failures, slow;
	int32_t credit; /* octets that it may still be answered with */
	bool trusted, seen;
};

/** One address and port of somebody who is known: what others behind the same
 * NAT send is not his fault */
struct gate_flow {
	uint64_t known_until;
	throttle_bucket requests;
};

/** A user name that is asked for */
struct gate_account {
	throttle_bucket failures;
};

/** A user name with a source that has its password */
struct gate_pair {
	uint64_t good_until;
};

struct gate {
	struct gate_conf conf;
	struct throttle_rate rate, rate_known, rate_all;
	struct throttle_rate failures, account_failures;
	struct throttle_table *sources, *flows, *accounts, *pairs;
	struct bans *bans;
	throttle_bucket all, lines;
	struct hash_key secret;
	gate_trust_h *trusth;
	void *trust_arg;
	uint64_t trust_since;  /* answers of before do not count */
	struct timer tmr;      /* counts the bans in force */
	struct timers *timers; /* referenced */
	struct log *log;       /* referenced */
	struct counter *banned, *bans_total, *dropped, *limited, *slowed;
	struct counter *withheld, *faults;
};

struct gate_source *gate_source(struct gate *g, const struct sa *sa,
				struct throttle_key *key);
bool gate_is_trusted(struct gate *g, struct gate_source *s,
		     const struct sa *sa);
bool gate_is_known(struct gate *g, struct gate_source *s);
bool gate_ban(struct gate *g, const struct sa *src, const char *why);

#endif
