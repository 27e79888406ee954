/**
 * @file web_request.h  A request from its first line to its answer
 *
 * Of the thread that serves.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_REQUEST_H
#define PROXY_ADMIN_HTTP_WEB_REQUEST_H

#include <microhttpd.h>

/* MHD_OPTION_URI_LOG_CALLBACK, the handler, MHD_OPTION_NOTIFY_COMPLETED */
void *web_request_begin(void *cls, const char *uri, struct MHD_Connection *mc);
enum MHD_Result web_request_handle(void *cls, struct MHD_Connection *mc,
				   const char *path, const char *method,
				   const char *version, const char *data,
				   size_t *size, void **ctx);
void web_request_end(void *cls, struct MHD_Connection *mc, void **ctx,
		     enum MHD_RequestTerminationCode code);

#endif
