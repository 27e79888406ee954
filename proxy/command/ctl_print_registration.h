/**
 * @file ctl_print_registration.h  Registered phones, for people
 */
#ifndef PROXY_COMMAND_CTL_PRINT_REGISTRATION_H
#define PROXY_COMMAND_CTL_PRINT_REGISTRATION_H

#include "proxy/command/ctl_print.h"

ctl_print_h ctl_print_registrations;
ctl_print_h ctl_print_ping;

#endif
