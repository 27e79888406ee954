/**
 * @file web_reply.h  Answers, each with the headers that keep browsers honest
 */
#ifndef PROXY_ADMIN_HTTP_WEB_REPLY_H
#define PROXY_ADMIN_HTTP_WEB_REPLY_H

#include <microhttpd.h>
#include "common/json.h"

struct asset;

/* the answer of a question, without its "ok" */
enum MHD_Result web_reply_json(struct MHD_Connection *mc, unsigned status,
			       const json_t *answer);

/* name, value: another header, or NULL */
enum MHD_Result web_reply_problem(struct MHD_Connection *mc, unsigned status,
				  const char *detail, const char *name,
				  const char *value);

/* text is copied */
enum MHD_Result web_reply_text(struct MHD_Connection *mc, unsigned status,
			       const char *type, const void *text, size_t len);
enum MHD_Result web_reply_asset(struct MHD_Connection *mc,
				const struct asset *a);

/* fd is taken over; answer: "type" and "name" of the file, both optional */
enum MHD_Result web_reply_file(struct MHD_Connection *mc, int fd,
			       const json_t *answer);

/* for those that make their responses themselves */
void web_reply_headers(struct MHD_Response *r, const char *type,
		       const char *cache);

#endif
