/**
 * @file param.h  ;name=value lists, of headers and of URIs
 */
#ifndef PROXY_SIP_PARAM_H
#define PROXY_SIP_PARAM_H

#include <stdbool.h>
#include <sys/types.h>
#include <re.h>

struct param {
	struct pl all;  /* from the ';' on */
	struct pl name; /* without blanks */
	struct pl val;  /* l == 0: none; unquoted, escapes left in */
	bool has_val;
};

/* takes the next one off the front; ENOENT at the end, EBADMSG */
int param_next(struct param *pm, struct pl *rest);

/* the whole list is well-formed */
int param_check(const struct pl *params);

/* ;name=value, ;name="value" (unquoted), ;name (l == 0) in ";a=b;c"; ENOENT */
int param_get(const struct pl *params, const char *name, struct pl *val);

#endif
