/**
 * @file config_command.h  viaduct config: all keys there are
 */
#ifndef PROXY_COMMAND_CONFIG_COMMAND_H
#define PROXY_COMMAND_CONFIG_COMMAND_H

#include "proxy/command/cli.h"

extern const struct cli config_cli;

/* argv[0] is "config"; returns the exit status */
int config_command(int argc, char **argv);

#endif
