/**
 * @file welcome.h  What the first operator of a server is told
 */
#ifndef PROXY_COMMAND_WELCOME_H
#define PROXY_COMMAND_WELCOME_H

#include <stdio.h>
#include "common/config.h"

/* what to type into a phone, and what a firewall must let in. file: of the
 * configuration, NULL: there is none */
void welcome_print(FILE *f, const struct config *cfg, const char *file);

#endif
