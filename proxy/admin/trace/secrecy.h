/**
 * @file secrecy.h  What nobody is shown of a message: answers, keys, passwords
 *
 * Overwritten by stars where it stands: a message keeps its length, so that
 * what it says of it stays true.
 */
#ifndef PROXY_ADMIN_TRACE_SECRECY_H
#define PROXY_ADMIN_TRACE_SECRECY_H

#include <stddef.h>

/* whole or cut anywhere */
void secrecy_hide(char *p, size_t len);

#endif
