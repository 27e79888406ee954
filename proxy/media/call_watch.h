/**
 * @file call_watch.h  One-way audio, while the call is up
 *
 * Told by the relay who is mute or deaf, and who is heard or hears again. Once the call is
 * answered it says so, with the likely cause (oneway.h).
 */
#ifndef PROXY_MEDIA_CALL_WATCH_H
#define PROXY_MEDIA_CALL_WATCH_H

#include "proxy/media/call.h"
#include "proxy/media/oneway.h"

struct call_watch; /* of a call; NULL: all has been heard */

/** What is known of a side of a call */
struct call_oneway {
	bool now;           /* it is not heard, or does not hear */
	bool deaf;          /* the latter; of both the former is shown */
	unsigned times;     /* that it was so, this one included */
	uint64_t silent_ms; /* for so long in all */
	const char *cause;  /* of the last time, or NULL ... */
	const char *remedy; /* ... and what to do about it */
};

/* RELAY_MUTE, RELAY_HEARD, RELAY_DEAF, RELAY_HEARS */
void call_watch(struct call *call, enum relay_event ev,
		const struct relay_info *info);

/* from now on it matters */
void call_watch_answered(struct call *call);
void call_watch_close(struct call *call);

void call_watch_show(struct call_oneway *show, const struct call *call,
		     enum call_side side);

#endif
