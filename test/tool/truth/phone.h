/**
 * @file phone.h  A telephone that is judged octet by octet
 *
 * It has a network namespace's sockets, knows as much SIP as a call needs, and
 * lies in its SDP if it is told so, as phones behind NAT do.
 */
#ifndef TOOL_TRUTH_PHONE_H
#define TOOL_TRUTH_PHONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "test/tool/truth/parcels.h"
#include "test/tool/truth/frames.h"

enum {
	PHONE_TEXT = 16384,
	PHONE_FIELD = 512,
	PHONE_SIP_PORT = 5070,
	PHONE_RTP_PORT = 20000,
	PHONE_DSCP = 46,
};

struct phone {
	const char *name;
	int netns;
	struct sa addr, proxy;
	const char *claim;  /* the address that its SDP names; NULL: its own */
	char elsewhere[64]; /* or that it names from now on, with this port */
	uint16_t elsewhere_port;
	int sip, media;
	uint16_t port; /* of its media */
	struct sa far; /* the relay, for it */
	bool fax, held, sending;
	bool away; /* registers as nowhere */
	uint64_t due_us;
	uint64_t foreign, unsent;
	struct parcels out;
	struct frames frames;
	struct phone *peer;

	/* its dialog */
	char callid[PHONE_FIELD], local[PHONE_FIELD], remote[PHONE_FIELD];
	char target[PHONE_FIELD], routes[PHONE_FIELD * 4];
	unsigned cseq, version;
	bool up;

	/* its last request, and the final response to it */
	char request[PHONE_TEXT], answer[PHONE_TEXT], ack[PHONE_TEXT];
	char method[16];
	unsigned status;
	uint64_t again_us;

	/* its last 200 to an INVITE */
	char accepted[PHONE_TEXT];
};

/* argv: its network namespace, address, proxy, and what its SDP names */
int phone_open(struct phone *p, const char *name, char **argv);
void phone_close(struct phone *p);

/* another port for its media */
int phone_move(struct phone *p);

/* who it is when it registers, and of a call that it begins */
void phone_identify(struct phone *p);
void phone_dial(struct phone *p);

/* what it sends now, and who it wants; the answer comes by phone_sip() */
void phone_request(struct phone *p, const char *method, bool sdp);
void phone_again(struct phone *p, uint64_t now_us);

/* reads what has come */
void phone_sip(struct phone *p);
void phone_hear(struct phone *p);

/* one packet of its stream */
void phone_speak(struct phone *p);

/* prints what came of what it sent; nothing was wrong? */
bool phone_judge(const struct phone *p);

uint64_t phone_now_us(void);

#endif
