/**
 * @file ctl_past.h  Past calls, which the database tells and not the server
 *
 * So it is answered while the server does not run, and it is not kept from its
 * calls while it does.
 */
#ifndef PROXY_COMMAND_CTL_PAST_H
#define PROXY_COMMAND_CTL_PAST_H

#include "proxy/command/ctl_print.h"

struct config;

/* "search" of the question may be a call's number: then all of that one; NULL:
 * no memory. It has "ok" and "error" as a server's answer has */
json_t *ctl_past_ask(const struct config *cfg, const json_t *question);

ctl_print_h ctl_past_print;

#endif
