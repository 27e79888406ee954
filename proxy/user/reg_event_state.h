/**
 * @file reg_event_state.h  The reg package and its subscriptions
 *
 * Inside the room: reg_event.c answers SUBSCRIBE, subscription.c sends NOTIFY.
 */
#ifndef PROXY_USER_REG_EVENT_STATE_H
#define PROXY_USER_REG_EVENT_STATE_H

#include "common/timer.h"
#include "proxy/sip/agent.h"
#include "proxy/user/reg_event.h"

struct counter;

#define REG_EVENT_ALLOW "Allow-Events: reg\r\n"

enum {
	REG_EVENT_EXPIRES_MIN_S = 60,
	REG_EVENT_EXPIRES_MAX_S = 3600,
	REG_EVENT_PER_AOR = 10,
	REG_EVENT_MAX = 10000,
	REG_EVENT_ID_MAX = 64,
	REG_EVENT_BUDGET = 3, /* NOTIFYs at once */
};

struct reg_event {
	struct reg_event_parts p;
	struct agent *agent;
	struct hash_key key;
	struct hash *by_aor; /* they own the subscriptions */
	struct hash *by_tag;
	uint32_t n;
	struct counter *subscriptions, *notifies, *refused, *ended;
};

/** One dialog, in which we are the notifier */
struct subscription {
	struct le he_aor, he_tag;
	struct reg_event *r; /* not owned: it owns us */
	char aor[ACCOUNT_AOR_MAX];
	char tag[AGENT_TAG_SIZE];  /* ours */
	char id[REG_EVENT_ID_MAX]; /* of the Event, or "" */
	char *peer_tag;
	char *callid;
	char *from;    /* our From: the To of the SUBSCRIBE, with our tag */
	char *to;      /* its From */
	char *target;  /* URI of its Contact */
	char *route;   /* Route lines, or NULL */
	uint32_t cseq; /* of our NOTIFYs */
	uint32_t peer_cseq; /* of its SUBSCRIBEs */
	uint32_t version;
	struct flow *flow;
	struct flow_watch watch;
	struct client_txn *ct; /* a NOTIFY on its way */
	struct timer expiry, pause;
	unsigned budget;    /* NOTIFYs that may leave at once */
	uint64_t filled_at; /* ms */
	bool seen;          /* it has been told of contacts */
	bool dirty;         /* something to tell */
	bool last;          /* the dialog ends with the next NOTIFY */
};

int subscription_alloc(struct subscription **sp, struct reg_event *r,
		       const char *aor, const struct message *req);

/* a later SUBSCRIBE of its dialog: where it is reached now; EPROTO: its CSeq
 * is not higher */
int subscription_update(struct subscription *s, const struct message *req);

/* 0: ends with the NOTIFY that follows */
void subscription_extend(struct subscription *s, uint32_t expires_s);

/* tell it, within a moment */
void subscription_notify(struct subscription *s);

/* harmless where it has ended; the package lets go of it */
void subscription_end(struct subscription *s, const char *why);

/* ";transport=..." of a flow for a URI of ours, "" for UDP */
const char *subscription_transport(const struct flow *flow);

/** One SUBSCRIBE */
struct ask {
	struct reg_event *r;
	struct message *req;
	struct server_txn *st;  /* once it is known who asks */
	struct subscription *s; /* of its dialog; NULL: it begins one */
	char aor[ACCOUNT_AOR_MAX];
	struct pl id; /* of the Event */
	uint32_t expires_s;
};

/* reg_event_check.c: 0, or it was answered; aor, id and expires_s are filled */
int ask_check(struct ask *a, bool peer);
void ask_refuse(const struct ask *a, uint16_t scode, const char *reason,
		const char *extra);

/* "reg;id=7": is it the package, and what is its id? */
bool ask_is_reg(const struct message *req, struct pl *id);
bool ask_is_domain(const struct config *cfg, const struct pl *host);

#endif
