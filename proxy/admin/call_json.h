/**
 * @file call_json.h  What is known of a call, as JSON
 *
 * The same for its record and for the operator. Unknown things are left out.
 */
#ifndef PROXY_ADMIN_CALL_JSON_H
#define PROXY_ADMIN_CALL_JSON_H

#include "common/json.h"
#include "proxy/media/call_report.h"

enum { CALL_JSON_TIME_SIZE = 32, CALL_JSON_ID_SIZE = 20 };

/* all of it, as the text of an object */
int call_json_text(struct mbuf **mbp, const struct call_report *r);

/* the same as a tree; NULL: no memory */
json_t *call_json(const struct call_report *r);

/* what stands in a table of calls */
json_t *call_json_row(const struct call_report *r);

/* "2026-11-20T14:10:10.123Z" */
void call_json_time(char buf[CALL_JSON_TIME_SIZE], uint64_t ms);

/* a call's number, 16 hexadecimal digits; EINVAL: that is none */
void call_json_id(char buf[CALL_JSON_ID_SIZE], uint64_t id);
int call_json_id_decode(uint64_t *id, const char *text);

#endif
