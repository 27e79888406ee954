/**
 * @file refuse.h  What the guard refused: answered once, or dropped
 *
 * Statelessly, to the source address only, and within a budget for each
 * source and for all: whoever forges sources gets little thrown at others. The
 * gate hears of it, too.
 */
#ifndef PROXY_SIP_REFUSE_H
#define PROXY_SIP_REFUSE_H

#include "proxy/sip/flow.h"
#include "proxy/sip/guard.h"

enum {
	REFUSE_PER_SOURCE = 10, /* answers a second */
	REFUSE_TOTAL = 200,     /* to datagrams, answers a second */
};

struct refuse;
struct gate;
struct timers;
struct log;
struct metrics;

int refuse_alloc(struct refuse **rp, struct timers *timers, struct log *log,
		 struct metrics *metrics, struct gate *gate);

/* g as the guard or the decoder left it, of a message of len octets */
void refuse_message(struct refuse *r, struct flow *flow, const struct guard *g,
		    size_t len);

#endif
