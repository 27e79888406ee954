/**
 * @file ctl_table_registration.h  Registered phones, as a table
 */
#ifndef PROXY_COMMAND_CTL_TABLE_REGISTRATION_H
#define PROXY_COMMAND_CTL_TABLE_REGISTRATION_H

#include "proxy/command/ctl_print.h"

ctl_table_h ctl_table_registrations;

#endif
