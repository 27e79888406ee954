/**
 * @file ctl_print_test.h  Calls to the test number, for people
 */
#ifndef PROXY_ADMIN_CTL_PRINT_TEST_H
#define PROXY_ADMIN_CTL_PRINT_TEST_H

#include "proxy/admin/ctl_print.h"

ctl_print_h ctl_print_tests;

#endif
