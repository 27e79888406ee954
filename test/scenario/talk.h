/**
 * @file scenario/talk.h  What alice and bob say to each other
 *
 * One dialog at a time, begun by alice. Both claim to sit at 192.168.1.10.
 */
#ifndef TEST_SCENARIO_TALK_H
#define TEST_SCENARIO_TALK_H

#include "test/scenario/rig.h"

enum { TALK_SDP_MAX = 1024 };

struct talk {
	struct phone *alice, *bob;
	const char *callid;
	char route[1024]; /* ours, of the dialog */
	unsigned invite;  /* CSeq of alice's last INVITE */
};

void talk_begin(struct talk *t, struct phone *alice, struct phone *bob,
		const char *callid);

/* an audio stream at addr; attr: whole lines more, or "" */
const char *talk_sdp(const char *addr, const char *attr);

/* a request outside a dialog, of alice to bob; extra: whole lines */
void talk_request(struct talk *t, struct phone *ph, const char *met,
		  const char *extra, const char *body);

/* alice's INVITE through the challenge; her next message is the 100 */
void talk_invite(struct talk *t, const char *extra, const char *body);

/* the same to any URI; "" in auth: no credentials */
void talk_send(struct talk *t, struct phone *ph, const char *met,
	       const char *uri, const char *extra, const char *body);

/* CANCEL of it */
void talk_cancel(struct talk *t);

/* ph answers the request that it has received last */
void talk_reply(struct phone *ph, const char *status, const char *extra,
		const char *body);

/* a request in the dialog, by ph; its ACK has the INVITE's CSeq */
void talk_inside(struct talk *t, struct phone *ph, const char *met,
		 unsigned cseq, const char *extra, const char *body);

/* waits for a message that starts so, and fails the test for any other */
void talk_expect(struct phone *ph, const char *start);

/* registers bob, and calls him: answered and acknowledged */
void talk_establish(struct talk *t, const char *alice_addr,
		    const char *bob_addr);

#endif
