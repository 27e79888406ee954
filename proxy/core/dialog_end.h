/**
 * @file dialog_end.h  Ends a call: the proxy speaks for its ends
 *
 * Where nobody else will. Each end gets a BYE in the name of the other one,
 * over the way that any request of that one would take now.
 */
#ifndef PROXY_CORE_DIALOG_END_H
#define PROXY_CORE_DIALOG_END_H

#include "proxy/core/attempt.h"

/* BYE to all ends of an answered call, CANCEL and 480 for one that rings; the
 * call has ended then. Returns how many BYEs are under way */
unsigned dialog_end(struct proxy *px, struct call *call, const char *why);

/* ACK and BYE towards the callee, for its 2xx that nobody takes */
void dialog_refuse(struct attempt *at, const struct message *resp);

/* a BYE in a dialog: is it the call's last one? */
bool dialog_is_last(const struct forwarding *fw);

/* a request of ours is over */
void dialog_told(const struct forwarding *fw);

#endif
