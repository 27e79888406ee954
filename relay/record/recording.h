/**
 * @file recording.h  A recording, as the recorder's thread has it
 *
 * Inside of the recorder only.
 */
#ifndef RELAY_RECORD_RECORDING_H
#define RELAY_RECORD_RECORDING_H

#include "relay/record/record_kind.h"
#include "relay/record/record_ring.h"
#include "relay/record/record_tape.h"
#include "relay/record/recorder.h"
#include "relay/tap.h"

struct counter;

struct recording {
	struct relay_tap tap; /* first */

	/* constant */
	struct recorder *recorder;     /* not owned */
	struct counter *dropped_total; /* not owned */
	char call[128];                /* for the log */
	char name[RECORDING_FILE_MAX];
	char day[RECORD_DAY];
	uint64_t begin_us;

	/* the writer's, once it has it */
	struct le le;
	struct tape *tape;

	/* everybody's */
	_Atomic uint64_t stop_us; /* 0: it goes on */
	_Atomic bool deaf;        /* nothing is written any more */
	_Atomic int err;
	_Atomic bool wav, pcap;
	_Atomic uint64_t bytes, dropped;
	struct record_words wordv[RELAY_STREAMS_MAX][2];
	struct record_ring ring;
};

/* one reference, the caller's; the tape is made */
int recording_make(struct recording **rp, const struct recording_conf *conf,
		   const char *dir, uint64_t call_bytes);


/* in the writer's thread: what has come is written. True: it is over, and its
 * files are finished */
bool recording_turn(struct recording *rec, uint64_t now_us);

/* ends it now, whoever is still speaking */
void recording_end(struct recording *rec, uint64_t now_us, int err);

#endif
