/**
 * @file ctl_print_metrics.h  The counters of a server, for Prometheus
 */
#ifndef PROXY_COMMAND_CTL_PRINT_METRICS_H
#define PROXY_COMMAND_CTL_PRINT_METRICS_H

#include <stdio.h>
#include "common/json.h"

void ctl_print_metrics(FILE *f, const json_t *answer);

#endif
