/**
 * @file operand.h  What an operator writes to name somebody
 */
#ifndef PROXY_ADMIN_OPERAND_H
#define PROXY_ADMIN_OPERAND_H

#include "proxy/core/proxy.h"

/* "alice@example.net", "sip:alice@example.net", a number; without a domain it
 * is of the first one. Decoded out of buf; EINVAL */
int operand_user(struct sipuri *uri, char *buf, size_t size,
		 const struct proxy *px, const char *text);

#endif
