/**
 * @file voice_thread.h  The thread in which all voices speak and listen
 */
#ifndef RELAY_VOICE_VOICE_THREAD_H
#define RELAY_VOICE_VOICE_THREAD_H

#include "relay/voice/voice_end.h"

struct voice_thread;

/** Called in the main thread's loop */
struct voice_handlers {
	void (*newsh)(struct voice_end *e, const struct voice_news *news,
		      void *arg);
	void *arg; /* a mem object: held while handlers run */
};

int voice_thread_alloc(struct voice_thread **tp,
		       const struct voice_handlers *h);

/* on error the end is still to be removed */
int voice_thread_add(struct voice_thread *t, struct voice_end *e);
struct voice_mail *voice_thread_mail(struct voice_thread *t);

#endif
