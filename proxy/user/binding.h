/**
 * @file binding.h  One Contact of a user, with the way to it
 *
 * A Contact with the flow it came over, the source it was seen from, its Path,
 * and the verdict of the comparison.
 */
#ifndef PROXY_USER_BINDING_H
#define PROXY_USER_BINDING_H

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
	uint16_t q;        /* 0-1000 */
	struct flow *flow; /* referenced */
	struct sa source;  /* of the REGISTER */
	struct nat_verdict verdict;
	uint64_t expires_at; /* monotonic ms */
	struct timer tmr;
	struct flow_watch watch; /* a lost connection takes it away */
};

int binding_copy(struct binding **bp, const struct binding *src,
		 const char *aor);
void binding_absorb(struct binding *b, struct binding *fresh);
struct binding *binding_find(const struct list *bindingl, const char *contact);

#endif
