/**
 * @file ctl_print_trace.h  Who is traced, and what the flight recorder has
 */
#ifndef PROXY_COMMAND_CTL_PRINT_TRACE_H
#define PROXY_COMMAND_CTL_PRINT_TRACE_H

#include "proxy/command/ctl_print.h"

ctl_print_h ctl_print_traces;
ctl_print_h ctl_print_flights;

#endif
