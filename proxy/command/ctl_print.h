/**
 * @file ctl_print.h  Answers of a server, for people
 */
#ifndef PROXY_COMMAND_CTL_PRINT_H
#define PROXY_COMMAND_CTL_PRINT_H

#include <stdio.h>
#include "common/json.h"

/* a member that is text, fit for a terminal */
void ctl_put(FILE *f, const json_t *obj, const char *key);

typedef void(ctl_print_h)(FILE *f, const json_t *answer);

ctl_print_h ctl_print_route;
ctl_print_h ctl_print_peers;
ctl_print_h ctl_print_bans;
ctl_print_h ctl_print_nothing;
ctl_print_h ctl_print_token;

#endif
