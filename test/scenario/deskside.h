/**
 * @file scenario/deskside.h  Alice calls a server that answers itself
 *
 * One call at a time, with real media. Where she says that she sits is the
 * test's affair, her sockets are on 127.0.0.10.
 */
#ifndef TEST_SCENARIO_DESKSIDE_H
#define TEST_SCENARIO_DESKSIDE_H

#include "common/sound.h"
#include "test/mock/media.h"
#include "test/scenario/rig.h"

enum { DESKSIDE_PORTS = 40, DESKSIDE_MANY = 400, DESKSIDE_RTP = 172 };

struct deskside {
	struct rig rig;
	struct phone ph;
	struct media rtp, rtcp;
	const char *uri; /* whom she calls */
	char host[64];   /* that she shows in Via and Contact */
	char callid[64];
	const char *way;  /* part of the branches, "" at first */
	char to_tag[64];  /* of the last response that had one */
	char target[160]; /* its Contact */
	char body[4096];  /* of the last response or request, or "" */
	struct sa at[2];  /* where it leads, RTP and RTCP */
	unsigned cseq, invite;
	uint32_t ts;
};

/* config: lines behind the ordinary ones; t1: 0 for the ordinary one */
void deskside_open(struct deskside *d, const char *config, uint32_t t1);
/* with DESKSIDE_MANY ports; with lines of the relay section */
void deskside_open_many(struct deskside *d, const char *config);
void deskside_open_relay(struct deskside *d, const char *relay);
void deskside_close(struct deskside *d);

/* her SDP at that host, "" for her own address; more: lines behind m= */
const char *deskside_sdp(const struct deskside *d, const char *host,
			 const char *more);

/* INVITE with credentials; what follows the 407 and the 100 is in ph.msg */
void deskside_invite(struct deskside *d, const char *extra, const char *sdp);
/* the last INVITE once more, by another way */
void deskside_fork(struct deskside *d, const char *sdp);
void deskside_cancel(struct deskside *d);

/* the next message that starts so; 100s and repeated ones are passed over */
void deskside_expect(struct deskside *d, const char *start);

/* in the dialog */
void deskside_request(struct deskside *d, const char *met, const char *sdp);
void deskside_ack(struct deskside *d, const char *sdp);
void deskside_reply(struct deskside *d, const char *status);

/* up: with her own address as she shows it */
void deskside_call(struct deskside *d, const char *extra);

/* 20 ms of a sound, or of silence */
void deskside_speak(struct deskside *d, const struct sound *s);

/* a key by RFC 4733 */
void deskside_press(struct deskside *d, uint8_t event);

/* the next packet of media; the main loop runs meanwhile */
size_t deskside_get(struct deskside *d, uint8_t p[2048]);
void deskside_run(unsigned ms);

/* speaks and hears until a tone was heard for so many packets in a row */
void deskside_hears(struct deskside *d, const struct sound *says, unsigned hz,
		    unsigned n);

/* runs the main loop until so many ports are free */
void deskside_ports(struct deskside *d, uint32_t n);

#endif
