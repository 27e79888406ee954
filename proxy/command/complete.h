/**
 * @file complete.h  What may come next on a line, for a shell
 */
#ifndef PROXY_COMMAND_COMPLETE_H
#define PROXY_COMMAND_COMPLETE_H

#include "proxy/command/cli.h"

/* the words behind "viaduct", the last one is not whole. One candidate a line;
 * none: the shell offers files. cliv ends with NULL */
int complete_command(const struct cli *const *cliv, int argc, char **argv);

#endif
