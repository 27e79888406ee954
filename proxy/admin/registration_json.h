/**
 * @file registration_json.h  What is told of a registration, as JSON
 */
#ifndef PROXY_ADMIN_REGISTRATION_JSON_H
#define PROXY_ADMIN_REGISTRATION_JSON_H

#include "common/json_out.h"
#include "proxy/user/keepalive.h"

/* one object of an array; k NULL: nobody is kept alive. now: by the timers'
 * clock, ms */
void registration_json(struct json_out *o, struct binding *b,
		       const struct keepalive *k, uint64_t now);

/* does the text stand in its address, Contact, User-Agent or source? Case does
 * not matter, "" is everywhere */
bool registration_has(const struct binding *b, const char *text);

#endif
