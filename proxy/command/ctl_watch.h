/**
 * @file ctl_watch.h  An answer that is looked at again each second
 */
#ifndef PROXY_COMMAND_CTL_WATCH_H
#define PROXY_COMMAND_CTL_WATCH_H

#include "proxy/command/ctl_print.h"

/** What is watched, and how it is shown */
struct ctl_view {
	const char *rows; /* member with the rows of a long table, or NULL */
	bool json;
	ctl_print_h *printh;
	ctl_table_h *tableh; /* NULL: it is no table */
};

/*
 * Until it is ended by q, Ctrl-C or a signal: drawn in place on a terminal;
 * elsewhere printed again and again, or as JSON, an answer a line. The exit
 * code.
 */
int ctl_watch(const char *path, json_t *question, const struct ctl_view *view);

#endif
