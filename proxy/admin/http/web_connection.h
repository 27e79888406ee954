/**
 * @file web_connection.h  Connections, and how long they may take
 *
 * Of the thread that serves. The library counts only silence, so one octet a
 * second would hold a connection for ever.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_CONNECTION_H
#define PROXY_ADMIN_HTTP_WEB_CONNECTION_H

#include <microhttpd.h>

struct web;

enum {
	WEB_KEEP_MS = 15000, /* between two requests */
	WEB_SEND_MS = 60000, /* for an answer */
	WEB_FILE_MS = 900000,
};

/* MHD_OPTION_NOTIFY_CONNECTION */
void web_connection_notify(void *cls, struct MHD_Connection *mc, void **ctx,
			   enum MHD_ConnectionNotificationCode code);

/* from now on; 0: as long as it likes */
void web_connection_allow(struct MHD_Connection *mc, unsigned ms);

/* those whose time is over end. ms until the next one, -1: none */
int web_connection_check(struct web *w);

#endif
