/**
 * @file media_json.h  One end of a stream, as JSON
 */
#ifndef PROXY_ADMIN_MEDIA_JSON_H
#define PROXY_ADMIN_MEDIA_JSON_H

#include "common/json_out.h"
#include "proxy/media/call_report.h"

/* what is not counted here is left out: nobody knows */
void media_json(struct json_out *o, const char *key,
		const struct call_report_media *m);

#endif
