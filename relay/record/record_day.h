/**
 * @file record_day.h  The recordings of a day, on the disk
 */
#ifndef RELAY_RECORD_RECORD_DAY_H
#define RELAY_RECORD_RECORD_DAY_H

#include "relay/record/record_name.h"

struct log;

struct record_day_sum {
	uint64_t bytes;
	uint32_t files, repaired;
};

/* sums up the finished ones; repair: those that a killed server has left
 * become finished, or go where nothing is in them */
void record_day_look(struct record_day_sum *sum, int dirfd, const char *day,
		     bool repair, struct log *log);

/*
 * Removes the first ones, up to max, until so many octets are gone. sum: what
 * went. ENOENT: the day itself is gone.
 */
int record_day_clear(struct record_day_sum *sum, int dirfd, const char *day,
		     size_t max, uint64_t bytes, const char *why,
		     struct log *log);

#endif
