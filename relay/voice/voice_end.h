/**
 * @file voice_end.h  The thread's side of a voice: two ports, mouth and ear
 *
 * Made and freed by the main thread, which may touch the constants, what is
 * atomic, and the mail.
 */
#ifndef RELAY_VOICE_VOICE_END_H
#define RELAY_VOICE_VOICE_END_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/engine/leg.h"
#include "relay/voice/voice.h"
#include "relay/voice/voice_buffer.h"
#include "relay/voice/voice_ear.h"
#include "relay/voice/voice_mail.h"
#include "relay/voice/voice_play.h"
#include "relay/voice/voice_rtcp.h"

struct port_pair;
struct ports;
struct timers;
struct voice_end;

enum { VOICE_SAMPLE_US = 125 };

struct voice_port {
	struct leg leg;
	struct voice_end *end; /* not owned */
};

struct voice_end {
	/* constant while it is open */
	struct voice_port portv[2]; /* by component */
	struct port_pair *pair;     /* the main thread's; NULL: no ports */
	struct timers *timers;      /* not owned */
	struct hearsay hearsay;     /* the thread's */

	/* the main thread's */
	struct le le;
	struct voice *voice; /* not owned; NULL: closing */

	/* under the lock of the mail */
	struct voice_order order;
	struct voice_news news;

	/* the thread's */
	struct le thread_le;
	bool removed;
	bool begun; /* it has been told to say something */
	struct voice_speech speech;
	struct relay_terms *terms; /* or NULL */
	struct voice_play play;
	struct voice_buffer buffer;
	struct voice_ear ear;
	struct voice_rtcp rtcp;
	uint32_t ticks, waited;
	uint32_t unheard; /* said to who is not where signalling is */
	uint32_t ts;
	uint16_t seq;
	bool marked; /* its first packet was sent */

	/* everybody's */
	_Atomic uint32_t delay_us, lost, jitter, loudest;
	_Atomic bool told;
};

/** What became of a packet or of 20 ms */
struct voice_result {
	char key; /* or 0 */
	bool in_band;
	bool latched;
	bool said; /* all that was to be said */
};

int voice_end_alloc(struct voice_end **ep, const struct relay_conf *conf,
		    struct timers *timers);

/* ENOSPC: ports are short */
int voice_end_open(struct voice_end *e, const struct sa *addr,
		   struct ports *ports);

/* in the thread */
void voice_end_obey(struct voice_end *e, const struct voice_order *order);
bool voice_end_read(struct voice_port *port, struct voice_result *res);
void voice_end_tick(struct voice_end *e, struct voice_result *res);
/* of RTCP: seconds since 1900, 32.32 */
uint64_t voice_ntp_now(void);

void voice_end_stats(const struct voice_end *e, struct voice_stats *st);

#endif
