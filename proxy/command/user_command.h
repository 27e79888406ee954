/**
 * @file user_command.h  viaduct user
 */
#ifndef PROXY_COMMAND_USER_COMMAND_H
#define PROXY_COMMAND_USER_COMMAND_H

#include "proxy/command/cli.h"

extern const struct cli user_cli;

/* argv[0] is "user"; the exit code: 0, 1 on failure, 2 on wrong usage or
 * configuration */
int user_command(int argc, char **argv);

#endif
