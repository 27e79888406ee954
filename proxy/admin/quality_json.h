/**
 * @file quality_json.h  How a call sounds, as JSON
 */
#ifndef PROXY_ADMIN_QUALITY_JSON_H
#define PROXY_ADMIN_QUALITY_JSON_H

#include "common/json.h"
#include "proxy/media/call_report.h"

/* of what comes from a side; NULL: nothing is known, or no memory */
json_t *quality_json(const struct relay_quality *q);

/* whose audio was missing, and why; NULL: nobody's, or no memory */
json_t *quality_json_oneway(const struct call_report *r);

#endif
