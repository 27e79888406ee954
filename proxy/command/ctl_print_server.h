/**
 * @file ctl_print_server.h  What was changed of a server, for people
 */
#ifndef PROXY_COMMAND_CTL_PRINT_SERVER_H
#define PROXY_COMMAND_CTL_PRINT_SERVER_H

#include "proxy/command/ctl_print.h"

ctl_print_h ctl_print_relays;
ctl_print_h ctl_print_drain;
ctl_print_h ctl_print_log;

#endif
