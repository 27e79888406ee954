/**
 * @file ctl_print_explain.h  What would become of a call, for people
 */
#ifndef PROXY_COMMAND_CTL_PRINT_EXPLAIN_H
#define PROXY_COMMAND_CTL_PRINT_EXPLAIN_H

#include "proxy/command/ctl_print.h"

ctl_print_h ctl_print_explain;

#endif
