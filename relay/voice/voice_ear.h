/**
 * @file voice_ear.h  The keys that somebody presses, and how loud he is
 *
 * Keys by RFC 4733, and in band by librem: where a phone shows that it speaks
 * the former, the latter is not listened to.
 */
#ifndef RELAY_VOICE_VOICE_EAR_H
#define RELAY_VOICE_VOICE_EAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dtmf_dec;

struct voice_ear {
	struct dtmf_dec *dec; /* owned */
	char digit;           /* that the decoder has just found, or 0 */
	bool events;          /* it has sent some: */
	uint32_t event_ts;    /* of the last one */
	uint32_t loudest;     /* mean square of a frame */
};

int voice_ear_init(struct voice_ear *ear);
void voice_ear_close(struct voice_ear *ear);

/* a telephone-event's payload; the key that begins with it, or 0 */
char voice_ear_event(struct voice_ear *ear, uint32_t ts, const uint8_t *p,
		     size_t len);

/* 20 ms of sound; a key that is heard in it, or 0 */
char voice_ear_frame(struct voice_ear *ear, const int16_t *samplev, size_t n);

/* of the loudest 20 ms, in dB below full scale; 127: silence (RFC 6464) */
uint8_t voice_ear_level(uint32_t mean_square);

#endif
