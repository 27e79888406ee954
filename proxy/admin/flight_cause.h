/**
 * @file flight_cause.h  Which calls went wrong, pure
 */
#ifndef PROXY_ADMIN_FLIGHT_CAUSE_H
#define PROXY_ADMIN_FLIGHT_CAUSE_H

#include "proxy/media/call_report.h"

enum { FLIGHT_CAUSE_SIZE = 24 };

/* "status-503", "one-way", "mos-310", "media-timeout"; false: all was well */
bool flight_cause(char why[FLIGHT_CAUSE_SIZE], const struct call_report *r);

#endif
