/**
 * @file silence.h  Whether a side that should speak is heard
 *
 * Pure: what was counted and the time in, a change out. Made to be asked once
 * a second. Who suppresses silence is not mute: see silence.c for how long
 * which kind of silence may last.
 */
#ifndef RELAY_QUALITY_SILENCE_H
#define RELAY_QUALITY_SILENCE_H

#include <stdbool.h>
#include <stdint.h>

enum silence_change {
	SILENCE_SAME = 0,
	SILENCE_MUTE,  /* should speak, and does not */
	SILENCE_BROKE, /* speaks, or need not any more */
};

/** What is known of a side now */
struct silence_facts {
	bool expected;    /* it is to speak, and somebody hears it */
	uint64_t refused; /* ... with what others send */
	uint64_t heard;   /* grows with RTP */
	uint64_t reports; /* ... with RTCP */
	bool noise;       /* it has sent comfort noise */
	uint32_t astray;  /* its RTCP says that so many were sent, lately */
};

struct silence {
	uint64_t heard, reports; /* at the last look */
	uint64_t refused;        /* when it was heard last */
	uint64_t heard_ms;       /* when they grew; 0: never */
	uint64_t reports_ms;
	uint64_t since_ms; /* it has been expected for */
	bool expected;
	bool mute;
};

enum silence_change silence_look(struct silence *s,
				 const struct silence_facts *f,
				 uint32_t mute_ms, uint64_t now_ms);

/* since its last packet, or UINT64_MAX if there was none */
uint64_t silence_ms(const struct silence *s, uint64_t now_ms);

/* others' packets since then */
uint64_t silence_strangers(const struct silence *s, uint64_t refused);

/* the same of its RTCP */
uint64_t silence_rtcp_ms(const struct silence *s, uint64_t now_ms);

#endif
