/**
 * @file control_metrics.h  All counters, as Prometheus reads them
 */
#ifndef PROXY_ADMIN_CONTROL_METRICS_H
#define PROXY_ADMIN_CONTROL_METRICS_H

#include "proxy/admin/control.h"

struct metrics;

/* "metrics": {"text": ...}; the registry must outlive the control */
int control_metrics_add(struct control *c, struct metrics *metrics);

#endif
