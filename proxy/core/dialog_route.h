/**
 * @file dialog_route.h  The route sets from us to the ends of a dialog
 *
 * Whole Route lines, "" where there is nobody in between. What was recorded by
 * others is copied, never folded, never longer than a dialog may have. Pure.
 */
#ifndef PROXY_CORE_DIALOG_ROUTE_H
#define PROXY_CORE_DIALOG_ROUTE_H

#include "proxy/core/dialog_state.h"

/* to who has sent an INVITE; to who has answered it */
int dialog_routes_back(char **tp, const struct message *req);
int dialog_routes_on(char **tp, const struct message *resp,
		     const struct dialog_step *s);

/* to whom a request in the dialog goes */
int dialog_routes_left(char **tp, const struct dialog_step *s);

#endif
