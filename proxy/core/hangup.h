/**
 * @file hangup.h  Ends a call that the callee has accepted and we cannot serve
 */
#ifndef PROXY_CORE_HANGUP_H
#define PROXY_CORE_HANGUP_H

#include "proxy/core/attempt.h"

/* ACK and BYE towards the callee, for its 2xx */
void hangup_callee(struct attempt *at, const struct message *resp);

#endif
