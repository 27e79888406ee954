/**
 * @file ctl_print_call.h  Calls of a server, for people
 */
#ifndef PROXY_COMMAND_CTL_PRINT_CALL_H
#define PROXY_COMMAND_CTL_PRINT_CALL_H

#include "proxy/command/ctl_print.h"

void ctl_print_calls(FILE *f, const json_t *answer);
void ctl_print_call(FILE *f, const json_t *answer);
void ctl_print_hangup(FILE *f, const json_t *answer);
void ctl_print_record(FILE *f, const json_t *answer);

#endif
