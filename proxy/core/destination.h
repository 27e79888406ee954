/**
 * @file destination.h  Where a request goes (RFC 3261 sections 16.5, 16.12)
 *
 * Fills the set of targets. Nothing is looked up by name here.
 */
#ifndef PROXY_CORE_DESTINATION_H
#define PROXY_CORE_DESTINATION_H

#include "proxy/core/forwarding.h"
#include "proxy/core/validate.h"

/* the request is for the server itself */
bool destination_is_self(const struct forwarding *fw);

/* EPROTO: *r is the answer; ENOENT: a user of ours who is nowhere, as well */
int destination_find(struct forwarding *fw, struct refusal *r);

/* a Contact that was said to be another place for the request: of our users,
 * a number that payer may call, or whatever may be reached; EALREADY, ENOSPC,
 * EACCES, EPROTO */
int destination_contact(struct forwarding *fw, const struct pl *uri,
			uint16_t q, const char *payer);

/* of a request in a dialog: the end that did not send it */
int destination_dialog(struct forwarding *fw, struct refusal *r);

#endif
