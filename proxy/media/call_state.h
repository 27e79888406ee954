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
#include "proxy/media/offer.h"
#include "proxy/media/oneway.h"
#include "proxy/media/sdp.h"
#include "proxy/media/sdp_origin.h"

enum {
	CALL_DIALOGS_MAX = 8, /* of one call at once */
	CALLS_ENDS = 8,       /* reasons that are counted */
};

struct calls {
	struct calls_conf conf;
	struct hash *ht;     /* struct call, by id */
	struct hash *claims; /* struct claim, by address */
	struct hash *places; /* struct place, by address */
	struct hash_key key;
	struct unique *ids;
	uint32_t count;
	struct timers *timers;
	struct log *log;
	struct counter *started, *relayed, *direct, *failed;
	struct metrics *metrics; /* not owned */
	struct counter *active, *ringing, *talks;
	struct counter *endedv[CALLS_ENDS], *onewayv[ONEWAY_CAUSES];
	struct histogram *setup, *dial_delay;
};

/** That a relay address stands for a side */
struct claim {
	struct le he;
	struct call *call; /* not owned; the claim is in one of its legs */
	enum call_side side;
	struct sa rtp;
};

/** Where a phone is reached */
struct place {
	struct le he;
	struct call *call; /* not owned; the place is in it */
	enum call_side side;
	struct sa sa;
};

/** What an SDP asks of the relay; nobody changes it once it is made */
struct ask {
	struct resource_request rq; /* its media referenced */
	struct ask_line {
		uint8_t with;  /* the m= line whose transport it uses */
		bool mux_only; /* RFC 8858 */
	} linev[];             /* as many as rq.media has */
};

/** A relay resource, and what stands in it */
struct media_leg {
	struct call *call;    /* not owned */
	struct resource *res; /* NULL: nothing was asked yet */
	struct leg_side {
		struct ask *asked; /* NULL: it has to be (again) */
		struct resource_media *ours;
		struct claim claim; /* of ours */
	} sidev[2];
};

/** A side in a dialog */
struct dialog_side {
	struct ask *now;            /* the last thing it said */
	struct ask *offered;        /* ... that waits for its answer */
	struct ask *agreed;         /* ... that both stand by */
	struct sa behind_nat;       /* that another proxy spoke of */
	struct sdp_origin received; /* what it was sent */
};

/** A call for each To tag that answers its INVITE */
struct call_dialog {
	struct le le;      /* the call owns it */
	struct call *call; /* not owned */
	char *tag;         /* side B's; NULL: it has not said one yet */
	bool forked;       /* it answers what another one answers, too */
	bool confirmed;    /* by a 2xx */
	struct offer offer;
	struct dialog_side sidev[2];
	struct media_leg *leg; /* shared where the relay cannot fork */
};

/** One side of a call */
struct side {
	struct flow *flow;
	bool phone;
	const struct config_peer *peer; /* held; NULL: none */
	enum config_media policy;       /* the peer's, or the account's */
	struct nat_verdict verdict;     /* newest */
	char *instance;                 /* of the phone, or NULL */
	struct place place;             /* of its flow */
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
	enum call_mode agreed;      /* the mode when both sides agreed last */
	struct nat_verdict verdict; /* of the call */
	struct list dialogl;      /* struct call_dialog; the first one has the
				       media, and there always is one */
	struct offer opening;     /* after its INVITE ... */
	struct ask *first;        /* ... what that offered, or NULL ... */
	struct sdp_origin opened; /* ... and as what it went on */
	struct hash_key mark_key; /* that the offer's mark was made with */
	bool marked;              /* the offer came with a mark of ours ... */
	enum call_side marked_by; /* ... from this side */
	uint64_t looped;          /* 0, or the call whose relay it is ... */
	enum call_side beyond;    /* ... and the side of it that we are on */
	bool answered;
	bool saved;             /* once at least */
	bool changed;           /* since then */
	struct call_note *note; /* NULL: nothing is noted */
	struct call_record record;
	uint64_t started_ms, answered_ms;
	uint32_t ringing_ms, length_ms; /* unanswered, and answered, at most */
	bool ice;                       /* as struct calls_conf has it */
	void *keepv[CALL_KEEP_MAX];     /* references of others */
	size_t keepc;
	struct call_watch *watch; /* NULL: all has been heard */
	struct timer tmr;         /* lives at most */
	struct timer tmr_session; /* without a refresh */
	struct list passl;        /* struct call_pass, the first is at work */
};

/** What a pass may have to take back */
struct call_before {
	bool taken;
	struct offer offer;
	struct ask *nowv[2], *offeredv[2], *agreedv[2]; /* referenced */
	enum call_mode mode;
};

