/**
 * @file voice.h  An end of media in the relay: it speaks and it listens
 *
 * A second door beside relay.h. A voice has a pair of ports like one side of
 * a relayed stream, hears its phone through the same latch, and answers with
 * G.711: sounds, and the echo of what it hears. It hears keys, by RFC 4733
 * and in band. All functions are for the main loop's thread; all voices speak
 * in one thread of their own, which waits for no signalling and no disk.
 *
 * It sends nothing before it has been told to say something, and nowhere but
 * where the latch allows: one packet for 20 ms, whatever arrives.
 */
#ifndef RELAY_VOICE_VOICE_H
#define RELAY_VOICE_VOICE_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/relay.h"
#include "relay/voice/voice_item.h"

struct voice;
struct voices;

enum voice_law { VOICE_PCMU = 0, VOICE_PCMA };

/** What was agreed on with the phone */
struct voice_speech {
	enum voice_law law;
	uint8_t pt;
	int event_pt; /* telephone-event; -1: none */
	bool speaks;  /* it wants to hear us */
	bool hears;   /* it speaks to us */
};

enum voice_event {
	VOICE_LATCHED, /* the phone is heard */
	VOICE_KEY,     /* it has pressed a key */
	VOICE_SAID,    /* all that was to be said was said */
	VOICE_SILENT,  /* nothing was heard for timeout_ms; said again */
};

/* key, in_band: of VOICE_KEY */
typedef void(voice_h)(struct voice *v, enum voice_event ev, char key,
		      bool in_band, void *arg);

struct voice_stats {
	struct relay_stats rtp; /* of what it hears */
	uint8_t level;          /* the loudest 20 ms, -dBov; 127: silence */

	/* what its RTCP says of us */
	bool told;
	uint32_t delay_us; /* there and back, 0: unknown */
	uint32_t lost;
	uint32_t jitter_us;
};

int voices_alloc(struct voices **vp, struct relay *relay, uint32_t max);
/* for those that begin from now on */
void voices_limit(struct voices *vs, uint32_t max);
uint32_t voices_count(const struct voices *vs);

/*
 * Opens a pair of ports of that family, in that zone ("": any). ENOSPC: ports
 * are short, or there are as many voices as there may be; EAFNOSUPPORT.
 */
int voice_alloc(struct voice **vp, struct voices *vs, int af,
		const struct sa *towards, const char *zone, voice_h *h,
		void *arg);

/* ours, as it is advertised */
int voice_addr(const struct voice *v, enum relay_comp comp, struct sa *sa);

/* new signalling of the phone */
int voice_anchor(struct voice *v, const struct relay_anchor *a,
		 const struct voice_speech *speech);

/* behind all that is still to be said. ENOSPC */
int voice_say(struct voice *v, const struct voice_item *item);

/* nothing more is said */
void voice_hush(struct voice *v);

void voice_stats(const struct voice *v, struct voice_stats *st);

#endif
