/**
 * @file ws_frames_state.h  What the frames of a connection are made of
 *
 * Inside the room: ws_frames.c reads, ws_frames_write.c writes.
 */
#ifndef PROXY_SIP_WS_FRAMES_STATE_H
#define PROXY_SIP_WS_FRAMES_STATE_H

#include <wslay/wslay.h>
#include "proxy/sip/ws_frames.h"

struct ws_frames {
	wslay_frame_context_ptr ctx;
	const uint8_t *in; /* not owned; what is still to be read */
	size_t left;
	uint64_t fed;   /* octets that wslay took */
	uint64_t whole; /* of them in frames that are complete */

	bool inside;  /* of a frame */
	bool open;    /* a message that has begun; it may be between frames */
	bool given;   /* the message was given out */
	bool text;    /* of the message */
	bool bad;     /* or closed: for good */
	uint64_t got; /* octets of the frame */
	size_t size;  /* of control */
	struct mbuf *mb; /* the message; NULL while there is none */
	uint8_t control[WS_CONTROL_MAX];

	struct mbuf *out; /* not owned; while something is written */
};

ssize_t ws_frames_send_handler(const uint8_t *p, size_t len, int flags,
			       void *arg);

#endif
