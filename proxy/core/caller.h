/**
 * @file caller.h  Who sends a request, and in whose name
 *
 * A peer by its certificate, its digest, its address, or by the Contact that
 * we have registered there; else an account of ours.
 */
#ifndef PROXY_CORE_CALLER_H
#define PROXY_CORE_CALLER_H

#include "proxy/core/forwarding.h"
#include "proxy/core/validate.h"

/* fills in s->peer, as far as the request itself shows it */
void caller_find_peer(struct sender *s, struct proxy *px,
		      const struct message *req);

/* s->peer calls: for whom, if not for the Request-URI, and has it room for
 * one more? EPROTO: *r is the answer */
int caller_take_peer(struct sender *s, struct proxy *px,
		     const struct message *req, struct refusal *r);

/* that account calls: is the name his that he shows? Fills in what we assert
 * of him. EPROTO */
int caller_take_account(struct sender *s, struct proxy *px,
			const struct message *req, const struct account *acc,
			struct refusal *r);

/* who cannot be asked for a password because our database fails may make an
 * emergency call all the same, if he is registered over that way */
bool caller_in_need(const struct proxy *px, const struct message *req);

/* the Request-URI is the Contact that we have registered somewhere */
bool caller_is_token(const struct proxy *px, const struct message *req);

/* gives up what it holds */
void caller_reset(struct sender *s);

#endif
