/**
 * @file call_back.h  A call that is back, and lacks what only SIP can give it
 */
#ifndef PROXY_STATE_CALL_BACK_H
#define PROXY_STATE_CALL_BACK_H

#include "proxy/core/dialog_json.h"
#include "proxy/core/served.h"
#include "proxy/media/call_saved.h"

struct call_back;

/* the call is in its table then, and what it lacks in the list; EBADMSG, and
 * as of call_restore() */
int call_back_restore(struct list *backl, uint64_t id, struct calls *calls,
		      const struct call_restorer *r, const char *text,
		      size_t len);
uint64_t call_back_id(const struct call_back *back);

/* its sides are reached where they were, where that is possible, and its ends
 * can be spoken to; what rang rings on, or an error says that it cannot */
int call_back_connect(const struct call_back *back, struct call *call,
		      struct proxy *px, struct transport *tp);

#endif
