/**
 * @file redirect_contact.h  The Contact of a redirect that we follow
 */
#ifndef PROXY_REDIRECT_REDIRECT_CONTACT_H
#define PROXY_REDIRECT_REDIRECT_CONTACT_H

#include "proxy/sip/message.h"

/*
 * The usable Contact of the highest q (the first of several): a sip URI with
 * a numeric host. expires_s: 0 where nothing says how long it holds. ENOENT.
 */
int redirect_contact_best(struct pl *uri, uint32_t *expires_s,
			  const struct message *resp);

/* of that Contact's parameter, else of the Expires header; ENOENT */
int redirect_contact_expires(uint32_t *s, const struct message *m,
			     const struct nameaddr *na);

#endif
