/**
 * @file ctl_print.h  Answers of a server, for people
 */
#ifndef PROXY_COMMAND_CTL_PRINT_H
#define PROXY_COMMAND_CTL_PRINT_H

#include <stdio.h>
#include "common/json.h"

/* without commands to a terminal; octets stay as many */
void ctl_clean(char *text);

/* a member that is text, fit for a terminal */
void ctl_put(FILE *f, const json_t *obj, const char *key);

typedef void(ctl_print_h)(FILE *f, const json_t *answer);

struct ctl_table;

/* an answer as a table; the caller frees it */
typedef int(ctl_table_h)(struct ctl_table **tp, const json_t *answer);

ctl_print_h ctl_print_route;
ctl_print_h ctl_print_peers;
ctl_print_h ctl_print_bans;
ctl_print_h ctl_print_nothing;
ctl_print_h ctl_print_token;

#endif
