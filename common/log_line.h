/**
 * @file log_line.h  The text of one event: key=value, cut where it is too long
 *
 * Of log.c and log_journal.c only.
 */
#ifndef COMMON_LOG_LINE_H
#define COMMON_LOG_LINE_H

#include "common/log.h"

enum { LOG_LINE_MAX = 2048, LOG_VALUE_SIZE = 128 };

struct log_line {
	char buf[LOG_LINE_MAX];
	size_t len;
	size_t kind_at; /* where the kind begins, behind time and level */
};

/* of any length, not ended by a zero; buf is for what must be spelled out */
struct pl log_line_value(const struct kv *kv, char buf[LOG_VALUE_SIZE]);

void log_line_values(struct log_line *line, const struct kv *kv);
void log_line_count(struct log_line *line, const char *key, uint64_t n);
void log_line_end(struct log_line *line);

#endif
