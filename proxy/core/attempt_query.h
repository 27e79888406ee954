/**
 * @file attempt_query.h  Asks our redirect server where a target is
 */
#ifndef PROXY_CORE_ATTEMPT_QUERY_H
#define PROXY_CORE_ATTEMPT_QUERY_H

#include "proxy/core/attempt.h"

void attempt_query(struct attempt *at);

#endif
