/**
 * @file binding_json.h  A binding as the text that outlives the process
 */
#ifndef PROXY_USER_BINDING_JSON_H
#define PROXY_USER_BINDING_JSON_H

#include "proxy/user/binding.h"

enum { BINDING_JSON_MAX = 16384 };

/* one line of JSON, to be freed by mem_deref() */
int binding_json_encode(char **textp, const struct binding *b);

/* local: our address on the flow that it came over, which is not made here;
 * EBADMSG: not such a text */
int binding_json_decode(struct binding **bp, struct sa *local, const char *aor,
			const char *text);

#endif
