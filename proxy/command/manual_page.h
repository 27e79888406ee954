/**
 * @file manual_page.h  viaduct(1), viaduct-ctl(1), viaduct-user(1)
 *
 * Verbs, operands and options come from the tables of the commands.
 */
#ifndef PROXY_COMMAND_MANUAL_PAGE_H
#define PROXY_COMMAND_MANUAL_PAGE_H

#include "proxy/command/cli.h"

/* name: "viaduct", or that of a command with verbs; cliv ends with NULL.
 * ENOENT: there is no such page */
int manual_page_write(FILE *f, const struct cli *const *cliv,
		      const char *name);

#endif
