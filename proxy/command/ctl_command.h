/**
 * @file ctl_command.h  viaduct ctl: asks a running server
 */
#ifndef PROXY_COMMAND_CTL_COMMAND_H
#define PROXY_COMMAND_CTL_COMMAND_H

#include "proxy/command/cli.h"

extern const struct cli ctl_cli;

/* argv[0] is "ctl"; returns the exit status */
int ctl_command(int argc, char **argv);

#endif
