/**
 * @file legs.h  What the two sides of a call are when it begins
 */
#ifndef PROXY_CORE_LEGS_H
#define PROXY_CORE_LEGS_H

#include "proxy/core/attempt.h"

int legs_call(struct call **cp, struct attempt *at);

#endif
