/**
 * @file bench/media/report.h  What was found, for programs and for eyes
 */
#ifndef TEST_BENCH_MEDIA_REPORT_H
#define TEST_BENCH_MEDIA_REPORT_H

#include "test/bench/media/bench.h"

FILE *report_open(const struct bench *b, const char *name);
void report_json(const struct bench *b);
void report_charts(const struct bench *b);
void report_targets(const struct bench *b);

#endif
