/**
 * @file quality_json.h  How a call sounds, as JSON
 */
#ifndef PROXY_ADMIN_QUALITY_JSON_H
#define PROXY_ADMIN_QUALITY_JSON_H

#include "common/json_out.h"
#include "proxy/media/call_report.h"

/* of what comes from a side; nothing where nothing is known */
void quality_json(struct json_out *o, const char *key,
		  const struct relay_quality *q);

/* whose audio was missing, and why; nothing where nobody's was */
void quality_json_oneway(struct json_out *o, const char *key,
			 const struct call_report *r);

#endif
