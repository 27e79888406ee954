/**
 * @file ctl_table_call.h  Calls of a server, as a table
 */
#ifndef PROXY_COMMAND_CTL_TABLE_CALL_H
#define PROXY_COMMAND_CTL_TABLE_CALL_H

#include "proxy/command/ctl_print.h"

ctl_table_h ctl_table_calls;

#endif
