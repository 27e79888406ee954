/**
 * @file ctl_print_test.h  Calls to the test number, for people
 */
#ifndef PROXY_COMMAND_CTL_PRINT_TEST_H
#define PROXY_COMMAND_CTL_PRINT_TEST_H

#include "proxy/command/ctl_print.h"

ctl_print_h ctl_print_tests;

#endif
