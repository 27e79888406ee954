/**
 * @file backlog.h  Datagrams that wait for their turn
 *
 * The kernel's queue is emptied into this one, for there a BYE stands behind
 * each new call that came before it. They go on in the order in which they
 * came, or the urgent ones first; what is equally urgent stays in order.
 */
#ifndef PROXY_SIP_BACKLOG_H
#define PROXY_SIP_BACKLOG_H

#include "common/throttle.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/urgency.h"

enum {
	BACKLOG_MAX = 8192,                /* datagrams */
	BACKLOG_OCTETS = 16 * 1024 * 1024, /* of them together */
};

struct backlog;

/** A message that waits */
struct backlog_entry {
	struct le le;
	struct flow *flow; /* referenced */
	enum urgency urgency;
	struct throttle_key call; /* of what may begin one, or cancels it */
	uint64_t arrived_us;      /* monotonic */
	uint64_t number;          /* they came in this order */
	size_t len;
	uint8_t p[];
};

int backlog_alloc(struct backlog **bp);

/* copied; call: or NULL. ENOSPC: full */
int backlog_put(struct backlog *b, struct flow *flow, const uint8_t *p,
		size_t len, enum urgency urgency,
		const struct throttle_key *call, uint64_t arrived_us);

/* the first one, or the most urgent one; the caller's from now on; NULL:
 * none */
struct backlog_entry *backlog_take(struct backlog *b, bool urgent);

/* the first one; of that urgency. They stay; NULL: none */
const struct backlog_entry *backlog_first(const struct backlog *b);
const struct backlog_entry *backlog_oldest(const struct backlog *b,
					   enum urgency urgency);

/* the same, the caller's from now on */
struct backlog_entry *backlog_give_up(struct backlog *b, enum urgency urgency);

/* does the INVITE of that call wait here? */
bool backlog_has_call(const struct backlog *b,
		      const struct throttle_key *call);
uint32_t backlog_count(const struct backlog *b);
bool backlog_full(const struct backlog *b);

#endif
