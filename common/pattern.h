/**
 * @file pattern.h  Patterns of telephone numbers, pure
 *
 * Digits, "*" and "#" stand for themselves, "+" in front, "?" for one digit,
 * [1-35] for one of a class, and "*" at the end for the rest, also for none.
 */
#ifndef COMMON_PATTERN_H
#define COMMON_PATTERN_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>

enum { PATTERN_TEXT_MAX = 64, PATTERN_LEN_MAX = 32 };

struct pattern {
	uint16_t maskv[PATTERN_LEN_MAX]; /* which characters may stand there */
	uint8_t len;
	bool rest;
};

/* EBADMSG: not a pattern; ERANGE: too long */
int pattern_decode(struct pattern *p, const char *text);

bool pattern_match(const struct pattern *p, const struct pl *number);

/* every number that b takes, a takes as well */
bool pattern_covers(const struct pattern *a, const struct pattern *b);

#endif
