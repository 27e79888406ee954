/**
 * @file mock/duet.h  The media of a call between two ends by hand
 *
 * Real calls and a real relay on 127.0.0.1, but no transport: the test says
 * which message passes, and gets its SDP as the other end would.
 */
#ifndef TEST_MOCK_DUET_H
#define TEST_MOCK_DUET_H

#include "common/timer.h"
#include "proxy/media/call.h"

enum { DUET_BODY_MAX = 16384 };

struct duet {
	struct timers *timers;
	struct relay *relay;
	struct resource_maker *maker;
	struct calls *calls;
	struct flow *flowv[2]; /* 198.51.100.7 and .8 */
	struct call *call;
	uint32_t ports;          /* that were free at first */
	char sdp[DUET_BODY_MAX]; /* of the last message, as it was passed */
};

/** A message; scode 0: a request */
struct duet_message {
	enum call_side from;
	const char *met;
	uint32_t cseq;
	uint16_t scode;
	const char *tag;   /* of the callee, "" or NULL: none yet */
	const char *extra; /* whole lines, or NULL */
	const char *body;  /* SDP, or NULL */
};

void duet_open(struct duet *d);
void duet_begin(struct duet *d);

/* 0, and sdp is what becomes of the body; or why it does not pass */
int duet_pass(struct duet *d, const struct duet_message *m);
/* that request gets no answer; it ends its dialog */
void duet_lost(struct duet *d, const struct duet_message *m);
bool duet_leave(struct duet *d, const struct duet_message *m);

/* waits until that many of the relay's ports are taken, or fails the test */
void duet_expect_taken(struct duet *d, uint32_t ports);
void duet_end(struct duet *d);
void duet_close(struct duet *d);

#endif
