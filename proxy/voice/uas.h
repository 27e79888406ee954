/**
 * @file uas.h  A dialog in which we are the one who was called
 *
 * RFC 3261 sections 12 and 13.3: the 200 is repeated until its ACK comes,
 * requests in the dialog are answered, and BYE ends it, ours or the phone's.
 * What is said in it is its owner's affair.
 */
#ifndef PROXY_VOICE_UAS_H
#define PROXY_VOICE_UAS_H

#include "common/config.h"
#include "common/timer.h"
#include "proxy/sip/agent.h"
#include "proxy/sip/server_txn.h"

struct log;

/* the methods that it knows */
#define UAS_ALLOW "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE\r\n"

enum { UAS_ROUTES_MAX = 4096 };

/** What all of them work with; it outlives them */
struct uas_parts {
	const struct config *cfg;
	struct timers *timers;
	struct transport *tp;
	struct txns *txns;
	struct agent *agent;
};

/** All may be called before uas_answer() has returned, but endh */
struct uas_handlers {
	/* answers the offer; sdp NULL: offers. 0, or a status code */
	uint16_t (*offerh)(const struct message *m, const struct pl *sdp,
			   struct mbuf **mbp, void *arg);
	/* our offer was answered; false: it cannot be */
	bool (*answerh)(const struct message *m, const struct pl *sdp,
			void *arg);
	/* the call is up: once */
	void (*uph)(const struct message *ack, void *arg);
	/* it is over, by whomever; a word. Its owner gives it up */
	void (*endh)(const char *why, void *arg);
};

struct uas {
	const struct uas_parts *p; /* not owned */
	struct uas_handlers h;
	void *arg;
	char tag[AGENT_TAG_SIZE]; /* ours */
	char *callid, *local, *remote, *target, *contact;
	char *remote_tag;
	char routes[UAS_ROUTES_MAX]; /* whole lines */
	struct flow *flow;
	uint32_t first; /* CSeq of the INVITE that began it */
	uint32_t rseq;  /* of the newest request of theirs */
	uint32_t lseq;  /* of ours */

	struct server_txn *st; /* of the INVITE that is not acknowledged */
	struct mbuf *ok;       /* its 200 */
	uint32_t invite;       /* its CSeq */
	bool offering;         /* our offer waits for its answer */
	uint32_t interval;     /* ms to the next 200 ... */
	uint64_t deadline;     /* ... and to the last one */
	struct timer tmr;
	bool up, over;
};

/* EPROTO: it was refused and answered, there is no dialog */
int uas_answer(struct uas **up, const struct uas_parts *p,
	       struct message *invite, const struct uas_handlers *h,
	       void *arg);

/* could that be a tag of ours? */
bool uas_is_tag(const struct pl *tag);

/* is it the INVITE of that dialog, come by another way? */
bool uas_is_merged(const struct uas *u, const struct message *invite);

/* is it in that dialog? */
bool uas_is(const struct uas *u, const struct message *req);
void uas_request(struct uas *u, struct message *req);

/* BYE; endh follows */
void uas_hangup(struct uas *u, const char *why);

#endif
