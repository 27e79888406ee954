/**
 * @file ctl_print_setting.h  The configuration in force, for people
 */
#ifndef PROXY_COMMAND_CTL_PRINT_SETTING_H
#define PROXY_COMMAND_CTL_PRINT_SETTING_H

#include "proxy/command/ctl_print.h"

ctl_print_h ctl_print_settings;
ctl_print_h ctl_print_reload;

#endif
