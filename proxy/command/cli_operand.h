/**
 * @file cli_operand.h  What stands behind a verb: is it what is wanted?
 *
 * "ID [on|off]": one that is anything, and one that may be missing and is one
 * of two words. "[KEY=VALUE ...]" and "...": any number.
 */
#ifndef PROXY_COMMAND_CLI_OPERAND_H
#define PROXY_COMMAND_CLI_OPERAND_H

#include "proxy/command/cli.h"

/* false: what is wrong was said on stderr */
bool cli_operands_fit(const struct cli_line *l, const char *takes);

#endif
