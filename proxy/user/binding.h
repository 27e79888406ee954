/**
 * @file binding.h  One Contact of a user, with the way to it
 *
 * A Contact with the flow it came over, the source it was seen from, its Path,
 * and the verdict of the comparison.
 *
 * Not every binding has a way to it: flow is NULL after a restart where the
 * phone's connection is gone, and where a phone with push parameters sleeps.
 * Who sends asks binding_flow() first. A binding with a Path is reached by the
 * Path's first URI; its flow is only how the REGISTER came.
 *
 * reg_id is not 0 only where RFC 5626 applies; then instance and reg_id are
 * the binding's name, and two of one instance are two ways to one phone.
 */
#ifndef PROXY_USER_BINDING_H
#define PROXY_USER_BINDING_H

#include <stdbool.h>
#include "common/timer.h"
#include "proxy/media/nat.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/sipuri.h"

struct user;

/*
 * A refresh changes a binding in place and may replace its texts: take a
 * reference to a text (they are libre mem objects), or a copy, to keep it.
 */
struct binding {
	struct le le;      /* newest first in its AOR */
	struct user *user; /* not owned; NULL once it is removed */
	char *aor;
	char *contact; /* the URI's text */
	char *path;    /* Route header value(s), or NULL */
	char *callid;
	char *user_agent; /* or NULL */
	char *instance;   /* +sip.instance without quotes, or NULL */
	uint32_t reg_id;  /* RFC 5626, 0: none */
	uint32_t cseq;
	uint16_t q;            /* 0-1000 */
	struct flow *flow;     /* referenced; NULL: no way to it, see above */
	enum flow_proto proto; /* of the flow, also of a lost one */
	struct sa source;      /* of the REGISTER */
	struct sa before;      /* of the one before, from somewhere else */
	struct nat_verdict verdict;
	uint32_t mapping_s;    /* its NAT's mapping lives so long, measured;
				* 0: not known */
	int64_t registered_at; /* ms since 1970, the last REGISTER */
	uint64_t expires_at;   /* monotonic ms */
	struct timer tmr;
	struct flow_watch watch; /* a lost connection takes it away */
};

int binding_alloc(struct binding **bp, const char *aor);
int binding_copy(struct binding **bp, const struct binding *src,
		 const char *aor);
void binding_absorb(struct binding *b, struct binding *fresh);

/* the flow to send by; NULL: there is none now */
struct flow *binding_flow(const struct binding *b);

/* one binding by the rules of RFC 3261 section 10.3 and RFC 5626 section 6 */
bool binding_equal(const struct binding *a, const struct binding *b);

/* the one that key (contact, instance, reg_id) names, or NULL */
struct binding *binding_find(const struct list *bindingl,
			     const struct binding *key);

#endif
