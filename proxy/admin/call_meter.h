/**
 * @file call_meter.h  What calls that are over add to the counters
 */
#ifndef PROXY_ADMIN_CALL_METER_H
#define PROXY_ADMIN_CALL_METER_H

#include "proxy/media/call_report.h"

struct counter;
struct histogram;
struct metrics;

enum { CALL_METER_CLASSES = 4 /* 3xx to 6xx */ };

/** Embed it */
struct call_meter {
	struct counter *failedv[CALL_METER_CLASSES]; /* not owned */
	struct histogram *duration, *loss, *jitter, *mos;
};

void call_meter_init(struct call_meter *m, struct metrics *metrics);
void call_meter_add(const struct call_meter *m, const struct call_report *r);

#endif
