/**
 * @file web_refusal.h  Requests that are refused, counted and told why
 *
 * Of the thread that serves.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_REFUSAL_H
#define PROXY_ADMIN_HTTP_WEB_REFUSAL_H

#include <microhttpd.h>

struct web_request;

enum MHD_Result web_refuse(struct web_request *rq, unsigned status,
			   const char *detail);

/* the same, and the connection ends: where the request does is not known */
enum MHD_Result web_refuse_last(struct web_request *rq, unsigned status,
				const char *detail);

/* allowed: methods that the path has; 0: there is no such path */
enum MHD_Result web_refuse_path(struct web_request *rq, unsigned allowed);

#endif
