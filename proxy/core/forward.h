/**
 * @file forward.h  One request on its way through (RFC 3261 section 16.6)
 *
 * From the server transaction to the client transaction: target, media,
 * Via, Record-Route. Its responses come back through response.h.
 */
#ifndef PROXY_CORE_FORWARD_H
#define PROXY_CORE_FORWARD_H

#include "proxy/core/forwarding.h"

struct refusal;

/* answers for itself, whatever happens */
/* where it goes: 0, or what to answer. ENOENT: its callee is nowhere */
int forward_find(struct forwarding *fw, struct refusal *r);

void forward_request(struct proxy *px, struct message *req,
		     const struct sender *sender);

/* ACK of a dialog: no transaction, no answer */
/* an INVITE that came before a restart, and rings: what it waits for is the
 * caller's to resume */
int forward_resume(struct forwarding **fwp, struct proxy *px,
		   struct message *req, const struct sender *sender);
void forward_ack(struct proxy *px, struct message *req,
		 const struct sender *sender);

/* in a dialog, in the name of one of its ends: nobody waits for the answer.
 * hint: the flow to a phone whose call is gone, or NULL. Errors: it was not
 * sent */
int forward_own(struct proxy *px, struct message *req,
		const struct sender *sender, struct flow *hint);

#endif
