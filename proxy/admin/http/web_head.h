/**
 * @file web_head.h  The fields of a request's header, judged as a whole, pure
 *
 * The library takes the first of two fields of one name, and believes a
 * transfer coding before a length. Whoever stands in front of it may read
 * otherwise, so both are refused.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_HEAD_H
#define PROXY_ADMIN_HTTP_WEB_HEAD_H

#include <stdbool.h>
#include <stddef.h>

enum {
	WEB_HEAD_MAX = 16384, /* octets of all fields */
	WEB_FIELDS_MAX = 64,
};

struct web_head {
	size_t octets;
	unsigned fields;
	unsigned hosts, lengths, codings, authorizations;
	bool malformed; /* a name or a value that none can have */
};

/* value: may be NULL. false: there are too many, do not go on */
bool web_head_add(struct web_head *h, const char *name, size_t name_len,
		  const char *value, size_t value_len);

/* 0, or the status of the refusal and why. version: "HTTP/1.1" */
unsigned web_head_judge(const char **why, const struct web_head *h,
			const char *version);

#endif
