/**
 * @file fakeflow.h  A flow without a network: keeps what is sent, and when
 */
#ifndef TEST_MOCK_FAKEFLOW_H
#define TEST_MOCK_FAKEFLOW_H

#include "common/timer.h"
#include "proxy/sip/flow.h"

enum { FAKEFLOW_MAX = 128 };

struct fakeflow {
	struct flow *flow;
	struct timers *timers; /* referenced, or NULL */
	struct {
		uint64_t at;     /* ms on the timers' clock, 0 without */
		struct mbuf *mb; /* a copy, with a 0 behind its end */
	} sentv[FAKEFLOW_MAX];
	size_t sentc; /* counts on when sentv is full */
	int err;      /* what sending returns; nothing is kept then */
};

/* "192.0.2.1:5060" ...; timers may be NULL */
int fakeflow_alloc(struct fakeflow **ffp, enum flow_proto proto,
		   const char *local, const char *peer, struct timers *timers);

/* the n-th text sent, "" behind the last */
const char *fakeflow_text(const struct fakeflow *ff, size_t n);
/* does the n-th text start so? "INVITE ", "SIP/2.0 200 " ... */
bool fakeflow_is(const struct fakeflow *ff, size_t n, const char *start);
/* how many of those sent start so */
size_t fakeflow_count(const struct fakeflow *ff, const char *start);
/* forget what was sent so far */
void fakeflow_clear(struct fakeflow *ff);

#endif
