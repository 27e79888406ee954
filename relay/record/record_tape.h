/**
 * @file record_tape.h  The files of one recording, as its packets fill them
 *
 * G.711 of the first stream that has it becomes a WAV file, all else a pcap;
 * each is made when there is something to put into it.
 */
#ifndef RELAY_RECORD_RECORD_TAPE_H
#define RELAY_RECORD_RECORD_TAPE_H

#include "relay/record/record_kind.h"
#include "relay/record/record_name.h"
#include "relay/record/record_ring.h"

struct tape;

struct tape_conf {
	const char *dir; /* outlives it */
	char day[RECORD_DAY];
	char base[RECORD_BASE_MAX];
	uint64_t begin_us;      /* monotonic */
	uint64_t begin_wall_us; /* the same moment, since 1970 */
	uint64_t bytes_max;
	const struct record_words (*wordv)[2]; /* by stream and side */
};

/** What has become of it */
struct tape_sum {
	bool wav, pcap;
	uint64_t bytes;
};

int tape_alloc(struct tape **tp, const struct tape_conf *conf);
int tape_packet(struct tape *t, const struct record_packet *pkt,
		const uint8_t *p);

/* several times a second: what is old enough is written. EFBIG: too large,
 * ENOENT: somebody has removed it */
int tape_turn(struct tape *t, uint64_t now_us);

/* finishes the files, also after an error; err: that one, 0 for none */
int tape_end(struct tape *t, uint64_t now_us, int err);
void tape_sum(const struct tape *t, struct tape_sum *sum);

#endif
