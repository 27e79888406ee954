/**
 * @file record_name.h  What a recording's file is called, pure
 *
 *   2026-11-20/141502-alice-+4930123-5f3c.wav
 *
 * All of it in UTC, as in the log. Whatever a caller calls himself: letters,
 * digits, "+", "_", "." and "-" are left.
 */
#ifndef RELAY_RECORD_RECORD_NAME_H
#define RELAY_RECORD_RECORD_NAME_H

#include <stdbool.h>
#include <stdint.h>
#include "relay/record/record_file.h"

enum { RECORD_BASE_MAX = 128, RECORD_WHO_MAX = 32 };

/* ends that files have */
#define RECORD_WAV  ".wav"
#define RECORD_PCAP ".pcap"
#define RECORD_PART ".part"

/** Whose a name in the directory is */
enum record_type { RECORD_FOREIGN = 0, RECORD_FINISHED, RECORD_UNFINISHED };

void record_name_day(char day[RECORD_DAY], int64_t time_s);

/* without its ending; from, to: NULL, or anything */
void record_name_base(char base[RECORD_BASE_MAX], int64_t time_s,
		      const char *from, const char *to, uint64_t id);

/* days since 1970; false: no day of ours */
bool record_name_is_day(const char *name, int64_t *days);
enum record_type record_name_type(const char *name, bool *wav);

#endif
