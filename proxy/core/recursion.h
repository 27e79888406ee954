/**
 * @file recursion.h  A callee's redirection, followed
 */
#ifndef PROXY_CORE_RECURSION_H
#define PROXY_CORE_RECURSION_H

#include "proxy/core/attempt.h"

/* the Contacts of its 3xx become targets; false: there is none of use */
bool recursion_follow(struct attempt *at);

#endif
