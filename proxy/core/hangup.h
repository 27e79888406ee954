/**
 * @file hangup.h  Ends a call that the callee has accepted and we cannot serve
 */
#ifndef PROXY_CORE_HANGUP_H
#define PROXY_CORE_HANGUP_H

#include "proxy/core/forwarding.h"

/* ACK and BYE towards the callee, for its 2xx */
void hangup_callee(struct forwarding *fw, const struct message *resp);

#endif
