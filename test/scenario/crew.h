/**
 * @file scenario/crew.h  Alice calls bob, who has several phones
 *
 * Each phone is a socket on an address of its own and claims that address:
 * nobody is behind NAT unless the test says so in the SDP. A phone remembers
 * the request that it received last, ACK and CANCEL apart, and answers that.
 */
#ifndef TEST_SCENARIO_CREW_H
#define TEST_SCENARIO_CREW_H

#include "test/scenario/rig.h"

enum { CREW_BOBS = 5, CREW_REQUEST_MAX = 16384, CREW_NAT_PORTS = 4 };

struct member {
	struct phone ph;
	const char *user;
	char tag[16];                   /* "": it gives none */
	char request[CREW_REQUEST_MAX]; /* the last one received */
	char route[2048]; /* of the dialog, as this member sends it */
};

struct crew {
	struct rig rig;
	struct member alice, bobv[CREW_BOBS];
	struct member peerv[2]; /* 127.0.0.40 and 41, configured */
	const char *callid;
	unsigned invite; /* CSeq of alice's last request */
};

/* t1: 0 for the ordinary one; timer_c: 0 as well. In ms. "#dual" in config: on
 * ::1, too */
void crew_open(struct crew *c, const char *config, uint32_t t1,
	       uint32_t timer_c);
void crew_close(struct crew *c);

/* no call is left, and (with a fast T1) no forwarding and no transaction */
void crew_no_calls(struct crew *c);
void crew_idle(struct crew *c);

/* REGISTER of its own address as a user; params behind the URI, or "" */
void crew_register(struct member *m, const char *params);
/* of any Contacts, whole */
void crew_register_as(struct member *m, const char *user,
		      const char *contacts);

/* a request of alice's outside a dialog, with her credentials; extra: whole
 * lines */
void crew_send(struct crew *c, const char *met, const char *uri,
	       const char *extra, const char *body);
/* the same once more, as it was, or with another branch */
void crew_again(struct crew *c, const char *met, const char *uri,
		const char *extra, const char *body, bool same);
/* INVITE to bob; the 100 has been taken */
void crew_invite(struct crew *c, const char *extra, const char *body);
void crew_cancel(struct crew *c, const char *extra);

/* a request of the peer's, which needs no credentials; extra: whole lines in
 * front of Content-Length */
void crew_peer_send(struct crew *c, const char *met, const char *uri,
		    const char *extra, const char *body);

/* the next message that starts so; others are passed over */
void crew_expect(struct member *m, const char *start);
/* nothing that starts so comes for a while; what comes is kept */
bool crew_silent(struct member *m, const char *start);
/* how many messages of that start come until it is quiet */
unsigned crew_count(struct member *m, const char *start);

/* m answers the request that it remembers */
void crew_reply(struct member *m, const char *status, const char *extra,
		const char *body);
/* a CANCEL comes: 200 to it, 487 to the INVITE, its ACK is taken. The CANCEL
 * stays in m->ph.msg until then: reason must be in it */
void crew_cancelled(struct member *m, const char *reason);

/* alice takes the route out of the response of that phone that she has ... */
void crew_learn(struct crew *c, struct member *bob);
/* ... a 2xx, and acknowledges it */
void crew_ack(struct crew *c, struct member *bob);
void crew_reack(struct crew *c, struct member *bob);
/* a request in the dialog */
void crew_inside(struct crew *c, struct member *from, struct member *to,
		 const char *met, unsigned cseq);
/* in the dialog; the other one answers 200 */
void crew_bye(struct crew *c, struct member *from, struct member *to);

/* an audio stream at addr */
const char *crew_sdp(const char *addr);
/* c= of the last message's body */
const char *crew_media(const struct member *m);
/* a header line's value in the last message, n-th line of that name */
const char *crew_header(const struct member *m, const char *name, unsigned n);
/* the branch of the first Via of the last message */
const char *crew_branch(const struct member *m);

#endif
