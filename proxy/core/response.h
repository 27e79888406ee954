/**
 * @file response.h  Responses on their way back (RFC 3261 section 16.7)
 */
#ifndef PROXY_CORE_RESPONSE_H
#define PROXY_CORE_RESPONSE_H

#include "proxy/core/attempt.h"

/* what the client transaction of an attempt hears */
void response_handler(struct client_txn *ct, int err, struct message *resp,
		      void *arg);

#endif
