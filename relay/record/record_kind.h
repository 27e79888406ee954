/**
 * @file record_kind.h  What a payload type sounds like, as far as we hear it
 *
 * The main thread writes down what signalling says, the writer reads it, and
 * neither waits: each octet is its own.
 */
#ifndef RELAY_RECORD_RECORD_KIND_H
#define RELAY_RECORD_RECORD_KIND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "relay/relay.h"

enum record_kind {
	RECORD_UNKNOWN = 0,
	RECORD_OTHER, /* we cannot decode it */
	RECORD_PCMU,
	RECORD_PCMA,
	RECORD_SILENCE, /* comfort noise, telephone events */
};

enum { RECORD_PTS = 128 };

/** What a side's SDP says of a stream */
struct record_words {
	_Atomic uint8_t said;   /* anything at all */
	_Atomic uint8_t opaque; /* encrypted, or not RTP; or not given */
	_Atomic uint8_t kindv[RECORD_PTS];
};

void record_words_set(struct record_words *w, const struct relay_terms *terms,
		      bool opaque);

/* of a packet that came from a side, by the words of both */
enum record_kind record_kind(const struct record_words *from,
			     const struct record_words *to, uint8_t pt,
			     size_t payload_len);
bool record_is_opaque(const struct record_words *from,
		      const struct record_words *to);

#endif
