/**
 * @file call_state.h  A call, as call*.c share it
 */
#ifndef PROXY_MEDIA_CALL_STATE_H
#define PROXY_MEDIA_CALL_STATE_H

#include "common/timer.h"
#include "proxy/media/call.h"
#include "proxy/media/call_note.h"
#include "proxy/media/call_record.h"
#include "proxy/media/mark.h"
#include "proxy/media/sdp.h"

struct calls {
	struct calls_conf conf;
	struct hash *ht;     /* struct call, by id */
	struct hash *claims; /* struct claim, by address */
	struct hash_key key;
	uint32_t count;
	struct timers *timers;
	struct log *log;
	struct counter *started, *relayed, *direct, *failed;
	struct metrics *metrics; /* not owned */
	struct counter *active, *talks;
};

/** That a relay address stands for a side */
struct claim {
	struct le he;
	struct call *call; /* not owned; the claim is in it */
	struct sa rtp;
};

/** One side of a call */
struct side {
	struct flow *flow;
	bool phone;
	const struct config_peer *peer; /* not owned */
	enum config_media policy;       /* the peer's, or the account's */
	struct nat_verdict verdict;     /* newest */
	struct resource_media *media;   /* what its last SDP named */
	struct resource_media *ours;    /* what stands for it */
	struct sa signalling;           /* that was asked with */
	bool asked;                     /* media and ours are good */
	struct sa behind_nat;           /* that another proxy spoke of */
	struct claim claim;             /* of ours */
	uint64_t behind;                /* the call that it came back as ... */
	struct sa seen;                 /* ... and where its phone is */
};

/** Who sees to the media */
enum call_mode {
	CALL_UNDECIDED = 0,
	CALL_DIRECT,   /* the ends themselves */
	CALL_RELAY,    /* our relay resource */
	CALL_UPSTREAM, /* a relay of ours that was there before us */
};

struct call {
	struct le he;
	struct calls *calls; /* not owned; NULL once ended */
	uint64_t id;
	struct pl callid; /* owned text */
	struct side sidev[2];
	enum call_mode mode;
	bool hold;
	bool late; /* the last INVITE had no SDP: its answer is the offer */
	struct nat_verdict verdict; /* of the call */
	struct resource *res;
	struct hash_key mark_key; /* that the offer's mark was made with */
	bool marked;              /* the offer came with a mark of ours ... */
	enum call_side marked_by; /* ... from this side */
	uint64_t looped;          /* 0, or the call whose relay it is ... */
	enum call_side beyond;    /* ... and the side of it that we are on */
	bool answered;
	struct call_note *note; /* NULL: nothing is noted */
	struct call_record record;
	uint64_t started_ms, answered_ms;
	void *keepv[CALL_KEEP_MAX]; /* references of others */
	size_t keepc;
	struct call_watch *watch; /* NULL: all has been heard */
	struct timer tmr;         /* lives at most */
	struct timer tmr_session; /* without a refresh */
	struct list passl;        /* struct call_pass, the first is at work */
};

/** A message on its way from a side to the other */
struct call_pass {
	struct le le;      /* the call owns it */
	struct call *call; /* not owned */
	enum call_side from;
	struct message *msg;
	struct sdp *sdp;
	struct pl part;             /* the SDP's place in the body */
	struct resource_request rq; /* its media referenced */
	call_pass_h *h;             /* NULL: taken back */
	void *arg;
	struct call_pass **pp;
	bool started;
	bool busy; /* the resource was asked */
};

/* call_pass.c: all that is waiting is told err, or nothing where err is 0 */
void call_pass_flush(struct call *call, int err);

/* call_verdict.c */
void call_judge(struct call_pass *pass);

/* call_ask.c */
const struct sa *call_ask_first(const struct resource_media *m);
int call_ask_fill(struct call_pass *pass);
bool call_ask_unchanged(const struct call_pass *pass);

/* call_claim.c */
void call_claim(struct call *call, enum call_side side, const struct sa *rtp);
void call_unclaim(struct call *call, enum call_side side);
const struct claim *call_claimed(const struct call_pass *pass);

/* call_mark.c */
const char *call_offer_mark(char *buf, const struct call_pass *pass,
			    const struct sa *rtp);
const char *call_answer_mark(char *buf, const struct call_pass *pass);
bool call_seen_behind(struct sa *seen, const struct call_pass *pass);
void call_note_mark(struct call_pass *pass);

/* call.c */
int call_resource(struct call *call);

/* call_close.c */
void call_expire(struct call *call, const char *why);
void call_relay_event(enum relay_event ev, const struct relay_info *info,
		      void *arg);
void call_tell_end(struct call *call, const char *why);

/* call_log.c */
const char *call_mode_name(enum call_mode mode);
void call_verdict_words(char *buf, size_t size, const struct call *call);
void call_log_verdict(const struct call *call);
void call_log_source(const struct call *call, enum relay_event ev,
		     const struct relay_info *info);
void call_log_end(const struct call *call, const char *why);

#endif
