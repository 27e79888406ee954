/**
 * @file ctl_print_ladder.h  The messages of a call as a picture of text
 */
#ifndef PROXY_COMMAND_CTL_PRINT_LADDER_H
#define PROXY_COMMAND_CTL_PRINT_LADDER_H

#include "proxy/command/ctl_print.h"

/* 100 columns wide; one message alone: its text */
ctl_print_h ctl_print_ladder;

#endif
