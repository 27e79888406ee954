/**
 * @file log_line.h  The text of one event: key=value, cut where it is too long
 *
 * Of log.c only.
 */
#ifndef COMMON_LOG_LINE_H
#define COMMON_LOG_LINE_H

#include "common/log.h"

enum { LOG_LINE_MAX = 2048 };

struct log_line {
	char buf[LOG_LINE_MAX];
	size_t len;
};

void log_line_values(struct log_line *line, const struct kv *kv);
void log_line_count(struct log_line *line, const char *key, uint64_t n);
void log_line_end(struct log_line *line);

#endif
