/**
 * @file control_explain.h  What would become of a call, told without making it
 */
#ifndef PROXY_ADMIN_CONTROL_EXPLAIN_H
#define PROXY_ADMIN_CONTROL_EXPLAIN_H

#include "proxy/admin/control.h"

struct proxy;

/* "explain" */
int control_explain_add(struct control *c, struct proxy *px);

#endif
