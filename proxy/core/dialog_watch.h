/**
 * @file dialog_watch.h  What passes tells of dialogs
 */
#ifndef PROXY_CORE_DIALOG_WATCH_H
#define PROXY_CORE_DIALOG_WATCH_H

#include "proxy/core/attempt.h"
#include "proxy/core/dialog_state.h"

/* its request leaves */
void dialog_sent(const struct attempt *at);

/* its 2xx has gone to the caller */
void dialog_accepted(const struct attempt *at, const struct message *resp);

/* the dialog that a 2xx to its INVITE makes */
int dialog_learn(struct dialogs *ds, const struct attempt *at,
		 const struct message *resp);

#endif
