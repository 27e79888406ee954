/**
 * @file control_test.h  What the control says of calls to the test number
 */
#ifndef PROXY_ADMIN_CONTROL_TEST_H
#define PROXY_ADMIN_CONTROL_TEST_H

#include "proxy/admin/control.h"

struct desk;

/* "tests"; desk NULL: there are none */
int control_test_add(struct control *c, struct desk *desk);

#endif
