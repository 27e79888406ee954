/**
 * @file saved_ask.h  What was asked of the relay, as text and back
 *
 * The asks of a call are written once each and then named by their number:
 * that two of them are one is known by their address. Keys of SRTP are not
 * written: a file is no place for them, and the next offer has others.
 */
#ifndef PROXY_MEDIA_SAVED_ASK_H
#define PROXY_MEDIA_SAVED_ASK_H

#include "common/json_in.h"
#include "common/json_out.h"
#include "proxy/media/call_state.h"

enum { SAVED_ASKS_MAX = 8 * CALL_DIALOGS_MAX + 1 };

struct saved_asks {
	struct ask *v[SAVED_ASKS_MAX]; /* read: referenced */
	size_t n;
};

/* of all that the call refers to */
void saved_asks_collect(struct saved_asks *l, const struct call *call);
void saved_asks_put(struct json_out *o, const struct saved_asks *l);

/* the number of one, under that name; none where it is NULL */
void saved_ask_put(struct json_out *o, const char *name,
		   const struct saved_asks *l, const struct ask *ask);

/* EBADMSG; to be released in any case */
int saved_asks_get(struct saved_asks *l, const json_t *asks,
		   const struct call *call);
void saved_asks_release(struct saved_asks *l);

/* a reference, NULL where there is none of that name */
int saved_ask_get(struct ask **askp, const struct saved_asks *l,
		  const json_t *o, const char *name);

/* what stands for a side */
void saved_media_put(struct json_out *o, const char *name,
		     const struct resource_media *m);
int saved_media_get(struct resource_media **mp, const json_t *o,
		    const char *name);

#endif
