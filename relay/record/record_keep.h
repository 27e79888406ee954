/**
 * @file record_keep.h  Which recordings stay, and what the killed left behind
 *
 * The writer's thread looks at one day a turn and removes a few files a turn,
 * oldest first; so that it never is away from its packets for long. What is
 * none of ours, and what is being written, is left alone.
 */
#ifndef RELAY_RECORD_RECORD_KEEP_H
#define RELAY_RECORD_RECORD_KEEP_H

#include "relay/record/record_name.h"

struct log;
struct counter;

enum {
	KEEP_DAYS_MAX = 4096, /* directories that are known at once */
	KEEP_FILES = 64,      /* removed in a turn */
	KEEP_AGAIN_S = 3600,  /* others may have been there */
};

struct keep_conf {
	const char *dir; /* copied */
	uint32_t days;   /* 0: for ever */
	uint64_t bytes;  /* of all of them; 0: any */
	struct log *log;
	struct counter *bytes_now, *deleted, *repaired; /* or NULL */
};

struct record_keep;

int record_keep_alloc(struct record_keep **kp, const struct keep_conf *conf);

/* another directory, or other bounds: it is looked at anew. Texts are copied */
void record_keep_change(struct record_keep *k, const char *dir, uint32_t days,
			uint64_t bytes);

/* true: there is more to be done, come again soon */
bool record_keep_turn(struct record_keep *k, int64_t now_s);

/* a recording of that day is finished */
void record_keep_add(struct record_keep *k, const char *day, uint64_t bytes);

/* what those that are being written have; they count, and stay */
void record_keep_running(struct record_keep *k, uint64_t bytes);
uint64_t record_keep_bytes(const struct record_keep *k);

#endif
