/**
 * @file ctl_watch.h  An answer that is looked at again each second
 */
#ifndef PROXY_COMMAND_CTL_WATCH_H
#define PROXY_COMMAND_CTL_WATCH_H

#include "proxy/command/ctl_print.h"

/* until Ctrl-C. On a terminal it is drawn anew and fits; else each answer is
 * one line of JSON. The exit code */
int ctl_watch(const char *path, json_t *question, const char *rows, bool json,
	      ctl_print_h *printh);

/* as much of a text as a terminal has room for, with what clears the rest */
void ctl_watch_draw(FILE *f, const char *text, unsigned rows, unsigned cols);

#endif
