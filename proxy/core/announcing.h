/**
 * @file announcing.h  A caller hears why he is refused, then he is refused
 *
 * Of what we decide ourselves, not what phones answer.
 */
#ifndef PROXY_CORE_ANNOUNCING_H
#define PROXY_CORE_ANNOUNCING_H

#include "proxy/core/forwarding.h"

/* is there something to be heard before that? Of an account of ours alone */
bool announcing_wanted(const struct proxy *px, const struct message *req,
		       const struct sender *s, uint16_t scode);

/* true: he listens, and the refusal follows by itself */
bool announcing_begin(struct forwarding *fw, uint16_t scode,
		      const char *reason);

#endif
