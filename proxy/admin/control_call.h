/**
 * @file control_call.h  What the control says of calls
 */
#ifndef PROXY_ADMIN_CONTROL_CALL_H
#define PROXY_ADMIN_CONTROL_CALL_H

#include "proxy/admin/control.h"
#include "proxy/core/served.h"

int control_call_add(struct control *c, struct proxy *px);

#endif
