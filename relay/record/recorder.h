/**
 * @file recorder.h  The door to recordings: one thread that writes them all
 *
 * A recording is a tap (tap.h): it copies packets, in a worker's thread, into
 * a ring of its own. The writer's thread makes files of them:
 *
 *   DIR/2026-11-20/141502-alice-bob-5f3c.wav   G.711: A left, B right
 *   DIR/2026-11-20/141502-alice-bob-5f3c.pcap  whatever else it was
 *
 * What it cannot write ends the recording, never the call. All functions are
 * for the main loop's thread; none of them waits for a disk.
 */
#ifndef RELAY_RECORD_RECORDER_H
#define RELAY_RECORD_RECORDER_H

#include "relay/relay.h"

struct recorder;
struct recording;
struct log;
struct metrics;

enum { RECORDING_FILE_MAX = 192 };

struct recorder_conf {
	const char *dir;     /* copied */
	uint32_t keep_days;  /* 0: for ever */
	uint64_t bytes;      /* of all of them, 0: any */
	uint32_t calls;      /* at once */
	uint64_t call_bytes; /* of one recording */
};

struct recording_conf {
	const char *from, *to; /* as they call themselves; or NULL */
	uint64_t id;           /* of the call */
	unsigned take;         /* of that call; 0: the first one */
	const struct pl *call; /* for the log */
};

struct recording_state {
	bool over; /* it ended by itself: err says why */
	int err;   /* EFBIG: too large, EDQUOT: so are all together, ENOENT:
		    * somebody removed it */
	bool wav, pcap;
	uint64_t bytes;
	uint64_t dropped; /* packets that the disk was too slow for */
};

/* it repairs what was left unfinished, and removes what is too old */
int recorder_alloc(struct recorder **rp, const struct recorder_conf *conf,
		   struct log *log, struct metrics *metrics);

/* for recordings that begin from now on; what is kept is looked at soon */
int recorder_reconfigure(struct recorder *r, const struct recorder_conf *conf);
uint32_t recorder_running(const struct recorder *r);

/* begins now; ENOSPC: too many. The recorder outlives it */
int recording_alloc(struct recording **rp, struct recorder *r,
		    const struct recording_conf *conf);

/* for relay_session_tap(), which holds it by itself */
struct relay_tap *recording_tap(struct recording *rec);

/* what that side's SDP says of a stream; opaque: encrypted, or no RTP */
void recording_terms(struct recording *rec, unsigned stream,
		     enum relay_side side, const struct relay_terms *terms,
		     bool opaque);

/* "2026-11-20/141502-alice-bob-5f3c", to which .wav or .pcap is added */
const char *recording_name(const struct recording *rec);
void recording_state(const struct recording *rec,
		     struct recording_state *state);

/* ends it: the files are finished soon. The caller has it no more */
void recording_stop(struct recording *rec);

#endif
