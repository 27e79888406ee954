/**
 * @file keepalive_state.h  A keepalive and its bindings (keepalive*.c only)
 */
#ifndef PROXY_USER_KEEPALIVE_STATE_H
#define PROXY_USER_KEEPALIVE_STATE_H

#include "common/timer.h"
#include "proxy/sip/agent.h"
#include "proxy/sip/traffic.h"
#include "proxy/user/keepalive.h"
#include "proxy/user/mapping.h"
#include "proxy/user/rhythm.h"

struct counter;

struct keepalive {
	const struct config *cfg; /* not owned */
	struct location *loc;
	struct agent *agent;
	struct traffic *traffic; /* referenced, or NULL */
	struct timers *timers;
	struct log *log;
	struct hash *pings;
	struct mappings *mappings;
	struct mbuf *crlf;
	struct counter *sent;
	struct counter *failed;
	struct counter *unreachable;
	struct counter *trials, *lived, *died;
};

/** A silence that is tried */
enum trial {
	TRIAL_NONE = 0,
	TRIAL_OPENING, /* the phone answers, and the silence begins */
	TRIAL_SILENT,
	TRIAL_ASKING, /* does it still answer? */
};

/** What keeps one binding's mapping open */
struct ping {
	struct le he;
	struct keepalive *k; /* not owned */
	struct binding *b;
	struct timer tmr;
	struct client_txn *ct; /* an OPTIONS on its way */
	uint32_t cseq;
	uint32_t lost; /* in a row */

	struct sa peer; /* of its flow */
	struct mapping m;
	uint32_t suspect_s; /* not answered after so long; 0: all is well */
	struct rhythm rhythm;
	enum trial trial;
	uint32_t gap_s;     /* the silence */
	uint64_t open_at;   /* when the next trial begins, ms; 0: none */
	uint64_t asked_at;  /* ms */
	uint64_t learnt_at; /* ms, what died */
	unsigned mute;      /* trials in a row that the phone did not open */
	struct traffic_watch watch;
};

/* keepalive_ping.c */
struct mapping_bounds ping_bounds(const struct ping *p);
uint32_t ping_interval(const struct ping *p);
bool ping_is_slow(const struct ping *p); /* less often than configured */
void ping_schedule(struct ping *p);
void ping_drop_options(struct ping *p);
int ping_options(struct ping *p);
void ping_alive(struct ping *p);

/* keepalive_trial.c */
void trial_begin(struct ping *p);   /* the binding is new */
void trial_beat(struct ping *p);    /* the phone has registered */
bool trial_timeout(struct ping *p); /* false: an ordinary keepalive is due */
void trial_answered(struct ping *p, const struct message *resp);
void trial_lost(struct ping *p); /* a keepalive was not answered */

timer_h ping_timeout;

#endif
