/**
 * @file chronicle.h  What is told of a call: one record for each INVITE
 *
 * That it begins, and then what its caller saw of it: answered, then it is
 * told once more, and when it ends; refused, then at once, of the attempt
 * whose answer the caller got.
 */
#ifndef PROXY_CORE_CHRONICLE_H
#define PROXY_CORE_CHRONICLE_H

#include "proxy/core/attempt.h"

/* a forwarding begins; nothing happens unless it begins a call */
void chronicle_begin(struct forwarding *fw);

/* the number of its next call; 0: any */
uint64_t chronicle_id(const struct forwarding *fw);

/* an INVITE of somebody whom we know is refused before it is forwarded */
void chronicle_refused(const struct proxy *px, const struct message *req,
		       const struct sender *s, uint16_t scode);

/* the call of one of its attempts begins, ends */
void chronicle_call(const struct attempt *at, struct call *call);
void chronicle_call_ended(struct attempt *at);

/* a call is taken up again in the middle: it is shown, its record was written
 * or is lost */
void chronicle_revived(const struct attempt *at, struct call *call);

/* it was accepted: the call is the forwarding's */
void chronicle_accepted(const struct attempt *at, const struct message *msg);

/* what that attempt heard is what the caller hears now */
void chronicle_failed(struct forwarding *fw, const struct attempt *at);

/* the caller has heard that; 0: he has gone without an answer */
void chronicle_final(struct forwarding *fw, uint16_t scode);

/* a request in its dialog ends a call */
void chronicle_end(const struct forwarding *fw, struct call *call);

#endif
