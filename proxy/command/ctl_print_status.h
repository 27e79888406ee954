/**
 * @file ctl_print_status.h  How the server is, for people
 */
#ifndef PROXY_COMMAND_CTL_PRINT_STATUS_H
#define PROXY_COMMAND_CTL_PRINT_STATUS_H

#include "proxy/command/ctl_print.h"

ctl_print_h ctl_print_status;

#endif
