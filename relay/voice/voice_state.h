/**
 * @file voice_state.h  What voices and their place share: main thread only
 */
#ifndef RELAY_VOICE_VOICE_STATE_H
#define RELAY_VOICE_VOICE_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "common/timer.h"
#include "relay/relay_state.h"
#include "relay/voice/voice.h"
#include "relay/voice/voice_thread.h"

struct voices {
	struct relay *relay;
	struct voice_thread *thread;
	struct list endl;    /* open ones, and those being taken back */
	struct timer rested; /* ports have had their quarantine */
	uint32_t max, count;
};

struct voice {
	struct voices *vs;
	struct voice_end *end; /* not owned: it is the list's */
	voice_h *h;
	void *arg;
	struct timer tmr;
	uint64_t heard;    /* packets, when it was looked at last */
	uint64_t heard_at; /* ms */
	bool hears;
};

/* its owner may give it up in any of these */
void voice_tell(struct voice_end *e, enum voice_event ev, char key,
		bool in_band);

#endif
