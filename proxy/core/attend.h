/**
 * @file attend.h  Calls that end here: the test number
 */
#ifndef PROXY_CORE_ATTEND_H
#define PROXY_CORE_ATTEND_H

#include "proxy/core/forwarding.h"

/* is it for the test number? */
bool attend_wants(const struct proxy *px, const struct message *req,
		  const struct sender *s);

/* of those who may begin something; true: it was taken */
bool attend_call(struct proxy *px, struct message *req,
		 const struct sender *s);

#endif
