/**
 * @file scenario/parley.h  Alice calls bob through a rig, with real media
 *
 * Both sit behind NATs of their own, in LANs of the same addresses: what they
 * write of themselves is 192.168.1.10, what the network shows are their
 * sockets on 127.0.0.10 and 127.0.0.20. Their media sockets are theirs; how
 * their ports stand in the SDP is the test's affair.
 */
#ifndef TEST_SCENARIO_PARLEY_H
#define TEST_SCENARIO_PARLEY_H

#include "proxy/media/sdp.h"
#include "test/mock/media.h"
#include "test/scenario/rig.h"

enum { PARLEY_BODY_MAX = 4096 };

struct party {
	struct phone ph;
	const char *name, *other; /* user names */
	const char *tag, *other_tag;
	char contact[64];          /* host:port of its Contact */
	struct media rtp, rtcp;    /* its sockets, any two ports */
	struct sa to[2];           /* where it sends to, RTP and RTCP */
	char sdp[PARLEY_BODY_MAX]; /* the last body it received, or "" */
	unsigned cseq;
};

struct parley {
	struct rig rig;
	bool own_rig;
	uint16_t port_min;
	struct party alice, bob;
	struct media stranger; /* 127.0.0.66 */
	char route[1024];      /* of the dialog, for alice */
	char route_b[1024];    /* for bob, where it is another */
	char callid[64];
	char ruri[96]; /* of alice's INVITE: sip:bob@example.net */
};

/* relay ports: a range that another test at the same time has not */
enum { PARLEY_PORTS = 32 };

/* config: lines behind the ordinary ones, or NULL; "#dual": on ::1, too;
 * relay: of its section */
void parley_open(struct parley *t, const char *relay, const char *config);
/* on a rig of somebody else's, whose users alice and bob are */
void parley_join(struct parley *t, const struct rig *alices,
		 const struct rig *bobs, const char *callid);
void parley_close(struct parley *t);

/* one audio stream at that address and those ports; more: further lines */
const char *parley_sdp(const char *host, uint16_t port, const char *more);
/* as a phone of the same name would write it: 192.168.1.10, own port */
const char *parley_nat_sdp(const struct party *who);

/* the message, after skipping repeated ones: "INVITE", "SIP/2.0 200" */
void parley_expect(struct party *who, const char *head);

void parley_invite(struct parley *t, const char *body, const char *extra);
void parley_answer(struct party *who, const char *status, const char *body);
/* in the dialog; body may be NULL. The other one gets it. */
void parley_request(struct parley *t, struct party *who, const char *met,
		    const char *body);
void parley_ack(struct parley *t, struct party *who, const char *body);

/* of the 200 that alice has got: how requests go in the dialog */
void parley_route(struct parley *t);

/* up and relayed, as written by parley_nat_sdp() */
void parley_establish(struct parley *t);
void parley_reinvite(struct parley *t, struct party *who, const char *offer,
		     const char *answer);
void parley_bye(struct parley *t, struct party *who);

/* takes the addresses of that stream out of the SDP it received last */
void parley_learn(struct party *who, size_t n);

/* RTP both ways until both are latched, every octet and source compared */
void parley_audio(struct parley *t);
/* one packet this way arrives as it was */
void parley_hears(struct party *from, struct party *to);
void parley_rtcp(struct parley *t);

/* runs the main loop until so many relay ports are free */
void parley_wait_ports(const struct parley *t, uint32_t n);

#endif