/** A message on its way from a side to the other */
struct call_pass {
	struct le le;      /* the call owns it */
	struct call *call; /* not owned */
	enum call_side from;
	bool quiet;    /* it is no message: the leg is set right */
	bool lost;     /* msg is a request that nobody will answer */
	bool foreign;  /* it is of no dialog of the call */
	bool confirms; /* its dialog, by a 2xx */
	struct message *msg;
	struct message *req; /* that it answers; or itself */
	struct sdp *sdp;
	struct pl part;             /* the SDP's place in the body */
	struct call_dialog *dialog; /* referenced */
	struct offer_result offer;
	struct call_before before;
	struct ask *asking; /* referenced: the resource was asked that */
	enum call_side asking_side;
	call_pass_h *h; /* NULL: taken back */
	void *arg;
	struct call_pass **pp;
	bool started;
	bool busy; /* the resource was asked */
};

/* call.c */
int call_new(struct call **cp, struct calls *calls, uint64_t id);
void call_enter(struct call *call);

/* call_life.c */
void call_await(struct call *call, uint64_t ring_ms);

/* call_session.c */
void call_session_last(struct call *call, uint64_t ms);

/* call_pass.c */
void call_pass_start(struct call_pass *pass);

/* call_queue.c: all that is waiting is told err, or nothing where err is 0 */
void call_queue_flush(struct call *call, int err);
void call_queue_finish(struct call_pass *pass, int err, struct mbuf *body);
void call_queue_repair(struct call_pass *pass, bool lost);
void call_queue_sync(struct call_dialog *d, enum call_side side);

/* call_verdict.c */
void call_judge(struct call_pass *pass);

/* call_ask.c */
const struct sa *call_ask_first(const struct resource_media *m);
int call_ask_new(struct ask **askp, size_t n);
int call_ask_alloc(struct ask **askp, const struct call_pass *pass);
int call_ask_copy(struct ask **askp, const struct ask *ask);
bool call_ask_same(const struct ask *a, const struct ask *b);

/* call_answer.c */
bool call_answer_keeps_mux(const struct call_pass *pass, size_t n);
struct ask *call_answer_reduce(const struct call *call, struct ask *offer,
			       const struct ask *answer,
			       enum call_side offerer);

/* call_leg.c */
int call_leg_alloc(struct media_leg **legp, struct call *call);
int call_leg_open(struct call_dialog *d);
void call_leg_granted(struct media_leg *leg, enum call_side side,
		      struct ask *ask, struct resource_media *ours);
bool call_leg_next(enum call_side *side, const struct call_dialog *d);

/* call_dialog.c */
int call_dialog_alloc(struct call_dialog **dp, struct call *call);
int call_dialog_find(struct call_dialog **dp, const struct call_pass *pass);
struct call_dialog *call_dialog_main(const struct call *call);
void call_dialog_confirm(struct call_dialog *d);
bool call_dialog_is_whole(const struct call_dialog *d);
bool call_dialog_is_held(const struct call_dialog *d);

/* call_offer.c */
void call_offer_hear(struct call_pass *pass);
int call_offer_take(struct call_pass *pass);
void call_offer_undo(struct call_pass *pass);
void call_offer_sent(struct call_pass *pass);

/* call_write.c */
int call_write_direct(struct mbuf **mbp, struct call_pass *pass);
int call_write_relayed(struct mbuf **mbp, struct call_pass *pass);

/* call_ice.c */
bool call_ice_is_agent(const struct call *call, enum call_side side);
int call_ice_write(struct sdp_edit *edit, struct relay_login *login,
		   const struct call_pass *pass, const uint8_t *withv);

/* call_claim.c */
void call_claim(struct media_leg *leg, enum call_side side,
		const struct sa *rtp);
void call_unclaim(struct media_leg *leg, enum call_side side);
const struct claim *call_claimed(const struct call_pass *pass);

/* call_move.c */
void call_place(struct call *call, enum call_side side);
void call_place_at(struct call *call, enum call_side side,
		   const struct sa *sa);
void call_place_forget(struct call *call, enum call_side side);

/* call_mark.c */
const char *call_offer_mark(char *buf, const struct call_pass *pass,
			    const struct sa *rtp);
const char *call_answer_mark(char *buf, const struct call_pass *pass);
bool call_seen_behind(struct sa *seen, const struct call_pass *pass);
void call_note_mark(struct call_pass *pass);
void call_mark_again(struct call *call);

/* call_close.c */
void call_close_init(struct calls *calls);
void call_expire(struct call *call, const char *why);
void call_relay_event(enum relay_event ev, const struct relay_info *info,
		      void *arg);
void call_tell_answered(struct call *call);
void call_tell_end(struct call *call, const char *why);

/* call_log.c */
const char *call_mode_name(enum call_mode mode);
void call_verdict_words(char *buf, size_t size, const struct call *call);
void call_log_verdict(const struct call *call);
void call_log_source(const struct call *call, enum relay_event ev,
		     const struct relay_info *info);
void call_log_end(const struct call *call, const char *why);

#endif
