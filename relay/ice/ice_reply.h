/**
 * @file ice_reply.h  What is said to a check
 *
 * Of each kind of answers there is a bounded number a second, and none is
 * longer than what it answers: nobody can aim us at somebody else.
 */
#ifndef RELAY_ICE_ICE_REPLY_H
#define RELAY_ICE_ICE_REPLY_H

#include <stdint.h>
#include <re.h>

struct check;

/** What one component may still say in this second */
struct ice_budget {
	struct ice_bucket {
		uint64_t filled_ms;
		uint32_t n;
	} answers, errors;
};

/* pwd NULL: it did not show that it knows one. EAGAIN: enough was said;
 * EMSGSIZE: longer than the check */
int ice_reply_error(struct mbuf **mbp, struct ice_budget *budget,
		    const struct check *c, uint64_t now_ms, const char *pwd,
		    uint16_t code);
int ice_reply_success(struct mbuf **mbp, struct ice_budget *budget,
		      const struct check *c, uint64_t now_ms, const char *pwd,
		      const struct sa *src);

#endif
